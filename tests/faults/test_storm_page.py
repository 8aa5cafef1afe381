"""The page about reliability: each test that it names as a proof is there, and the table has its place."""

import re
from pathlib import Path

from storm import table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


def test_every_proof_that_the_page_names_is_there():
    proofs = set(re.findall(r"`([a-z_]+/test_\w+\.py)`", PAGE))

    assert len(proofs) > 20
    assert [proof for proof in sorted(proofs) if not (ROOT / "tests" / proof).is_file()] == []


def test_every_disaster_is_on_the_page():
    disasters = {f"storm/{path.name}" for path in (ROOT / "tests" / "storm").glob("test_*.py")}

    assert {name for name in disasters if f"`{name}`" not in PAGE} == set()


def test_the_table_has_its_place():
    assert 0 < PAGE.find(table.BEGIN) < PAGE.find(table.END)
    assert (PAGE.count(table.BEGIN), PAGE.count(table.END)) == (1, 1)
