"""The house as it was planned: floors, small rooms, one package, and nothing of this machine in it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "daemon" / "briefmill"
HEAVY = (
    "cv2",
    "numpy",
    "openai",
    "PIL",
    "babel",
    "sqlalchemy",
    "budoux",
    "fontTools",
    "prometheus_client",
    "structlog",
)


def tracked():
    """The files of the repository, and those about to be; every file of the tree where git is not there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path):
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_every_module_imports_only_from_floors_below():
    linter = Path(sys.executable).with_name("lint-imports")

    judged = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert judged.returncode == 0, judged.stdout[-4000:]


def test_no_room_is_larger_than_four_hundred_lines():
    lines = {path: len(text_of(path).splitlines()) for path in (ROOT / "daemon").rglob("*.py")}

    assert {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > 400} == {}


def test_the_source_root_holds_one_package_and_is_none_itself():
    inside = [path.name for path in (ROOT / "daemon").iterdir() if not path.name.startswith((".", "__pycache__"))]

    assert [name for name in inside if not name.endswith(".egg-info")] == ["briefmill"]
    assert not (ROOT / "daemon" / "__init__.py").exists()


def test_every_module_says_what_it_is_for():
    silent = [path for path in PACKAGE.rglob("*.py") if not text_of(path).lstrip().startswith(('"""', 'r"""'))]

    assert silent == []


def test_tests_are_no_packages():
    assert list((ROOT / "tests").rglob("__init__.py")) == []


@pytest.mark.parametrize("module", ["briefmill.faces.cli.main", "briefmill.settings", "briefmill.wiring"])
def test_the_light_paths_leave_heavy_libraries_alone(module):
    script = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_the_lock_gives_every_requirement_a_hash_and_names_no_index():
    lock = text_of(ROOT / "requirements.lock")
    entries = [entry for entry in lock.replace("\\\n", " ").splitlines() if re.match(r"^[A-Za-z0-9]", entry)]

    assert len(entries) > 20
    assert [entry for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", lock)


def test_no_file_knows_the_machine_it_was_written_on():
    # Put together here, so that this file does not find itself.
    private = re.compile("|".join("/" + name + "/" for name in ("home/[a-z]+", "work", "root", "Users")))

    named = {
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in tracked()
        for line in text_of(path).splitlines()
        if private.search(line)
    }

    assert named == set()


def test_no_file_holds_a_key():
    key = re.compile(r"\bsk-(proj-)?[A-Za-z0-9]{20,}")

    assert [str(path) for path in tracked() if key.search(text_of(path))] == []
