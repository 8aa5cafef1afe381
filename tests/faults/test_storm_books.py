"""The books of the storm, proved on homes that were doctored: a checker that finds nothing proves nothing.

One real home is run once; each test takes a copy of it and does what must never happen.
"""

import collections
import shutil
import sqlite3
from contextlib import closing

import pytest

from storm import books, table
from storm import premises as sites
from storm.premises import Premises

CLEAN = {"lost": 0, "doubled": 0, "torn": 0, "paid_twice": 0, "broken": 0}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    home = Premises(tmp_path_factory.mktemp("books") / "home")
    home.command("init")
    drops = [
        home.put("tide", sites.bundle("Tide"), sites.PICTURE),
        home.put("twin of tide", sites.bundle("Tide"), sites.PICTURE),
        home.put("bad.json", sites.bad("Bad")),
        home.put("held (Ana's conflicted copy 2026-03-01).json", sites.plain("Held")),
    ]
    home.recover()
    return home, drops


@pytest.fixture
def home(finished, tmp_path):
    return Premises(shutil.copytree(finished[0].path, tmp_path / "home"))


@pytest.fixture
def drops(finished):
    return finished[1]


def found(home, drops):
    balance = books.balance(drops, [home.places])
    return {name: len(getattr(balance, name)) for name in CLEAN}


def execute(home, statement, *values):
    with closing(sqlite3.connect(home.places.state / "briefmill.db")) as ledger, ledger:
        ledger.execute(statement, values)


def delivered(home):
    """The job that was delivered; of twins that are dropped together, either may be the first."""
    with closing(sqlite3.connect(home.places.state / "briefmill.db")) as ledger:
        return ledger.execute("SELECT id FROM jobs WHERE state = 'delivered'").fetchone()[0]


def test_a_home_that_did_its_work_is_balanced(home, drops):
    balance = home.balance(drops)

    assert balance.faults == ()
    assert balance.left == ()
    assert balance.states == collections.Counter(delivered=1, duplicate=1, rejected=1, held=1)
    assert balance.open == 0


def test_a_drop_that_nobody_knows_is_lost(home, drops):
    assert found(home, [*drops, books.Drop.of("gone.json", b"{}")]) == CLEAN | {"lost": 1}


def test_a_drop_that_still_lies_in_the_inbox_is_not_lost(home, drops):
    waiting = home.put("late.json", sites.plain("Late"))

    balance = books.balance([*drops, waiting], [home.places])

    assert balance.faults == ()
    assert balance.open == 1


def test_delivered_without_a_folder_is_lost_and_so_is_its_duplicate(home, drops):
    shutil.rmtree(home.places.outbox / "tide")

    assert found(home, drops) == CLEAN | {"lost": 2}


def test_a_refusal_with_other_bytes_than_were_dropped_is_lost(home, drops):
    original = next(home.places.rejected.glob("bad*/bad.json"))
    original.write_bytes(b"{}")

    assert found(home, drops) == CLEAN | {"lost": 1}


def test_a_held_file_that_went_is_lost(home, drops):
    (home.places.inbox / drops[-1].name).unlink()

    assert found(home, drops) == CLEAN | {"lost": 1}


def test_a_second_folder_of_one_job_is_doubled(home, drops):
    shutil.copytree(home.places.outbox / "tide", home.places.outbox / "tide~2")

    assert found(home, drops) == CLEAN | {"doubled": 1}


def test_one_brief_delivered_by_two_homes_is_doubled(home, drops, tmp_path):
    other = Premises(shutil.copytree(home.path, tmp_path / "other"))
    receipt = other.places.outbox / "tide" / "receipt.json"
    receipt.write_text(receipt.read_text().replace(delivered(other), "j_0000000000000000"))

    balance = books.balance(drops, [home.places, other.places])

    assert any("delivered the same brief" in fault for fault in balance.doubled)


def test_a_drop_that_was_closed_and_lies_in_the_inbox_again_is_doubled(home, drops):
    home.put("tide", sites.bundle("Tide"), sites.PICTURE)

    assert found(home, drops) == CLEAN | {"doubled": 1}


def test_a_job_that_was_closed_twice_is_doubled(home, drops):
    execute(
        home,
        "INSERT INTO audit SELECT max(number) + 1, 0, 'default', ?, 'job.delivered', '{}', '', '' FROM audit",
        delivered(home),
    )

    assert found(home, drops) == CLEAN | {"doubled": 1}


@pytest.mark.parametrize("document", ["receipt.json", "cup/en/300x250.jpg"])
@pytest.mark.parametrize("harm", ["missing", "empty", "half"])
def test_a_published_folder_that_is_not_whole_is_torn(home, drops, document, harm):
    path = home.places.outbox / "tide" / document
    data = path.read_bytes()
    path.unlink()
    if harm != "missing":
        path.write_bytes(data[: len(data) // 2] if harm == "half" else b"")

    assert found(home, drops)["torn"] == 1


def test_a_creative_that_was_swapped_is_torn(home, drops):
    sheet = home.places.outbox / "tide" / "contact-sheet.jpg"
    shutil.copy(sheet, home.places.outbox / "tide" / "cup" / "en" / "300x250.jpg")

    assert found(home, drops) == CLEAN | {"torn": 1}


@pytest.mark.parametrize("document", ["reasons.json", "REASONS.md", "bad.json"])
def test_a_refusal_without_its_documents_is_torn_and_its_drop_lost(home, drops, document):
    next(home.places.rejected.glob(f"bad*/{document}")).unlink()

    assert found(home, drops) == CLEAN | {"torn": 1, "lost": 1}


def test_a_request_that_was_settled_twice_is_paid_twice(home, drops):
    for _ in range(2):
        execute(
            home,
            "INSERT INTO spend (tenant, job, kind, key, estimate_micros, intended_at, cost_micros, outcome, usage,"
            " settled_at) VALUES ('default', ?, 'picture', 'one request', 1, 0, 1, 'ok', '{}', 0)",
            delivered(home),
        )

    assert found(home, drops) == CLEAN | {"paid_twice": 1}


def test_a_database_with_a_hole_is_broken(home, drops):
    with (home.places.state / "briefmill.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)

    assert found(home, drops)["broken"] == 1


def test_leftovers_are_told_and_are_no_fault(home, drops):
    (home.places.outbox / ".tide.part").mkdir()
    (home.places.inbox / ".briefmill" / "claimed" / delivered(home)).mkdir(parents=True)

    balance = books.balance(drops, [home.places])

    assert balance.faults == ()
    assert len(balance.left) == 2


def test_the_table_takes_the_place_of_the_one_before_and_leaves_the_page_alone(home, drops, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"Before.\n\n{table.BEGIN}\nLast year's.\n{table.END}\n\nAfter.\n")
    row = table.Row(fault="a fault")
    row.add(books.balance(drops, [home.places]))
    row.add(books.balance([*drops, books.Drop.of("gone.json", b"{}")], [home.places]), "second")

    table.publish(page, table.markdown([row], ["no tool"], "Told."))

    text = page.read_text()
    assert "| a fault | 2 | 9 | 2 delivered, 2 duplicate, 2 held, 2 rejected, 1 lost | 1 | 0 | 0 | 0 |  |" in text
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "Last year" not in text
    assert len(row.faults) == 1
    page.write_text("no markers\n")
    with pytest.raises(ValueError, match="no place for the table"):
        table.publish(page, "x")
