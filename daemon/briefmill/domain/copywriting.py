"""Words that a brief leaves open and somebody writes: what is asked of a writer, and what came of it.

There are four tasks: the words of a locale that has none, a call to action where the brief has none, a text that stands
for the creative where it cannot be seen, and the words for the picture maker. The texts of an answer are named by their
part: `message`, `cta`, `disclaimer`, `alt`, `prompt`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

PARTS = ("message", "cta", "disclaimer")
"""What a creative says, in the order in which it is read."""


class Task(StrEnum):
    """What is to be written. The values are those of the setting `words.write`."""

    MESSAGE = "message"
    CTA = "cta"
    ALT = "alt"
    PROMPT = "prompt"

    @property
    def essential(self) -> bool:
        """True for what stands on a creative: without it there is something for a person to decide."""
        return self in {Task.MESSAGE, Task.CTA}


@dataclass(frozen=True, kw_only=True)
class Term:
    """How a term is to be said. `target` empty: as it is written. `locale` is `all`, a language or a locale."""

    source: str
    target: str = ""
    locale: str = "all"

    @property
    def said(self) -> str:
        """What stands for the term in a text."""
        return self.target or self.source

    def holds_in(self, locale: str) -> bool:
        """True when it is meant for a locale: `de` is for `de-AT`, too."""
        wide, narrow = self.locale.replace("_", "-").casefold(), locale.casefold()
        return wide in {"all", narrow} or narrow.startswith(f"{wide}-")


@dataclass(frozen=True, kw_only=True)
class CopyRequest:
    """What is to be written, and by what it is measured.

    `texts` are those to be put into another language, by part, in `source_locale`; for the other tasks they are empty,
    and `given` is what is known, by name. `limits` are the most characters of a part. `keep` stays as it is written,
    `glossary` tells how terms are said here, `forbidden` must not come up, all of `required` must, somewhere. `wrong`
    is what was the matter with an earlier attempt.
    """

    task: Task = Task.MESSAGE
    locale: str
    source_locale: str
    texts: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    product: str = ""
    brand: str = ""
    audience: str = ""
    tone: str = ""
    keep: tuple[str, ...] = ()
    glossary: tuple[Term, ...] = ()
    forbidden: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts that an answer has."""
        return tuple(part for part in PARTS if part in self.texts) or (self.task.value,)

    @property
    def material(self) -> str:
        """All that is known of what shall be said, as one text: what an answer may take its facts from."""
        return "\n".join((*self.texts.values(), *self.given.values(), self.product, self.brand))


@dataclass(frozen=True, kw_only=True)
class WrittenCopy:
    """What a writer made of a request: a text for each part, by whom, and what it cost in micros of a dollar.

    Where what was written cannot be used there are no texts, and `unfit` says why, in sentences. `cost_micros` is that
    of all attempts.
    """

    texts: Mapping[str, str]
    maker: str
    model: str
    cost_micros: int = 0
    usage: Mapping[str, object] = field(default_factory=dict)
    unfit: tuple[str, ...] = ()
    cached: bool = False
