"""What of the lock goes into a container."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def runtime_lock():
    spec = importlib.util.spec_from_file_location("runtime_lock", ROOT / "deploy" / "runtime_lock.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_briefmill_needs_is_there_and_its_developers_tools_are_not(runtime_lock):
    names = runtime_lock.needed("briefmill")

    assert {"openai", "pydantic-core", "sqlalchemy", "pillow"} <= names
    assert not names & {"briefmill", "pytest", "mypy", "ruff", "hatchling", "colorama"}


def test_each_entry_keeps_its_version_and_hashes(runtime_lock):
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = runtime_lock.needed("briefmill")

    part = runtime_lock.part(lock, names)

    assert set(part.splitlines()) <= set(lock.splitlines())
    for entry in part.replace("\\\n", " ").splitlines():
        assert "==" in entry
        assert "--hash=sha256:" in entry


def test_an_extra_brings_what_it_needs(runtime_lock):
    assert "flask" not in runtime_lock.needed("coverage")
    assert {"coverage"} == runtime_lock.needed("coverage[toml]") | {"coverage"}


def test_a_package_that_the_lock_lacks_is_an_error(runtime_lock):
    with pytest.raises(KeyError):
        runtime_lock.part("pillow==13.0.0 \\\n    --hash=sha256:00\n", {"numpy"})
