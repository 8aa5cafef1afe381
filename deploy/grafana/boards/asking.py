"""Asks a Prometheus what a dashboard would ask it.

Reads the dashboards as files, so that what is asked is what Grafana would ask; variables are replaced as it does it.
"""

import json
import math
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One series: its labels, and its values at moments in seconds."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def last(self) -> float | None:
        """The last value that is a number."""
        return next((value for _, value in reversed(self.points) if not math.isnan(value)), None)


@dataclass(frozen=True, kw_only=True)
class Prometheus:
    """A Prometheus at an address. `variables` are what Grafana's stand for, without the dollar sign."""

    url: str
    variables: Mapping[str, str] = field(default_factory=dict)

    def meant(self, expr: str) -> str:
        """An expression as Grafana would send it. Raises KeyError for a variable that it does not know."""
        parts = expr.split("$")
        told = parts[0]
        for part in parts[1:]:
            name = part[: next((i for i, c in enumerate(part) if not (c.isalnum() or c == "_")), len(part))]
            told += self.variables[name] + part[len(name) :]
        return told

    def now(self, expr: str) -> list[Answer]:
        """The value of an expression now."""
        found = self._get("query", query=self.meant(expr))
        return [_answer(one["metric"], [one["value"]]) for one in found["result"]]

    def over(self, expr: str, start: float, end: float, step: float) -> list[Answer]:
        """The values of an expression from one moment to another, both in seconds."""
        found = self._get("query_range", query=self.meant(expr), start=f"{start}", end=f"{end}", step=f"{step}")
        return [_answer(one["metric"], one["values"]) for one in found["result"]]

    def names(self) -> frozenset[str]:
        """Every metric it has heard of."""
        return frozenset(self._get("label/__name__/values"))

    def _get(self, what: str, **words: str) -> Any:
        query = urllib.parse.urlencode(words)
        # The address is a developer's own, or a test's.
        with urllib.request.urlopen(f"{self.url}/api/v1/{what}?{query}", timeout=30) as answer:  # noqa: S310
            return json.load(answer)["data"]


def queries(dashboard: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each panel of a dashboard with each of its queries."""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel, target


def _answer(labels: Mapping[str, str], values: list[list[Any]]) -> Answer:
    return Answer(labels=labels, points=tuple((float(at), float(value)) for at, value in values))
