"""Where values come from: the TOML file, `.env`, the environment, systemd's credentials.

Each source gives `Given` values by (section, key), with the place a person would have to look at. Names are checked
here, values in `tree`. A secret in the TOML is refused, because that file is copied, mailed and committed. Nothing
reads the process's environment: it is passed in.
"""

import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from briefmill.errors import ConfigError
from briefmill.settings import lines

PREFIX: Final = "BRIEFMILL_"
API_KEY: Final = ("openai", "api_key")
PLAIN_API_KEY: Final = "OPENAI_API_KEY"
CREDENTIAL: Final = "openai_api_key"
SECRET: Final = API_KEY[1]
"""The key of every provider's section."""

_SECRET_NAME: Final = re.compile(r"(?i)(^|[_-])(api[_-]?key|secret([_-]?key)?|token|password|passwd|authorization)$")
_SECRET_VALUE: Final = re.compile(r"^sk-[\w-]{8,}")

Known: TypeAlias = Mapping[str, Collection[str]]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A value as somebody wrote it. `source` is toml, env, dotenv or credential; `place` is for messages."""

    value: object
    source: str
    place: str


Layer: TypeAlias = dict[tuple[str, str], Given]


def toml(path: Path, known: Known) -> Layer:
    """The values of a TOML file; empty when there is none. Raises ConfigError with file and line."""
    text = _text(path)
    if text is None:
        return {}
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = lines.of_syntax_error(str(error))
        raise ConfigError(f"{_place(path, line)}: this is not TOML: {error}. Mend that line.") from error
    for keys, value in _leaves(document):
        if _SECRET_NAME.search(keys[-1]) or (isinstance(value, str) and _SECRET_VALUE.match(value)):
            raise _secret(path, lines.of_key(text, keys), ".".join(keys))
    layer: Layer = {}
    for section, table in document.items():
        if section not in known or not isinstance(table, dict):
            raise _unknown_section(_place(path, lines.of_key(text, (section,))), section, table, known)
        for key, value in table.items():
            place = _place(path, lines.of_key(text, (section, key)))
            _require(place, section, key, known)
            layer[section, key] = Given(value=value, source="toml", place=place)
    return layer


def environment(environ: Mapping[str, str], known: Known) -> Layer:
    """The values of `BRIEFMILL_SECTION__KEY` and of OPENAI_API_KEY.

    Names without the double underscore are none of ours: Kubernetes gives every pod beside a service called briefmill
    a BRIEFMILL_PORT and a BRIEFMILL_SERVICE_HOST.
    """
    return _variables(((name, name, value) for name, value in sorted(environ.items())), "env", known)


def dotenv(path: Path, known: Known) -> Layer:
    """The values of a `.env` file, by the same names as the environment's; empty when there is none.

    Names that are not ours are left alone. Nothing is interpolated.
    """
    text = _text(path)
    if text is None:
        return {}
    from dotenv.parser import parse_stream

    found: list[tuple[str, str, str]] = []
    for binding in parse_stream(io.StringIO(text)):
        # A binding's text starts with the empty lines before it.
        text = binding.original.string
        place = _place(path, binding.original.line + text[: len(text) - len(text.lstrip())].count("\n"))
        if binding.error:
            raise ConfigError(f"{place}: this line is no NAME=value. Mend it, or put a # before it.")
        if binding.key is not None and binding.value is not None:
            found.append((binding.key, f"{place}: {binding.key}", binding.value))
    return _variables(found, "dotenv", known)


def files(environ: Mapping[str, str], section: str, keys: Iterable[str]) -> Layer:
    """The paths of systemd's credentials `SECTION_KEY`, where they are: files that are to be read at their place."""
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    paths = {key: Path(folder) / f"{section}_{key}" for key in keys} if folder else {}
    return {
        (section, key): Given(value=str(path), source="credential", place=str(path))
        for key, path in paths.items()
        if path.is_file()
    }


def credential(environ: Mapping[str, str], section: str = "openai") -> Layer:
    """The key that systemd's LoadCredential= put into `$CREDENTIALS_DIRECTORY/openai_api_key`; empty without one.

    `section` is the provider's whose key it is.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    path = Path(folder) / f"{section}_{SECRET}"
    text = _text(path) if folder else None
    if text is None or not text.strip():
        return {}
    return {(section, SECRET): Given(value=text.strip(), source="credential", place=str(path))}


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that was probably meant, None when none is like it."""
    from rapidfuzz import process, utils

    found = process.extractOne(word, sorted(known), processor=utils.default_process, score_cutoff=70)
    return str(found[0]) if found else None


def _variables(found: Iterable[tuple[str, str, str]], source: str, known: Known) -> Layer:
    layer: Layer = {}
    for name, place, value in found:
        if name == PLAIN_API_KEY:
            # Our own name for the same secret is the more explicit one, whatever the order.
            if value.strip():
                layer.setdefault(API_KEY, Given(value=value.strip(), source=source, place=place))
            continue
        section, mark, key = name.removeprefix(PREFIX).lower().partition("__")
        if not name.startswith(PREFIX) or not mark:
            continue
        if section not in known:
            raise _unknown_section(place, section, {}, known, name=name)
        _require(place, section, key, known, name=name)
        if key != SECRET:
            layer[section, key] = Given(value=value, source=source, place=place)
        elif value.strip():
            layer[section, key] = Given(value=value.strip(), source=source, place=place)
    return layer


def _require(place: str, section: str, key: str, known: Known, *, name: str = "") -> None:
    if key in known[section]:
        return
    meant = nearest(key, known[section])
    elsewhere = [other for other, keys in known.items() if key in keys]
    if elsewhere:
        advice = f"It belongs to {_spelled(elsewhere[0], key, name)}."
    elif meant:
        advice = f"Did you mean {_spelled(section, meant, name)}?"
    else:
        advice = f"Known there: {', '.join(known[section])}."
    raise ConfigError(f"{place}: there is no setting [{section}] {key}. {advice}")


def _spelled(section: str, key: str, name: str) -> str:
    return f"{PREFIX}{section}__{key}".upper() if name else f"[{section}] {key}"


def _unknown_section(place: str, section: str, table: object, known: Known, *, name: str = "") -> ConfigError:
    if not isinstance(table, dict):
        if section in known:
            return ConfigError(f"{place}: {section} is a section. Write [{section}] on a line of its own.")
        homes = [other for other, keys in known.items() if section in keys]
        advice = f"Put it under [{homes[0]}]." if homes else f"Sections: {', '.join(known)}."
        return ConfigError(f"{place}: {section} stands outside of any section. {advice}")
    meant = nearest(section, known)
    advice = f"Did you mean {meant}?" if meant else f"Sections: {', '.join(known)}."
    return ConfigError(f"{place}: there is no section {section}{f' (in {name})' if name else ''}. {advice}")


def _secret(path: Path, line: int, key: str) -> ConfigError:
    return ConfigError(
        f"{_place(path, line)}: {key} looks like a secret, and secrets do not belong in this file. Remove the line and "
        f"set OPENAI_API_KEY in the environment or in the home's .env, or use systemd's LoadCredential={CREDENTIAL}:..."
    )


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. Give this user the right to read it.") from error


def _place(path: Path, line: int) -> str:
    return f"{path}:{line}" if line else str(path)
