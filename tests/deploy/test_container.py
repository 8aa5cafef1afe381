"""The Dockerfile, read: what can be held without a container engine."""

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def steps():
    """The instructions as (name, arguments), continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    return [tuple(line.split(None, 1)) for line in lines if line.strip()]


def every(steps, name):
    return [arguments for found, arguments in steps if found == name]


def test_it_has_a_stage_that_builds_and_one_that_runs_on_the_same_pinned_python(steps):
    build, run = every(steps, "FROM")

    assert build.removesuffix(" AS build") == run
    assert re.fullmatch(r"python:3\.\d+(\.\d+)?-slim-[a-z]+", run)


def test_everything_it_copies_is_there_and_let_through(steps):
    let_through = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for arguments in every(steps, "COPY"):
        words = shlex.split(arguments)
        if words[0] == "--from=build":
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in let_through, source


def test_nothing_else_is_let_through_to_the_build(steps):
    copied = {word for arguments in every(steps, "COPY") for word in shlex.split(arguments)[:-1]}
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert "*" in lines
    assert {line[1:] for line in lines if line.startswith("!")} <= copied


def test_everything_it_copies_is_kept_in_git(steps):
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: what is kept cannot be told")
    kept = listed.stdout.split("\0")
    sources = [shlex.split(arguments)[:-1] for arguments in every(steps, "COPY") if not arguments.startswith("--from")]
    for source in (word for words in sources for word in words):
        assert any(name == source or name.startswith(f"{source}/") for name in kept), source


def test_nothing_is_added_from_elsewhere_and_no_tool_of_the_base_stays(steps):
    names = [name for name, _ in steps]
    run_of_the_last_stage = [arguments for name, arguments in steps[max_from(names) :] if name == "RUN"]

    assert "ADD" not in names
    assert "SHELL" not in names
    assert all("apt" not in arguments.split() for arguments in every(steps, "RUN"))
    assert "pip uninstall" in " ".join(run_of_the_last_stage)
    assert "ensurepip" in " ".join(run_of_the_last_stage)


def max_from(names):
    return len(names) - 1 - names[::-1].index("FROM")


@pytest.mark.parametrize("name", [".env", "config/.env", "config/.env.local", "daemon/server.key", "tests/conftest.py"])
def test_no_secret_and_no_test_gets_into_the_build(name):
    assert not let_through(name)


@pytest.mark.parametrize("name", ["config/briefmill.toml", "daemon/briefmill/errors.py", "requirements.lock"])
def test_what_the_build_needs_gets_into_it(name):
    assert let_through(name)


def let_through(name):
    """As Docker reads its ignore file: the last line that matches decides, and a folder stands for what is in it."""
    result = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!")
        if not pattern or pattern.startswith("#"):
            continue
        glob = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
        glob = glob.replace(r"\[", "[").replace(r"\]", "]")
        if re.fullmatch(f"{glob}(?:/.*)?", name):
            result = line.startswith("!")
    return result


def test_its_labels_say_which_version_it_is(steps):
    from briefmill import __version__

    labels = dict(word.split("=", 1) for word in shlex.split(" ".join(every(steps, "LABEL"))))

    assert labels["org.opencontainers.image.version"] == __version__
    assert labels["org.opencontainers.image.base.name"].endswith("/" + every(steps, "FROM")[-1])
    assert {name.rpartition(".")[2] for name in labels} >= {"title", "description", "licenses", "revision"}


def test_it_runs_without_root_by_number(steps):
    (user,) = every(steps, "USER")

    assert all(int(part) >= 10_000 for part in user.split(":"))
    names = [name for name, _ in steps]
    assert names.index("USER") > len(names) - 1 - names[::-1].index("COPY")


def test_command_entrypoint_and_health_check_need_no_shell(steps):
    (entrypoint,) = every(steps, "ENTRYPOINT")
    (command,) = every(steps, "CMD")
    (health,) = every(steps, "HEALTHCHECK")

    assert json.loads(entrypoint) == ["briefmill"]
    assert json.loads(command) == ["run"]
    check = json.loads(health.partition("CMD ")[2])
    assert check[:2] == ["python", "-c"]
    compile(check[2], "healthcheck", "exec")
    # /readyz says no in a pause, which a restart by whoever reads the health check would not end.
    assert "/healthz" in check[2]


def test_what_it_installs_from_outside_is_locked_by_hash(steps):
    installs = re.findall(r"pip install [^&]*", " ".join(every(steps, "RUN")))

    assert len(installs) == 4
    assert all("--require-hashes" in install or "--no-deps /dist/" in install for install in installs)


def test_its_environment_is_made_of_settings_that_exist(steps, tmp_path):
    from briefmill.settings import Settings

    words = shlex.split(" ".join(every(steps, "ENV")))
    environ = dict(word.split("=", 1) for word in words)

    assert Settings.load(tmp_path, environ).telemetry.address == ("0.0.0.0", 9464)
    assert environ["BRIEFMILL_HOME"] == "/data"


def test_no_package_index_is_named():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")

    assert not re.search(r"index-url|find-links|://(?!127\.0\.0\.1)", text)
