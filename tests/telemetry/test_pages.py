"""What the docs list is what there is, both ways."""

import dataclasses
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from briefmill.domain import facts
from briefmill.telemetry import logs
from briefmill.telemetry.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs"
ROW = re.compile(r"^\| `([\w.]+)` \|(.*)\|$", re.MULTILINE)


def rows(page):
    """Each row's first cell, and its others."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = [(name, [cell.strip() for cell in rest.split("|")]) for name, rest in ROW.findall(text)]
    assert len({name for name, _ in found}) == len(found), "a row stands twice"
    return dict(found)


def kinds(fact=facts.Fact):
    for kind in fact.__subclasses__():
        yield kind
        yield from kinds(kind)


def words(cell):
    return set(re.findall(r"`(\w+)`", cell))


def test_every_event_is_on_the_page_with_its_fields_and_no_other_is():
    told = {name: words(cells[-1]) for name, cells in rows("logs.md").items()}
    known = {kind.event: {field.name for field in dataclasses.fields(kind)} for kind in kinds()}

    assert told == known | {logs.REPEATED: {"of", "reason", "times"}}


def test_no_two_facts_have_one_name():
    names = [kind.event for kind in kinds()]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", name) for name in names)


def test_every_figure_is_on_the_page_with_its_kind_and_labels_and_no_other_is():
    body, _ = Metrics(version="1", ignored_rules=("temporary",)).exposition("")
    known = {}
    for family in text_string_to_metric_families(body.decode()):
        if family.name.startswith("briefmill_"):
            labels = {label for sample in family.samples for label in sample.labels} - {"le"}
            known[family.name + ("_total" if family.type == "counter" else "")] = (family.type, labels)

    told = {name: (cells[0], words(cells[1])) for name, cells in rows("metrics.md").items()}
    assert told == known
