"""What the tests of reading briefs share: the shipped catalogue, and a reader of whatever a test writes down."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from briefmill.briefs import reader
from briefmill.briefs.nodes import Limits
from briefmill.briefs.placements import Placements
from briefmill.domain.brief import Reading
from briefmill.errors import BriefRefused, Problem

SHIPPED = Path(__file__).parents[2] / "config" / "placements.yaml"


@pytest.fixture(scope="session")
def catalogue() -> Placements:
    return Placements.load(SHIPPED)


@pytest.fixture(scope="session")
def read(catalogue: Placements) -> Callable[..., Reading]:
    """Reads YAML text, bytes, or fields as JSON."""

    def reading(written: object, *, name: str = "", limits: Limits | None = None) -> Reading:
        if isinstance(written, bytes):
            data, usual = written, "brief.yaml"
        elif isinstance(written, str):
            data, usual = written.encode(), "brief.yaml"
        else:
            data, usual = json.dumps(written).encode(), "brief.json"
        return reader.read(data, name=name or usual, catalogue=catalogue, limits=limits)

    return reading


@pytest.fixture(scope="session")
def fields(read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Reads a brief that would be whole, with these fields changed or added; None takes one away."""

    def reading(**changed: object) -> Reading:
        whole: dict[str, object] = {"campaign": "Test", "message": "Hello there", "products": ["Bottle"]}
        whole.update(changed)
        return read({key: value for key, value in whole.items() if value is not None})

    return reading


@pytest.fixture(scope="session")
def refused(read: Callable[..., Reading]) -> Callable[..., tuple[Problem, ...]]:
    """The problems of a brief that must be refused."""

    def problems(written: object, **options: object) -> tuple[Problem, ...]:
        with pytest.raises(BriefRefused) as caught:
            read(written, **options)
        return caught.value.problems

    return problems
