"""The command as scripts use it: exit codes, one-line errors, JSON."""

import json
import subprocess
import sys

import pytest

GOOD = "campaign: Calm\nmessage: hi\nproducts: [Cup]\n"


@pytest.fixture
def home(tmp_path):
    made = Home(tmp_path / "home")
    made.run("init")
    return made


class Home:
    def __init__(self, path):
        self.path = path

    def run(self, *words, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "briefmill", *words],
            env={"BRIEFMILL_HOME": str(self.path), "PATH": "/usr/bin:/bin", "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    def write(self, name, text):
        path = self.path / name
        path.write_text(text)
        return str(path)


def test_init_is_harmless_when_repeated_and_says_before_it_acts(tmp_path):
    home = Home(tmp_path / "new")
    assert "would make" in home.run("init", "--dry-run")
    assert not home.path.exists()
    home.run("init")
    (home.path / "config" / "briefmill.toml").write_text("# mine\n")
    assert "nothing to make" in home.run("init")
    assert (home.path / "config" / "briefmill.toml").read_text() == "# mine\n"


def test_check_prints_what_became_what_and_leaves_with_65_for_a_bad_brief(home):
    good = json.loads(
        home.run("check", home.write("a.yaml", "campaignName: Calm\nmessage: hi\nproducts: [Cup]\n"), "--json")
    )
    assert good["understood"]["creatives"] == 3
    assert {"written": "campaignName", "became": "title"} in good["aliases"] or good["aliases"]
    told = home.run("check", home.write("b.yaml", "campaign: Calm\n"), code=65)
    assert "products" in told
    assert "message" in told


def test_plan_costs_nothing_without_a_key(home):
    planned = json.loads(home.run("plan", home.write("a.yaml", GOOD), "--json"))
    assert (planned["calls"], planned["estimate_usd"], len(planned["creatives"])) == (0, 0, 3)


def test_submit_drops_a_copy_and_never_over_another(home):
    path = home.write("a.yaml", GOOD)
    home.run("submit", path)
    assert (home.path / "inbox" / "a.yaml").read_text() == GOOD
    assert "already" in home.run("submit", path, code=1)
    home.run("submit", path, "--name", "b.yaml")
    assert "plain name" in home.run("submit", path, "--name", "../c.yaml", code=1)
    assert not (home.path / "c.yaml").exists()
    home.run("submit", home.write("bad.yaml", "campaign: x\n"), code=65)


def test_explain_says_why_a_file_waits(home):
    home.run("submit", home.write("a.yaml", GOOD))
    told = json.loads(home.run("explain", str(home.path / "inbox" / "a.yaml"), "--json"))
    assert told["verdict"] in {"waiting", "ready"}
    assert told["kind"] == "brief"
    assert "ignored" in home.run("explain", home.write("inbox/notes.txt", "x"))


def test_the_example_is_a_brief_that_can_be_made(home):
    home.run("check", home.write("example.yaml", home.run("brief", "example")))
    assert json.loads(home.run("brief", "schema"))["$schema"]


def test_the_doctor_finds_a_healthy_home_healthy_and_a_missing_folder_missing(home):
    checks = json.loads(home.run("doctor", "--json"))
    assert all(check["ok"] for check in checks), [check for check in checks if not check["ok"]]
    (home.path / "outbox").rmdir()
    told = home.run("doctor", code=1)
    assert "FAULT  outbox" in told
    assert "briefmill init" in told


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("jobs", "show", "j_none"), 1, "no job"),
        (("jobs", "bogus"), 2, "No such command"),
        (("check", "nowhere.yaml"), 2, "does not exist"),
        (("placements", "show", "qwertz uiop"), 1, "qwertz"),
    ],
)
def test_what_goes_wrong_is_one_line_and_the_right_code(home, words, code, says):
    told = home.run(*words, code=code)
    assert says.lower() in told.lower()
    assert told.startswith("briefmill: ")


def test_a_wrong_setting_is_refused_with_its_line(home):
    (home.path / "config" / "briefmill.toml").write_text("[intake]\nquiet_s = -1\n")
    told = home.run("jobs", "list", code=78)
    assert "briefmill.toml:2" in told


def test_empty_lists_are_empty_lists(home):
    assert json.loads(home.run("jobs", "list", "--json", "--limit", "0")) == []
    assert json.loads(home.run("audit", "tail", "--json")) == []
    assert json.loads(home.run("audit", "verify", "--json"))["bad_row"] == 0
    assert len(json.loads(home.run("placements", "list", "--json"))) > 10


def test_an_export_can_be_verified_elsewhere_and_never_overwrites(home, tmp_path):
    target = tmp_path / "audit.jsonl"
    home.run("audit", "export", str(target))
    assert target.read_text() == ""
    home.run("audit", "export", str(target), code=74)


def test_secrets_are_masked(home):
    (home.path / ".env").write_text("OPENAI_API_KEY=sk-very-secret-thing\n")
    shown = home.run("config", "show")
    assert "sk-very" not in shown
    assert "openai.api_key" in shown
