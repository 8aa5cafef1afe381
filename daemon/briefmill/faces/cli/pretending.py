"""Who makes the pictures of a demonstration: the built-in maker, or an OpenAI that is only pretended.

Neither costs anything: a key that lies in the environment is never used for a demonstration.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from briefmill.errors import ConfigError

if TYPE_CHECKING:
    from briefmill.fake_openai import FakeOpenAI, Scenario


class Provider(Protocol):
    """`environ` is what the settings must be told for it."""

    @property
    def environ(self) -> Mapping[str, str]:
        """Variables that go over those of the environment."""

    def told(self) -> Sequence[str]:
        """What it has to say in the end, in lines."""


@dataclass(frozen=True, kw_only=True)
class _BuiltIn:
    environ: Mapping[str, str] = field(default_factory=lambda: {"BRIEFMILL_GENERATE__MAKER": "procedural"})

    def told(self) -> Sequence[str]:
        return ()


@dataclass(frozen=True, kw_only=True)
class _Pretended:
    server: "FakeOpenAI"

    @property
    def environ(self) -> Mapping[str, str]:
        return {
            "BRIEFMILL_GENERATE__MAKER": "openai",
            "BRIEFMILL_OPENAI__BASE_URL": self.server.base_url,
            "OPENAI_API_KEY": self.server.key,
        }

    def told(self) -> Sequence[str]:
        book = self.server.book
        wrong = {name: count for name, count in sorted(book.outcomes().items()) if name != "ok"}
        went = ", ".join(f"{count} x {name}" for name, count in wrong.items()) or "nothing went wrong"
        asked = len(book.calls("images.generations")) + len(book.calls("images.edits"))
        return (
            "",
            f"The pretended OpenAI was asked for pictures {asked} times; a real one would have charged about "
            f"${book.cost_micros / 1e6:.2f}.",
            f"  its faults   {went}",
        )


@contextmanager
def provider(home: Path, scenario: str | None) -> Iterator[Provider]:
    """The built-in maker, or with a scenario's name or file a server that listens until the end.

    Raises ConfigError for a scenario that is not there, or is wrong.
    """
    if scenario is None:
        yield _BuiltIn()
        return
    from briefmill.fake_openai import FakeOpenAI

    with FakeOpenAI(_scenario(home, scenario)) as server:
        yield _Pretended(server=server)


def _scenario(home: Path, wanted: str) -> "Scenario":
    from briefmill.fake_openai import Scenario
    from briefmill.settings import config_file

    shipped = config_file(home, "demo", "scenarios")
    named = shipped / f"{wanted}.yaml"
    if named.is_file():
        return Scenario.read(named)
    if Path(wanted).is_file():
        return Scenario.read(Path(wanted))
    names = ", ".join(sorted(path.stem for path in shipped.glob("*.yaml")))
    raise ConfigError(f"There is no scenario {wanted!r}, nor a file of that name. Shipped: {names}.")
