"""What users, scripts and dashboards rely on: names that may not change by accident."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from briefmill.settings import Settings, shipped_config
from briefmill.telemetry.metrics import Metrics

ROOT = Path(__file__).parents[2]

METRICS = {
    "briefmill_build_info": {"version", "python"},
    "briefmill_stage_started_total": {"stage"},
    "briefmill_stage_completed_total": {"stage", "outcome"},
    "briefmill_stage_duration_seconds_bucket": {"stage", "le"},
    "briefmill_stage_in_progress": {"stage"},
    "briefmill_briefs_total": {"outcome"},
    "briefmill_brief_age_seconds_bucket": {"le"},
    "briefmill_backlog_files": {"state"},
    "briefmill_oldest_unprocessed_timestamp_seconds": set(),
    "briefmill_scans_total": {"trigger"},
    "briefmill_scan_duration_seconds_bucket": {"le"},
    "briefmill_scan_found_unannounced_total": set(),
    "briefmill_watcher_overflows_total": set(),
    "briefmill_inbox_available": set(),
    "briefmill_ignored_files_total": {"rule"},
    "briefmill_recovered_jobs_total": set(),
    "briefmill_external_calls_total": {"provider", "outcome"},
    "briefmill_spend_usd_total": {"kind"},
    "briefmill_audit_write_errors_total": set(),
    "briefmill_disk_free_bytes": {"folder"},
    "briefmill_config_reloads_total": {"outcome"},
    "briefmill_config_last_reload_successful": set(),
    "briefmill_config_last_reload_success_timestamp_seconds": set(),
    "process_start_time_seconds": set(),
}

COMMANDS = {
    "run",
    "init",
    "demo",
    "doctor",
    "install",
    "plan",
    "check",
    "submit",
    "explain",
    "jobs list",
    "jobs show",
    "jobs retry",
    "jobs cancel",
    "audit tail",
    "audit show",
    "audit verify",
    "audit export",
    "placements list",
    "placements show",
    "config show",
}

LABELS_OF_FILES_OR_JOBS = {"job", "name", "file", "path", "source", "campaign", "tenant"}


@pytest.fixture(scope="module")
def scraped():
    body, _ = Metrics(version="0", ignored_rules=("hidden",)).exposition()
    return [sample for family in text_string_to_metric_families(body.decode()) for sample in family.samples]


@pytest.mark.parametrize("name", sorted(METRICS))
def test_a_promised_metric_is_in_the_first_scrape_with_its_labels(scraped, name):
    labels = [set(sample.labels) for sample in scraped if sample.name == name]

    assert labels
    assert all(found == METRICS[name] for found in labels)


def test_no_metric_has_a_label_that_could_hold_a_file_or_a_job(scraped):
    assert [sample.name for sample in scraped if LABELS_OF_FILES_OR_JOBS & set(sample.labels)] == []


def test_the_shipped_configuration_loads(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "briefmill.toml").write_bytes((shipped_config() / "briefmill.toml").read_bytes())

    assert Settings.load(tmp_path, {}).home == tmp_path


def test_every_line_of_the_example_environment_is_a_setting(tmp_path):
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assignments = [match[1] for line in lines if (match := re.match(r"^#?\s*([A-Z][A-Z0-9_]+=.*)$", line))]
    (tmp_path / ".env").write_text("\n".join(assignments), encoding="utf-8")

    sources = {entry.key: entry.source for entry in Settings.load(tmp_path, {}).explain()}

    # Settings refuses what it does not know, so it is enough that each was taken; the empty key counts as none.
    assert len(assignments) >= 4
    assert sum(source == "dotenv" for source in sources.values()) == len(assignments) - 1


def walk(command, path=()):
    """Every command with its path; a group is walked into."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from walk(inner, (*path, name))


@pytest.fixture(scope="module")
def commands():
    import typer.main

    from briefmill.faces.cli.main import app

    return {" ".join(path): command for path, command in walk(typer.main.get_command(app)) if path}


def test_every_promised_command_is_there(commands):
    assert COMMANDS - set(commands) == set()


def test_every_command_and_every_option_has_help(commands):
    silent = [name for name, command in commands.items() if not (command.help or "").strip()]
    silent += [
        f"{name} {option.opts[0]}"
        for name, command in commands.items()
        for option in command.params
        if option.opts[0].startswith("-") and not (getattr(option, "help", "") or "").strip()
    ]

    assert silent == []


def test_every_promised_command_takes_a_home(commands):
    homeless = [
        name for name in COMMANDS & set(commands) if "--home" not in [o for p in commands[name].params for o in p.opts]
    ]

    assert homeless == []
