"""All settings of a home: what wins over what, what is refused, and what the message says."""

import contextlib
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill import settings
from briefmill.errors import ConfigError, Exit
from briefmill.settings import Settings

SECRET = "sk-test-0123456789abcdef"


@pytest.fixture
def home(tmp_path):
    (tmp_path / "config").mkdir()
    return tmp_path


def write(home: Path, text: str) -> Path:
    path = home / "config" / "briefmill.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(home: Path, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        Settings.load(home, environ or {})
    assert caught.value.exit_code is Exit.BAD_CONFIG
    assert "\n" not in str(caught.value)
    return str(caught.value)


def source_of(loaded: Settings, key: str) -> str:
    return next(entry.source for entry in loaded.explain() if entry.key == key)


# ------------------------------------------------------------------------------------------------------- layers


def test_a_bare_home_gets_the_defaults_with_absolute_folders(home):
    loaded = Settings.load(home, {})

    assert loaded.folders.inbox == home / "inbox"
    assert loaded.intake.quiet_s == 2.0
    assert loaded.output.file_mode == 0o644
    assert loaded.openai.api_key is None
    assert loaded.telemetry.address == ("127.0.0.1", 9464)


def test_a_home_that_does_not_exist_yet_still_has_settings(tmp_path):
    assert Settings.load(tmp_path / "later", {}).folders.outbox == tmp_path / "later" / "outbox"


def test_the_environment_beats_dotenv_and_dotenv_beats_the_file(home):
    write(home, "[intake]\nquiet_s = 3\ninterval_s = 3\ngrace_s = 3\n")
    (home / ".env").write_text("BRIEFMILL_INTAKE__INTERVAL_S=4\nBRIEFMILL_INTAKE__GRACE_S=4\nOTHER=1\n")

    loaded = Settings.load(home, {"BRIEFMILL_INTAKE__GRACE_S": "5", "PATH": "/bin"})

    assert (loaded.intake.quiet_s, loaded.intake.interval_s, loaded.intake.grace_s) == (3.0, 4.0, 5.0)
    assert source_of(loaded, "intake.quiet_s") == "toml"
    assert source_of(loaded, "intake.interval_s") == "dotenv"
    assert source_of(loaded, "intake.grace_s") == "env"
    assert source_of(loaded, "intake.marker") == "default"


def test_words_of_the_environment_become_numbers_and_truth_values(home):
    environ = {
        "BRIEFMILL_ENGINE__WORKERS": "3",
        "BRIEFMILL_INTAKE__MARKER": "false",
        "BRIEFMILL_OUTPUT__FILE_MODE": "0600",
        "BRIEFMILL_TELEMETRY__LISTEN": "",
    }

    loaded = Settings.load(home, environ)

    assert loaded.engine.workers == 3
    assert loaded.intake.marker is False
    assert loaded.output.file_mode == stat.S_IRUSR | stat.S_IWUSR
    assert loaded.telemetry.address is None


def test_variables_that_kubernetes_sets_for_a_service_of_our_name_are_left_alone(home):
    environ = {"BRIEFMILL_PORT": "tcp://10.0.0.1:9464", "BRIEFMILL_SERVICE_HOST": "10.0.0.1", "BRIEFMILL_HOME": "/x"}

    assert Settings.load(home, environ).explain() == Settings.load(home, {}).explain()


def test_a_file_with_a_byte_order_mark_is_read(home):
    (home / "config" / "briefmill.toml").write_bytes(b"\xef\xbb\xbf[engine]\r\nworkers = 2\r\n")

    assert Settings.load(home, {}).engine.workers == 2


def test_settings_cannot_be_changed(home):
    loaded = Settings.load(home, {})

    with pytest.raises(ValueError, match="frozen"):
        loaded.intake.quiet_s = 9
    with pytest.raises(ValueError, match="frozen"):
        loaded.home = Path("/")


# ------------------------------------------------------------------------------------------------------ secrets


