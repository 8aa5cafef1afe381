"""Decides, call by call, which rules of a scenario strike.

Two looks at a call: at the door, when only its route is known and nothing has been read, and again once it has been
read. A share is drawn from the scenario's seed, the rule's place and the number of the call under that rule, so that
the same run meets the same faults. Rules are asked in order: delays add up, the first fault decides.
"""

import hashlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from briefmill.fake_openai import scenario
from briefmill.fake_openai.scenario import Cut, Do, Drip, LongError, Nothing, NotJson, Plain, RateLimited, Rule

_LINE_FREE: Final = frozenset({"insufficient_quota", "billing_hard_limit", "invalid_key", "unverified"})


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """What befalls one call: a fault (or nothing) and seconds of delay; `rule` names whose doing it is."""

    do: Do = field(default_factory=Nothing)
    latency_s: float = 0.0
    rule: str = ""


@dataclass(kw_only=True)
class _Record:
    """What a rule remembers: how many calls it has counted, and until when its storm lasts."""

    counted: int = 0
    calls_left: int = 0
    until: float = 0.0


class Faults:
    """The rules of one server, with their counts. Safe from any thread."""

    def __init__(self, rules: Sequence[Rule], seed: int, now: Callable[[], float]) -> None:
        self._rules = tuple(rules)
        self._seed = seed
        self._now = now
        self._records = [_Record() for _ in rules]
        self._lock = threading.Lock()

    def at_the_door(self, route: str) -> bool:
        """Whether the line is cut before the request is read."""
        # All are asked, so that every rule counts every call.
        struck = [self._strikes(at, route) for at, rule in enumerate(self._rules) if _before(rule.do)]
        return any(struck)

    def after_reading(self, route: str, model: str, prompt: str, *, in_batch: bool = False) -> Stroke:
        """What befalls a call that was read. A line of a batch knows neither wires nor limits."""
        latency, found = 0.0, Stroke()
        for at, rule in enumerate(self._rules):
            if _before(rule.do) or not _concerns(rule, route, model, prompt) or (in_batch and _of_the_wire(rule.do)):
                continue
            # Every rule counts every call that concerns it, also when an earlier one has already decided.
            if not self._strikes(at, route):
                continue
            latency += rule.do.latency_s
            if isinstance(found.do, Nothing) and not isinstance(rule.do, Nothing):
                found = Stroke(do=rule.do, rule=rule.name or f"rule {at + 1}")
        return Stroke(do=found.do, latency_s=0.0 if in_batch else latency, rule=found.rule)

    def _strikes(self, at: int, route: str) -> bool:
        rule, record = self._rules[at], self._records[at]
        when = rule.when
        if when.route and route not in when.route:
            return False
        with self._lock:
            record.counted += 1
            now = self._now()
            if record.calls_left > 0 or now < record.until:
                record.calls_left = max(0, record.calls_left - 1)
                return True
            struck = (
                (not when.nth or record.counted in when.nth)
                and record.counted % when.every == 0
                and self._draw(at, record.counted) < when.share
            )
            if struck and rule.lasts is not None:
                record.calls_left = max(0, rule.lasts.calls - 1)
                record.until = now + rule.lasts.seconds
            return struck

    def _draw(self, at: int, number: int) -> float:
        digest = hashlib.sha256(f"{self._seed}|{at}|{number}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48


def _before(do: Do) -> bool:
    return isinstance(do, Cut) and do.where == "before"


def _concerns(rule: Rule, route: str, model: str, prompt: str) -> bool:
    when = rule.when
    return (
        (not when.route or route in when.route)
        and route in scenario.routes_of(rule.do)
        and (not when.model or when.model == model)
        and when.prompt.casefold() in prompt.casefold()
    )


def _of_the_wire(do: Do) -> bool:
    return isinstance(do, Cut | Drip | NotJson | LongError | RateLimited) or (
        isinstance(do, Plain) and do.fault in _LINE_FREE
    )
