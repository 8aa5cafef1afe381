"""`briefmill cache`, as a person types it."""

import json
import os
import subprocess
import sys

import pytest

from briefmill.domain.creative import MadePicture
from briefmill.makers.shelf import Shelf
from briefmill.storage.fs import FileStore

OLD = 1_000_000_000


@pytest.fixture
def ask(tmp_path):
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("BRIEFMILL_", "OPENAI_"))}

    def run(*words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "briefmill", "cache", *words, "--home", str(tmp_path)],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if "--json" in words else done.stdout

    return run


@pytest.fixture
def shelf(tmp_path):
    store = FileStore(tmp_path / "state" / "work" / "artefacts")
    store.prepare()
    made = Shelf(tmp_path / "state" / "cache", store)
    for number in range(3):
        data = f"{number}".encode() * 1000
        picture = MadePicture(
            data=data, media_type="image/png", maker="m", model="m", prompt="p", seed=1, cost_micros=53_000
        )
        made.put(f"k{number}", picture, tenant="acme")
        os.utime(made.index / f"k{number}.json", (OLD + number, OLD + number))
    return made


def test_an_empty_cache_says_so(ask):
    assert "Nothing is kept yet" in ask("stats")
    assert ask("stats", "--json")["oldest_use"] is None
    assert ask("prune", "--json") == {"removed": [], "bytes": 0, "dry_run": False}
    assert ask("verify", "--json")["good"] == 0


def test_stats_tell_size_and_what_it_had_cost(ask, shelf):
    told = ask("stats", "--json")
    assert (told["entries"], told["bytes"], told["paid_usd"]) == (3, 3000, pytest.approx(0.159))
    assert told["tenants"] == {"acme": 3000}
    assert told["oldest_use"].startswith("2001-09-09")
    assert "3 requests answered by 3 pictures" in ask("stats")


def test_a_dry_prune_only_tells_and_a_real_one_removes_the_oldest(ask, shelf):
    assert [row["key"] for row in ask("prune", "--max-bytes", "1500", "--dry-run", "--json")["removed"]] == ["k0", "k1"]
    assert shelf.stock().entries == 3
    assert "2 gone" in ask("prune", "--max-bytes", "1500")
    assert {entry.key for entry in shelf.entries()} == {"k2"}


def test_the_check_drops_what_is_altered_and_says_no(ask, shelf):
    entry = next(one for one in shelf.entries() if one.key == "k1")
    root = shelf.index.parent / "work" / "artefacts"
    (root / entry.ref.sha256[:2] / entry.ref.sha256).write_bytes(b"rotten")
    assert "would drop" in ask("verify", "--dry-run", code=1)
    told = ask("verify", "--json", code=1)
    assert told["good"] == 2
    assert told["dropped"][0].startswith("k1: ")
    assert "2 hold, 0 broken" in ask("verify")
