"""The settings of one home: all sources laid over each other, checked as a whole, frozen.

Later wins: defaults, `config/briefmill.toml`, the home's `.env`, OPENAI_API_KEY and systemd's credential, the
environment's `BRIEFMILL_SECTION__KEY`. pydantic-settings lays them over each other; the sources are our own, because
its own ones read the process's environment, pass over names they do not know, and do not remember where a value came
from, and all three matter here.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Self, cast

from pydantic import Field, PrivateAttr, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from briefmill.errors import ConfigError
from briefmill.makers.openai import abilities
from briefmill.settings import places, sources, tree, upkeep

MASK = "********"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One setting in force. `source` is default, toml, env, dotenv or credential; a secret's value is masked."""

    key: str
    value: object
    source: str
    doc: str


class Laid(PydanticBaseSettingsSource):
    """One layer of values as a source of pydantic-settings."""

    def __init__(self, settings_cls: type[BaseSettings], layer: sources.Layer) -> None:
        super().__init__(settings_cls)
        self._layer = layer

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The values of one section, as a table."""
        table = {key: said.value for (section, key), said in self._layer.items() if section == field_name}
        return table or None, field_name, True

    def __call__(self) -> dict[str, Any]:
        """All sections that this layer says something about."""
        tables = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: table for name, table in tables.items() if table}


class Settings(BaseSettings):
    """Every setting of one home. Folders are absolute; nothing is read again after loading."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path
    folders: tree.Folders = Field(default_factory=tree.Folders)
    intake: tree.Intake = Field(default_factory=tree.Intake)
    engine: tree.Engine = Field(default_factory=tree.Engine)
    generate: tree.Generate = Field(default_factory=tree.Generate)
    openai: tree.OpenAI = Field(default_factory=tree.OpenAI)
    fallback: tree.Fallback = Field(default_factory=tree.Fallback)
    words: tree.Words = Field(default_factory=tree.Words)
    overnight: tree.Overnight = Field(default_factory=tree.Overnight)
    cache: tree.Cache = Field(default_factory=tree.Cache)
    backup: upkeep.Backup = Field(default_factory=upkeep.Backup)
    retention: upkeep.Retention = Field(default_factory=upkeep.Retention)
    budget: tree.Budget = Field(default_factory=tree.Budget)
    output: tree.Output = Field(default_factory=tree.Output)
    disk: tree.Disk = Field(default_factory=tree.Disk)
    compliance: tree.Compliance = Field(default_factory=tree.Compliance)
    provenance: tree.Provenance = Field(default_factory=tree.Provenance)
    telemetry: tree.Telemetry = Field(default_factory=tree.Telemetry)
    logging: tree.Logging = Field(default_factory=tree.Logging)

    _given: sources.Layer = PrivateAttr(default_factory=dict)

    @property
    def ledger(self) -> Path:
        """The file of the ledger."""
        return self.folders.state / "briefmill.db"

    @property
    def backups(self) -> Path:
        """Where backups go unless told otherwise."""
        return self.home / self.backup.folder

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The home, and the layers that `load` was given, the strongest first."""
        given = dict(cast("InitSettingsSource", init_settings).init_kwargs)
        layers: list[sources.Layer] = given.pop("layers", [])
        return InitSettingsSource(settings_cls, given), *(Laid(settings_cls, layer) for layer in layers)

    @classmethod
    def load(cls, home: Path, environ: Mapping[str, str]) -> Self:
        """The settings in force for `home`. Raises ConfigError naming the place and the fix."""
        known = {name: list(section.model_fields) for name, section in _sections().items()}
        layers = [sources.toml(home / "config" / places.FILE, known), sources.dotenv(home / ".env", known)]
        environment = sources.environment(environ, known)
        key = environment.get(sources.API_KEY)
        layers.append(environment)
        # A credential was put there for this very service; OPENAI_API_KEY may be anybody's. Our own name beats both.
        if key is None or key.place == sources.PLAIN_API_KEY:
            layers.append(sources.credential(environ))
        if environment.get(("fallback", sources.SECRET)) is None:
            layers.append(sources.credential(environ, "fallback"))
        layers.append(sources.files(environ, "provenance", ("certificate", "key")))
        given = {name: said for layer in layers for name, said in layer.items()}
        settings = cls._checked(home, layers, given)
        settings._given = given  # noqa: SLF001 - its own constructor
        return settings

    @classmethod
    def _checked(cls, home: Path, layers: list[sources.Layer], given: sources.Layer) -> Self:
        strongest_first: dict[str, Any] = {"home": home, "layers": layers[::-1]}
        try:
            plain = cls(**strongest_first)
        except ValidationError as error:
            raise ConfigError("; ".join(_words(cast("dict[str, Any]", one), given) for one in error.errors())) from None
        for section in ("openai", "fallback"):
            _check_key(getattr(plain, section).api_key, (section, sources.SECRET), given)
            _check_rendering(section, getattr(plain, section), given)
        folders = {name: Path(os.path.normpath(home / path)) for name, path in plain.folders}
        _check_apart(home, folders, given)
        return plain.model_copy(update={"folders": plain.folders.model_copy(update=folders)})

    def explain(self) -> list[Entry]:
        """Every setting in the order of the sections, with where it came from."""
        entries: list[Entry] = []
        for name, section in _sections().items():
            shown = getattr(self, name).model_dump(mode="json")
            for key, field in section.model_fields.items():
                said = self._given.get((name, key))
                secret = key == sources.SECRET
                entries.append(
                    Entry(
                        key=f"{name}.{key}",
                        value=(MASK if shown[key] else "") if secret else shown[key],
                        source=said.source if said else "default",
                        doc=field.description or "",
                    )
                )
        return entries


def _sections() -> dict[str, type[tree.Section]]:
    return {
        name: field.annotation
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, tree.Section)
    }


def _words(error: dict[str, Any], given: sources.Layer) -> str:
    section, key = str(error["loc"][0]), str(error["loc"][1])
    field = _sections()[section].model_fields[key]
    said = given[section, key]
    message = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    default = field.get_default(call_default_factory=True)
    written = f" (it says {said.value!r})" if key != sources.SECRET else ""
    return f"{said.place}: {section}.{key} {message}{written}. {field.description} Default: {default!s}"


def _check_key(secret: SecretStr | None, name: tuple[str, str], given: sources.Layer) -> None:
    key = secret.get_secret_value() if secret else ""
    if not (key.isascii() and key.isprintable() and " " not in key):
        place = given[name].place
        raise ConfigError(f"{place}: the key holds blanks or characters that no key has. Copy it again, alone.")


def _check_rendering(section: str, provider: tree.Provider, given: sources.Layer) -> None:
    """Nothing may be wished of a model that it does not know: each picture would come back as an error."""
    for field, words, fix in abilities.complaints(provider.model, provider.rendering):
        key = {"compression": "output_compression"}.get(field, field)
        said = given.get((section, key)) or given.get((section, "model"))
        place = f"{said.place}: " if said else ""
        raise ConfigError(f"{place}{section}.{key}: {words}. {fix}")


def _check_apart(home: Path, folders: Mapping[str, Path], given: sources.Layer) -> None:
    """No folder may hold the home or another folder, whatever links lead there: one would be fed with the other."""
    try:
        real = {name: path.resolve() for name, path in folders.items()}
        house = home.resolve()
    except (OSError, RuntimeError) as error:
        raise ConfigError(f"A folder cannot be looked up: {error}. Mend the links that lead to it.") from error
    for name, path in real.items():
        if house.is_relative_to(path):
            raise ConfigError(
                f"{_place(name, given)}: folders.{name} is {path}, which holds the home {house} itself. "
                f"Give it a folder of its own, such as {name!r}."
            )
    for one, other in combinations(real, 2):
        inner, outer = (one, other) if real[one].is_relative_to(real[other]) else (other, one)
        if real[inner].is_relative_to(real[outer]):
            blamed = inner if ("folders", inner) in given else outer
            raise ConfigError(
                f"{_place(blamed, given)}: folders.{inner} ({real[inner]}) lies inside folders.{outer} "
                f"({real[outer]}). Put them beside each other."
            )


def _place(folder: str, given: sources.Layer) -> str:
    said = given.get(("folders", folder))
    return said.place if said else "default folders"