@pytest.mark.parametrize(
    ("environ", "dotenv", "credential", "expected"),
    [
        ({"OPENAI_API_KEY": "sk-env"}, "", "", ("sk-env", "env")),
        ({}, "OPENAI_API_KEY='sk-dot'\n", "", ("sk-dot", "dotenv")),
        ({}, "", "sk-cred\n", ("sk-cred", "credential")),
        ({"OPENAI_API_KEY": "sk-env"}, "OPENAI_API_KEY=sk-dot\n", "sk-cred\n", ("sk-cred", "credential")),
        ({"BRIEFMILL_OPENAI__API_KEY": "sk-own", "OPENAI_API_KEY": "sk-env"}, "", "sk-cred\n", ("sk-own", "env")),
        ({"OPENAI_API_KEY": "  "}, "OPENAI_API_KEY=\n", "\n", (None, "default")),
    ],
)
def test_the_key_comes_from_the_most_explicit_place(home, tmp_path, environ, dotenv, credential, expected):
    (home / ".env").write_text(dotenv)
    folder = tmp_path / "credentials"
    folder.mkdir()
    if credential:
        (folder / "openai_api_key").write_text(credential)
        environ = {**environ, "CREDENTIALS_DIRECTORY": str(folder)}

    loaded = Settings.load(home, environ)

    key = loaded.openai.api_key.get_secret_value() if loaded.openai.api_key else None
    assert (key, source_of(loaded, "openai.api_key")) == expected


def test_a_key_is_never_shown(home):
    loaded = Settings.load(home, {"OPENAI_API_KEY": SECRET})

    assert SECRET not in repr(loaded)
    assert SECRET not in str(loaded.explain())
    assert any(entry.key == "openai.api_key" and entry.value == "********" for entry in loaded.explain())


@pytest.mark.parametrize(
    "line", [f'api_key = "{SECRET}"', f'model = "{SECRET}"', 'password = "hunter2"', f'extra.token = "{SECRET}"']
)
def test_a_secret_in_the_file_is_refused_with_its_line_and_the_right_place_but_not_its_value(home, line):
    path = write(home, f"[openai]\n\n{line}\n")

    said = refusal(home)

    assert said.startswith(f"{path}:3: openai.")
    assert "OPENAI_API_KEY" in said
    assert SECRET not in said
    assert "hunter2" not in said


def test_a_key_copied_with_something_else_is_refused_without_showing_it(home):
    said = refusal(home, {"OPENAI_API_KEY": f"{SECRET} and more"})

    assert said.startswith("OPENAI_API_KEY: ")
    assert SECRET not in said


# ---------------------------------------------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("text", "line", "advice"),
    [
        ("[intake]\nquite_s = 3\n", 2, "Did you mean [intake] quiet_s?"),
        ("[intake]\nworkers = 3\n", 2, "It belongs to [engine] workers."),
        ("[intake]\nzzz = 3\n", 2, "Known there: quiet_s, interval_s"),
        ("\n[inteke]\nquiet_s = 3\n", 2, "Did you mean intake?"),
        ("quiet_s = 3\n", 1, "Put it under [intake]."),
        ("intake = 3\n", 1, "Write [intake] on a line of its own."),
        ('home = "/srv"\n', 1, "stands outside of any section"),
        ("intake.quite_s = 3\n", 1, "Did you mean [intake] quiet_s?"),
        ("[[intake]]\nquiet_s = 3\n", 1, "Write [intake]"),
        ("[intake]\nquiet_s = \n", 2, "not TOML"),
        ("[intake]\nquiet_s = 1\nquiet_s = 2\n", 3, "not TOML"),
    ],
)
def test_a_name_that_means_nothing_is_refused_with_its_line_and_what_was_meant(home, text, line, advice):
    path = write(home, text)

    said = refusal(home)

    assert said.startswith(f"{path}:{line}: ")
    assert advice in said


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("BRIEFMILL_INTAKE__QUITE_S", "Did you mean BRIEFMILL_INTAKE__QUIET_S?"),
        ("BRIEFMILL_ENGINE__QUIET_S", "It belongs to BRIEFMILL_INTAKE__QUIET_S."),
        ("BRIEFMILL_INTAK__QUIET_S", "Did you mean intake?"),
    ],
)
def test_a_variable_that_means_nothing_is_refused_with_what_was_meant(home, name, advice):
    said = refusal(home, {name: "1"})

    assert said.startswith(f"{name}: ")
    assert advice in said


