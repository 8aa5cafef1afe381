"""Names: every row of the catalogue, and names that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.intake import catalogue
from briefmill.intake.catalogue import Kind


@pytest.mark.parametrize(
    ("row", "example"),
    [pytest.param(row, name, id=f"{row.id}-{name!r}") for row in catalogue.rows() for name in row.examples],
)
def test_every_example_is_known_by_its_own_row(row, example):
    named = catalogue.classify(example)
    assert (named.kind, named.rule) == (row.kind, row.id)
    assert catalogue.classify(example.upper()).kind is row.kind


@pytest.mark.parametrize("row", catalogue.rows(), ids=lambda row: row.id)
def test_every_row_has_examples_a_source_and_a_tool_for_conflicts(row):
    assert row.examples
    assert row.source
    assert (row.kind is Kind.CONFLICT) == bool(row.tool)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (b"brief.json", Kind.BRIEF),
        (b"BRIEF.YAML", Kind.BRIEF),
        (b"spring.yml", Kind.BRIEF),
        (b"shoot.zip", Kind.BUNDLE),
        (b"logo.PNG", Kind.ASSET),
        (b"notes.txt", Kind.OTHER),
        (b"README", Kind.OTHER),
        (b".env", Kind.HIDDEN),
        (b"caf\xe9-\xff.json", Kind.BRIEF),
        (b"line\nbreak.json", Kind.BRIEF),
        (b"Romeo and Juliet (Conflicts between families).json", Kind.BRIEF),
        (b"conflict.json", Kind.BRIEF),
        (b"brief (1).json", Kind.BRIEF),
        (b"brief-desktop.json", Kind.BRIEF),
        (b"part.json", Kind.BRIEF),
        (b"tmp.yaml", Kind.BRIEF),
        (b"~$brief (Ana's conflicted copy 2026-03-01).docx", Kind.JUNK),
        (b"photo (Ana's conflicted copy 2026-03-01).png", Kind.ASSET),
    ],
)
def test_a_plain_name_is_what_its_extension_says(name, kind):
    assert catalogue.classify(name).kind is kind


def test_a_folder_is_a_bundle_whatever_its_extension():
    assert catalogue.classify(b"spring.2026", folder=True).kind is Kind.BUNDLE
    assert catalogue.classify(b"@eaDir", folder=True).kind is Kind.JUNK
    assert catalogue.classify(b".hidden", folder=True).kind is Kind.HIDDEN


def test_a_conflict_copy_names_its_tool_and_what_it_is_a_copy_of():
    named = catalogue.classify(b"brief (Ana's conflicted copy 2026-03-01).json")
    assert (named.tool, named.of) == ("Dropbox", b"brief.json")
    named = catalogue.classify(b"brief.sync-conflict-20260301-101500-ABCDEF2.yaml")
    assert (named.tool, named.of) == ("Syncthing", b"brief.yaml")


@given(st.binary(min_size=1, max_size=255))
def test_any_bytes_are_classified_under_a_rule_of_the_metric(name):
    named = catalogue.classify(name)
    assert named.kind in {Kind.BRIEF, Kind.BUNDLE, Kind.CONFLICT} or named.rule in catalogue.rules()


def test_no_two_rules_share_a_name():
    assert len(set(catalogue.rules())) == len(catalogue.rules())
