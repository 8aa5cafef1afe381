"""What all storms share: the length of the run, the tools they need, the table they write."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

import briefmill
from storm import table
from storm.premises import Premises

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
BUILD = ROOT / "build"
ROWS, BEGUN = pytest.StashKey(), pytest.StashKey()
SHORT = os.environ.get("STORM", "") == "short"


def pytest_addoption(parser):
    parser.addoption("--write-docs", action="store_true", help="put the table into docs/reliability.md")


def pytest_configure(config):
    config.stash[ROWS] = ([], time.monotonic())


def pytest_collection_modifyitems(items):
    # A disaster takes minutes; what hangs is ended by its own deadlines, which say more.
    for item in items:
        if "storm" in item.path.parts:
            item.add_marker(pytest.mark.timeout(3600))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    for row in item.stash.get(BEGUN, ()) if report.failed else ():
        row.failed = True
    if report.when == "teardown":
        # Half an hour of results shall not depend on the end being reached.
        write(item.config, [])
    return report


def write(config, skipped):
    rows, began = config.stash[ROWS]
    length = "STORM=short make storm" if SHORT else "make storm"
    text = table.markdown(rows, skipped, table.about(briefmill.__version__, length, time.monotonic() - began))
    BUILD.mkdir(exist_ok=True)
    (BUILD / "storm.md").write_text(text, encoding="utf-8")
    return text


def pytest_terminal_summary(terminalreporter, config):
    skipped = [str(report.longrepr[2]).removeprefix("Skipped: ") for report in terminalreporter.getreports("skipped")]
    rows, _ = config.stash[ROWS]
    if not rows and not skipped:
        return
    text = write(config, skipped)
    terminalreporter.section("the storm")
    terminalreporter.write(text)
    for row in rows:
        for fault in row.faults:
            terminalreporter.write_line(fault, red=True)
    if config.getoption("--write-docs"):
        table.publish(PAGE, text)


@pytest.fixture
def row(request):
    """Begin a row of the table: `row("what happens")`."""
    begun = request.node.stash.setdefault(BEGUN, [])

    def begin(fault, **more):
        made = table.Row(fault=fault, **more)
        begun.append(made)
        request.config.stash[ROWS][0].append(made)
        return made

    return begin


@pytest.fixture
def length():
    """Choose by the length of the run: `length(full, short)`."""
    return lambda full, short: short if SHORT else full


@pytest.fixture
def needs():
    """Skip, in words for the table, when a tool or the right to use it is missing."""

    def check(*tools, root=False):
        missing = [tool for tool in tools if shutil.which(tool) is None]
        if missing:
            pytest.skip(f"{', '.join(missing)} not installed")
        if root and os.geteuid() != 0:
            pytest.skip("this disaster needs root")

    return check


@pytest.fixture
def premises(tmp_path):
    """A home that was made by `init` and never run."""
    made = Premises(tmp_path / "home")
    made.command("init")
    return made


@pytest.fixture
def mounted(tmp_path):
    """Mount, and unmount in the end: `mounted(command, folder)`, where the command ends with the folder."""
    places = []

    def mount(command, folder):
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([*command, folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"{command[0]} may not mount here: {done.stderr.strip()}")
        places.append(folder)
        return folder

    yield mount
    for folder in filter(Path.is_mount, reversed(places)):
        # Lazily: a worker of a daemon that was killed a moment ago may still look at it.
        subprocess.run(["umount", "--lazy", folder], check=True)
