"""The Dockerfile, read: what can be held without a container engine."""

import json
import re
import shlex
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
    assert "/readyz" in check[2]


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
