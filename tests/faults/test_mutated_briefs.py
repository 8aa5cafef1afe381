"""Two thousand good briefs gone bad: each is read or refused with reasons, and no file costs more than its bytes.

The draws are the same in every run. Work is counted in calls of functions, of which a slow machine makes as many as a
fast one.
"""

import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from briefmill.briefs import reader, source
from briefmill.briefs.placements import Placements
from briefmill.briefs.source import Completeness
from briefmill.domain import codec
from briefmill.domain.brief import Reading
from briefmill.errors import BriefRefused
from strategies import LARGEST, WHOLE, spoilt

SHIPPED = Path(__file__).parents[2] / "config" / "placements.yaml"

EACH = 4_000_000
BYTE = 300
"""Calls that one reading may cost, for any file and for each of its bytes.

Most cost a few thousand. The most seen are 3,000,000 for 2,700 brackets that open and never close: ruamel looks 1,024
characters ahead for the end of a key, and does so at each of them. It gets no dearer with more brackets.
"""

SECONDS = 20.0
"""Of processor time, for what no call shows, such as a regular expression that goes back over its own steps.

The slowest takes two of them while it is being counted.
"""


@pytest.fixture(scope="module")
def catalogue():
    loaded = Placements.load(SHIPPED)
    for data in WHOLE:
        read(data, "brief.yaml", loaded)  # The tables of languages and countries are loaded once, at the first brief.
    return loaded


class Work:
    """Counts the calls made while it is entered, and the seconds of processor time that this thread took."""

    def __enter__(self):
        self.calls = 0
        self.seconds = -time.thread_time()
        self._before = sys.getprofile()
        sys.setprofile(self._count)
        return self

    def _count(self, frame, event, argument):
        if event in {"call", "c_call"}:
            self.calls += 1

    def bounded(self, data):
        """True when that was no more than these bytes may cost."""
        return self.calls <= EACH + BYTE * len(data) and self.seconds < SECONDS

    def __exit__(self, *error):
        sys.setprofile(self._before)
        self.seconds += time.thread_time()


def read(data, name, catalogue):
    """The reading, or None for a refusal that says what is wrong; whatever else is raised fails the test."""
    try:
        return reader.read(data, name=name, catalogue=catalogue)
    except BriefRefused as refused:
        problems = refused.problems
    assert problems
    for problem in problems:
        assert problem.code.startswith("brief.")
        assert problem.message.strip()
        assert problem.line >= 0
        assert problem.column >= 0
    return None


def storable(reading):
    """The reading survives its way through the ledger and says something on every creative."""
    assert codec.loads(Reading, codec.dumps(reading)) == reading
    brief = reading.brief
    assert brief.creative_count > 0
    assert all(brief.copy_for(product, locale).message for product in brief.products for locale in brief.locales)


@settings(
    max_examples=2000,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(spoilt())
def test_a_brief_gone_bad_is_read_or_refused_and_costs_no_more_than_its_bytes(catalogue, drawn):
    data, name = drawn
    with Work() as work:
        reading = read(data, name, catalogue)
    assert work.bounded(data), (work.calls, work.seconds)
    if reading is not None:
        storable(reading)
    found = source.complete(data, name)
    assert found in Completeness
    # What was understood is whole: the intake waits for nothing that the reader would have taken.
    assert reading is None or found is Completeness.COMPLETE


@pytest.mark.parametrize("data", WHOLE)
def test_what_the_mutations_begin_with_is_good(catalogue, data):
    reading = read(data, "brief.json" if data.startswith(b"{") else "brief.yaml", catalogue)
    assert reading is not None
    storable(reading)
    assert len(data) < LARGEST


@pytest.mark.parametrize(
    "flood",
    [
        b"[" * LARGEST,
        b"campaign: A\nmessage: " + b"[" * LARGEST,
        b'{"a":' * (LARGEST // 5),
        b"- " * (LARGEST // 2),
        b"a: " * (LARGEST // 3),
        b"? " * (LARGEST // 2),
        b"&a " * (LARGEST // 3),
        b"'" * LARGEST,
        b"%" * LARGEST,
        b"#" * LARGEST,
        b"\n" * (LARGEST - 1) + b"a",
        b"# a\n" * (LARGEST // 4) + b"!",
        b"\n \n#" * (LARGEST // 4) + b"a ?",
        b"campaign: A\nmessage: " + b"a-b " * (LARGEST // 4),
        b"campaign: A\nmessage: B\nlocales: " + b"en-" * (LARGEST // 3),
        b"campaign: A\nmessage: B\nproducts: [C]\nplacements: " + b"1x" * (LARGEST // 2),
        b"campaign: A\nmessage: B\nproducts: [C]\nbrand: {palette: " + b"#" * LARGEST + b"}",
        b"campaign: |\n" + b" \n" * (LARGEST // 2),
        b"campaign: A\nproducts: [" + b"{}," * (LARGEST // 3) + b"]",
        b"a: &a [x,x]\n" + b"".join(b"b%d: &b%d [*a,*a]\n" % (n, n) for n in range(1500)),
        b"x: &x {a: b}\n" + b"".join(b"k%d: {<<: [*x,*x,*x]}\n" % n for n in range(1200)),
        b'{"message": "' + b"\\u0041" * (LARGEST // 6) + b'"}',
        b'{"priority": ' + b"9" * LARGEST + b"}",
        b'{"a": ' + b" " * LARGEST + b"1}",
    ],
    ids=lambda flood: repr(flood[:12]),
)
@pytest.mark.parametrize("name", ["brief.json", "brief.yaml"])
def test_a_flood_of_one_thing_costs_no_more_than_its_bytes(catalogue, flood, name):
    with Work() as work:
        read(flood, name, catalogue)
    assert work.bounded(flood), (work.calls, work.seconds)
