"""What the fake OpenAI is to do wrong, and when: a scenario.

A scenario is data: limits, models that are gone, words that are moderated, how long a batch takes, and a list of rules.
Each rule has a `when` (which calls) and a `do` (what befalls them). The classes here are the schema; `reading` makes
them from YAML and names the line of every mistake; `faults` decides, call by call, which rule strikes.
"""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROUTES: Final = (
    "images.generations",
    "images.edits",
    "moderations",
    "responses",
    "chat.completions",
    "models",
    "files",
    "batches",
)
Route = Literal[
    "images.generations",
    "images.edits",
    "moderations",
    "responses",
    "chat.completions",
    "models",
    "files",
    "batches",
]
Category = Literal[
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Seconds = Annotated[float, Field(ge=0, le=1e9, strict=False)]


class _Do(_Strict):
    """What every `do` may say: `latency_s` seconds of waiting before the answer, after the work is done."""

    latency_s: Seconds = 0.0


class Nothing(_Do):
    """The call is answered as it should be; only late, perhaps."""

    fault: Literal["none"] = "none"


class RateLimited(_Do):
    """429 `rate_limit_exceeded`, with a Retry-After; `header` is sent for it as it is, however odd."""

    fault: Literal["rate_limited"]
    of: Literal["requests", "tokens", "images"] = "requests"
    retry_after_s: Seconds = 1.0
    header: Annotated[str, Field(max_length=100, pattern=r"^[ -~]*$")] = ""


class Plain(_Do):
    """A fault that needs no further word."""

    fault: Literal[
        "insufficient_quota",
        "billing_hard_limit",
        "invalid_key",
        "unverified",
        "model_retired",
        "garbage_base64",
        "no_data",
    ]


class Moderation(_Do):
    """Blocked by the safety system. At the output, the work was done and is charged."""

    fault: Literal["moderation"]
    stage: Literal["input", "output"] = "input"
    categories: list[str] = Field(default=["other"])


class Flagged(_Do):
    """The moderations endpoint flags what it is shown."""

    fault: Literal["flagged"]
    categories: list[Category] = Field(default=["violence"], min_length=1)


class ServerError(_Do):
    """A 5xx, nothing done."""

    fault: Literal["server_error"]
    status: int = Field(default=500, ge=500, le=599)


class Cut(_Do):
    """The line goes dead: `before` the request is read, `after` the work was done and charged, or in the `middle`."""

    fault: Literal["cut"]
    where: Literal["before", "after", "middle"] = "before"


class WrongSize(_Do):
    """A picture of another size than was asked for, and said so nowhere."""

    fault: Literal["wrong_size"]
    width: int = Field(default=256, ge=1, le=4096)
    height: int = Field(default=256, ge=1, le=4096)


class OddUsage(_Do):
    """The usage is not what the API promises: `missing`, `null`, or made of strings, negatives or floats."""

    fault: Literal["odd_usage"]
    usage: Literal["missing", "null", "strings", "negative", "floats"] = "missing"


class Drip(_Do):
    """The answer comes in small pieces, a pause after each."""

    fault: Literal["drip"]
    pieces: int = Field(default=10, ge=2, le=10_000)
    pause_s: Seconds = 0.2


class NotJson(_Do):
    """A page of HTML, as a proxy between would send; `says` is what it claims to be."""

    fault: Literal["not_json"]
    says: Literal["text/html", "application/json"] = "text/html"
    status: int = Field(default=502, ge=200, le=599)

    @model_validator(mode="after")
    def _carries_a_page(self) -> Self:
        if 200 < self.status < 400:
            raise ValueError("a page comes with 200, or with 400 and above")
        return self


class LongError(_Do):
    """An error whose message is very long and full of control characters."""

    fault: Literal["long_error"]
    status: int = Field(default=400, ge=400, le=599)
    characters: int = Field(default=20_000, ge=1, le=1_000_000)


Do = Annotated[
    Nothing
    | RateLimited
    | Plain
    | Moderation
    | Flagged
    | ServerError
    | Cut
    | WrongSize
    | OddUsage
    | Drip
    | NotJson
    | LongError,
    Field(discriminator="fault"),
]


class When(_Strict):
    """Which calls a rule strikes. All that is said must hold; nothing said means every call.

    `route`, `model` and `prompt` (contained, whatever the case) say which calls are counted; of those, `nth` strikes
    the calls with these numbers (from 1), `every` each such-th, `share` this part of them by the scenario's seed.
    """

    route: list[Route] = []
    model: str = ""
    prompt: str = ""
    nth: list[Annotated[int, Field(ge=1)]] = []
    every: int = Field(default=1, ge=1)
    share: Annotated[float, Field(ge=0, le=1, strict=False)] = 1.0


IMAGES: Final = frozenset({"images.generations", "images.edits"})


def routes_of(do: Do) -> frozenset[str]:
    """The routes where a fault makes sense; it passes over the calls of all others."""
    match do:
        case Moderation() | WrongSize():
            return IMAGES
        case Plain(fault="garbage_base64" | "no_data"):
            return IMAGES
        case Flagged():
            return frozenset({"moderations"})
        case OddUsage():
            return IMAGES | {"responses", "chat.completions"}
        case _:
            return frozenset(ROUTES)


class Lasts(_Strict):
    """How long a rule goes on once it has struck: each further call it counts is struck, too."""

    calls: int = Field(default=0, ge=0)
    seconds: Seconds = 0.0


class Rule(_Strict):
    """Which calls, and what befalls them. `lasts` makes a storm of it: so many calls or seconds, the first included."""

    name: str = ""
    when: When = When()
    do: Do
    lasts: Lasts | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if isinstance(self.do, Cut) and self.do.where == "before" and (self.when.model or self.when.prompt):
            raise ValueError("a call that is cut before it is read cannot be told by its model or prompt")
        fitting = routes_of(self.do)
        if self.when.route and not fitting & set(self.when.route):
            raise ValueError(f"this fault is one of {', '.join(sorted(fitting))}")
        return self


class Limits(_Strict):
    """The account's limits per minute; absent means none. A bucket is full at first and fills continuously."""

    requests: int | None = Field(default=None, ge=1)
    tokens: int | None = Field(default=None, ge=1)
    images: int | None = Field(default=None, ge=1)


class Batches(_Strict):
    """How batches go: lines are done evenly over `takes_s` from creation; what is not by `window_s` expires."""

    takes_s: Seconds = 600.0
    window_s: Annotated[float, Field(gt=0, le=1e9, strict=False)] = 86_400.0


class Scenario(_Strict):
    """One way for a day with OpenAI to go. `seed` decides everything that is drawn.

    `retired` are models that no longer exist whatever their date; `shutdown` gives dates of their own to others.
    `flagged` maps a word to the categories for which a text with it is flagged, and a prompt with it blocked. `azure`
    accepts the key in an `api-key` header.
    """

    about: str = ""
    seed: int = 0
    azure: bool = False
    limits: Limits = Limits()
    retired: list[str] = []
    shutdown: dict[str, Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]] = {}
    flagged: dict[Annotated[str, Field(min_length=1)], list[Category]] = {}
    batches: Batches = Batches()
    rules: list[Rule] = []

    @classmethod
    def parse(cls, text: str, *, source: str = "scenario") -> "Scenario":
        """A scenario of YAML text. Raises ConfigError with the line, the field and the fix."""
        from briefmill.fake_openai import reading

        return reading.parsed(text, cls, source=source)

    @classmethod
    def read(cls, path: Path) -> "Scenario":
        """A scenario of a YAML file. Raises ConfigError, also when there is no such file."""
        from briefmill.fake_openai import reading

        return reading.parsed(reading.text(path), cls, source=path.name)

    @model_validator(mode="before")
    @classmethod
    def _shorter_forms(cls, told: Any) -> Any:
        """`route: models` for a list of one, `nth: 3` likewise, and a `do` without a fault."""
        if not isinstance(told, dict) or not isinstance(told.get("rules"), list):
            return told
        return {**told, "rules": [_full(rule) for rule in told["rules"]]}


def _full(rule: Any) -> Any:
    if not isinstance(rule, dict):
        return rule
    full = dict(rule)
    if isinstance(full.get("when"), dict):
        full["when"] = {
            name: [value] if name in {"route", "nth"} and not isinstance(value, list) else value
            for name, value in full["when"].items()
        }
    if isinstance(full.get("do"), dict):
        full["do"] = {"fault": "none", **full["do"]}
    return full