@pytest.mark.parametrize(
    ("section", "line", "words"),
    [
        ("intake", "quiet_s = -1", "greater than or equal to 0 (it says -1)"),
        ("intake", "quiet_s = nan", "finite number"),
        ("intake", "quiet_s = true", "true and false have no meaning here"),
        ("intake", 'quiet_s = "soon"', "valid number"),
        ("intake", 'watcher = "inotify"', "'auto', 'native', 'polling' or 'off'"),
        ("engine", "workers = 2.5", "valid integer"),
        ("engine", "attempts = 0", "greater than or equal to 1"),
        ("output", "file_mode = 644", 'such as "0644"'),
        ("output", 'file_mode = "0999"', 'such as "0644"'),
        ("telemetry", 'listen = "9464"', "host:port"),
        ("telemetry", 'listen = "::1:9464"', "host:port"),
        ("telemetry", 'listen = "localhost:99999"', "host:port"),
        ("telemetry", 'heartbeat = "often"', '"15m", "90s" or "2h"'),
        ("telemetry", "heartbeat = true", "true and false have no meaning here"),
        ("telemetry", 'heartbeat = "2 days"', '"15m", "90s" or "2h"'),
        ("telemetry", "heartbeat = 0.5", "from 1s to 24h"),
        ("telemetry", 'heartbeat = "25h"', "from 1s to 24h"),
        ("telemetry", 'otlp_endpoint = "127.0.0.1:4318"', "http://127.0.0.1:4318"),
        ("openai", 'base_url = "api.example.com"', "whole address"),
        ("openai", 'base_url = "https://me:pw@example.com"', "must not carry a user name"),
        ("folders", 'inbox = "~/inbox"', "~ is not expanded"),
        ("folders", 'inbox = "a\\u0000b"', "control characters"),
        ("folders", "inbox = 3", "path"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_its_line_meaning_and_default(home, section, line, words):
    path = write(home, f"# mine\n[{section}]\n{line}\n")

    said = refusal(home)

    assert said.startswith(f"{path}:3: {section}.")
    assert words in said
    assert "Default: " in said


def test_all_values_out_of_bounds_are_told_at_once(home):
    write(home, "[intake]\nquiet_s = -1\n[engine]\nattempts = 0\n")

    said = refusal(home, {"BRIEFMILL_ENGINE__WORKERS": "many"})

    assert all(part in said for part in (":2: intake.quiet_s", ":4: engine.attempts", "BRIEFMILL_ENGINE__WORKERS: "))


def test_a_line_of_dotenv_that_is_no_assignment_is_refused_with_its_line(home):
    (home / ".env").write_text("# mine\n\nOTHER=1\n\n'oops\nX=2\n")

    assert refusal(home).startswith(f"{home / '.env'}:5: this line is no NAME=value")


def test_a_wrong_value_in_dotenv_is_found_by_its_line(home):
    (home / ".env").write_text("\n\nBRIEFMILL_INTAKE__QUIET_S=-1\n")

    assert refusal(home).startswith(f"{home / '.env'}:3: BRIEFMILL_INTAKE__QUIET_S: intake.quiet_s")


def test_a_file_that_is_not_text_is_refused(home):
    (home / "config" / "briefmill.toml").write_bytes(b"[intake]\nquiet_s = \xff\n")

    assert "not UTF-8" in refusal(home)


# ----------------------------------------------------------------------------------------------------- folders


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('outbox = "inbox/done"', "folders.outbox"),
        ('outbox = "inbox"', "folders.outbox"),
        ('archive = "outbox/../inbox/x"', "folders.archive"),
        ('inbox = "."', "holds the home"),
        ('inbox = ""', "holds the home"),
        ('state = "/"', "holds the home"),
    ],
)
def test_folders_inside_each_other_are_refused(home, text, words):
    path = write(home, f"[folders]\n{text}\n")

    said = refusal(home)

    assert said.startswith(f"{path}:2: ")
    assert words in said


def test_a_link_does_not_hide_that_one_folder_is_inside_another(home):
    (home / "inbox").mkdir()
    (home / "outbox").symlink_to(home / "inbox")

    assert "folders.outbox" in refusal(home)


def test_links_that_lead_in_a_circle_are_refused(home):
    (home / "inbox").symlink_to(home / "outbox")
    (home / "outbox").symlink_to(home / "inbox")

    with pytest.raises(ConfigError):
        Settings.load(home, {})


def test_a_folder_may_lie_anywhere_else(home, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("drive")
    write(home, f'[folders]\ninbox = "{elsewhere}/drop"\noutbox = "made/out"\n')

    loaded = Settings.load(home, {})

    assert loaded.folders.inbox == elsewhere / "drop"
    assert loaded.folders.outbox == home / "made" / "out"


# ------------------------------------------------------------------------------------------------------- places


def test_the_home_is_the_option_then_the_variable_then_the_current_folder():
    cwd = Path("/srv/here")

    assert settings.home_from(Path("there"), {"BRIEFMILL_HOME": "/x"}, cwd) == Path("/srv/here/there")
    assert settings.home_from(None, {"BRIEFMILL_HOME": "../x"}, cwd) == Path("/srv/x")
    assert settings.home_from(None, {"BRIEFMILL_HOME": ""}, cwd) == cwd


def test_a_home_without_a_configuration_uses_the_shipped_one_file_by_file(home):
    assert settings.config_dir(home) == settings.shipped_config()
    write(home, "")
    assert settings.config_dir(home) == home / "config"
    assert settings.config_file(home, "placements.yaml") == settings.shipped_config() / "placements.yaml"
    (home / "config" / "placements.yaml").write_text("")
    assert settings.config_file(home, "placements.yaml") == home / "config" / "placements.yaml"


def test_the_shipped_file_names_every_key_with_its_default(home):
    write(home, (settings.shipped_config() / "briefmill.toml").read_text(encoding="utf-8"))

    shipped = {entry.key: entry for entry in Settings.load(home, {}).explain()}
    default = {entry.key: entry for entry in Settings.load(home.parent / "bare", {}).explain()}

    written = {key: entry for key, entry in default.items() if not key.endswith(".api_key")}
    assert [key for key in written if shipped[key].source != "toml"] == []
    plain = {key: entry.value for key, entry in written.items() if not key.startswith("folders.")}
    assert {key: shipped[key].value for key in plain} == plain
    assert Settings.load(home, {}).folders.inbox == home / "inbox"


def test_every_setting_has_a_sentence(home):
    for entry in Settings.load(home, {}).explain():
        assert entry.doc.endswith("."), entry.key


@given(st.text(max_size=60), st.text(max_size=20))
def test_no_text_in_the_file_or_a_variable_ends_in_anything_but_settings_or_a_clear_refusal(
    tmp_path_factory, text, said
):
    home = tmp_path_factory.mktemp("home")
    (home / "config").mkdir()
    (home / "config" / "briefmill.toml").write_text(text, encoding="utf-8", errors="replace")

    with contextlib.suppress(ConfigError):
        assert Settings.load(home, {"BRIEFMILL_INTAKE__QUIET_S": said, "OPENAI_API_KEY": said}).home == home


# ------------------------------------------------------------------------------------------------------- the floor


@pytest.mark.parametrize(
    ("written", "least"),
    [
        ("auto", (268_435_456, 0.01)),
        ("off", (0, 0.0)),
        ("500 MB", (500_000_000, 1.0)),
        ("2GiB", (2_147_483_648, 1.0)),
        ("1.5 GB", (1_500_000_000, 1.0)),
        ("4096 bytes", (4096, 1.0)),
    ],
)
def test_a_floor_is_written_as_people_write_it(home, written, least):
    assert Settings.load(home, {"BRIEFMILL_DISK__FLOOR": written}).disk.least == least


def test_a_floor_as_a_share_has_no_bytes_that_could_be_less(home):
    least, share = Settings.load(home, {"BRIEFMILL_DISK__FLOOR": "2 %"}).disk.least
    assert least > 2**60
    assert share == pytest.approx(0.02)


@pytest.mark.parametrize("written", ["", "500", "500 mb", "-1 GB", "many GB", "51 %", "1e9 B", "nan GB", "5 GB free"])
def test_a_floor_that_means_nothing_is_refused_with_an_example(home, written):
    said = refusal(home, {"BRIEFMILL_DISK__FLOOR": written})
    assert "disk.floor" in said
    assert "500 MB" in said


@given(st.text(max_size=20))
def test_no_text_as_a_floor_ends_in_anything_but_a_floor_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        least, share = settings.tree.split_floor(text)
        assert least >= 0
        assert 0 <= share <= 1
