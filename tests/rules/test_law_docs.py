"""The page about law says what the rules do."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from briefmill.briefs import reader
from briefmill.briefs.placements import Placements
from briefmill.rules import disclosure, lawfile
from briefmill.rules.brandfile import BrandFile
from briefmill.rules.lawbook import Base, Claim, Disclaimer, Disclosure
from briefmill.settings import shipped_config
from rules.lawkit import found, shipped

PAGE = (Path(__file__).parents[2] / "docs" / "law.md").read_text("utf-8")
BRIEF, PROVEN, OWN = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_the_brief_of_the_page_is_read_without_a_notice():
    catalogue = Placements.load(shipped_config() / "placements.yaml")
    reading = reader.read(BRIEF.encode(), name="b.yaml", catalogue=catalogue)
    assert (reading.brief.vertical, reading.brief.regions, reading.notices) == ("alcohol", ("GB", "FR"), ())


def test_the_brand_file_of_the_page_names_a_shipped_rule():
    proven = BrandFile.model_validate(YAML(typ="safe").load(PROVEN)).proven
    assert set(proven) <= {rule.id for rule in shipped().rules}


def test_the_rules_of_the_page_are_read_and_work(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    law = lawfile.book([shipped_config() / "rules", tmp_path])
    assert "limited-offers" not in law.files.keys() & {rule.id for rule in law.rules}
    for message in ("Lieferung morgen!", "Sofort lieferbare Tassen", "In 3 Stunden bei dir"):
        assert "our-own-promise" in found(message, "de-AT", law=law)
    assert "our-own-promise" not in found("Lieferung morgen möglich", "de-AT", law=law)


def test_every_key_of_a_rule_is_on_the_page():
    for model in (Base, Claim, Disclaimer, Disclosure):
        for name, field in model.model_fields.items():
            assert f"`{field.alias or name}`" in PAGE or f"{field.alias or name}:" in PAGE, name


@pytest.mark.parametrize("rule", [rule for rule in shipped().disclosures if rule.start], ids=lambda rule: rule.id)
def test_the_first_day_of_every_duty_to_disclose_is_on_the_page(rule):
    assert f"{rule.start.day} {rule.start:%B %Y}" in PAGE


def test_the_page_knows_when_a_canvas_is_small():
    assert f"under {disclosure.SHORT_SIDE} px" in PAGE


def test_nobody_takes_the_page_for_advice():
    assert "no legal advice" in PAGE
