"""Log lines: one line each, whatever is in them, without secrets, and not more of the same than anybody reads."""

import io
import json
import logging
import os
import warnings
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefmill.domain import facts
from briefmill.domain.job import Stage, State
from briefmill.telemetry import levels, logs
from briefmill.telemetry.repeats import MOST, Repeats
from briefmill.telemetry.scrub import scrub


class Stopped:
    """A clock for tests that take no fixture anew for each example."""

    def now(self):
        return datetime(2026, 3, 1, tzinfo=UTC)

    def monotonic(self):
        return 0.0


@pytest.fixture(autouse=True)
def standard_logging_as_before():
    root = logging.getLogger()
    handlers, level, shown = root.handlers[:], root.level, warnings.showwarning
    yield
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    warnings.showwarning = shown


@pytest.fixture
def write(clock):
    """Write facts in a format; gives what was written."""

    def writer(*told, spelling="json", level="debug", journal=False, close=True):
        stream = io.StringIO()
        logger = logs.configure(
            format=spelling, level=level, stream=stream, clock=clock, version="1.2.3", journal=journal
        )
        log = logs.Log(logger, clock, per_minute=3)
        for fact in told:
            log.hear(fact)
        if close:
            log.close()
        return stream.getvalue()

    return writer


def test_a_json_line_carries_time_level_event_version_and_the_facts_fields(write):
    text = write(facts.Closed(job="j_1", source="b.json", state=State.DELIVERED, age_s=2.5, folder="spring"))

    assert json.loads(text) == {
        "timestamp": "2026-03-01T12:00:00.000Z",
        "level": "info",
        "event": "job.closed",
        "version": "1.2.3",
        "job": "j_1",
        "source": "b.json",
        "state": "delivered",
        "age_s": 2.5,
        "folder": "spring",
        "reason": "",
    }


def test_a_console_line_shows_the_same_without_empty_fields(write):
    text = write(facts.Closed(job="j_1", source="b.json", state=State.HELD, age_s=2.5, reason="no"), spelling="console")

    assert text.startswith("2026-03-01T12:00:00.000Z [warning  ] job.closed")
    assert "source=b.json" in text
    assert "folder" not in text


def test_in_the_journal_every_line_of_a_traceback_has_its_priority_and_no_time(write):
    text = write(facts.Failed(where="x", error="boom", traceback="one\ntwo\n"), spelling="console", journal=True)

    assert [line[:3] for line in text.splitlines()] == ["<3>"] * 3
    assert "2026-03-01" not in text


@pytest.mark.parametrize(
    ("asked", "terminal", "journal", "meant"),
    [
        ("auto", True, False, "console"),
        ("auto", False, True, "console"),
        ("auto", False, False, "json"),
        ("json", True, True, "json"),
        ("console", False, False, "console"),
    ],
)
def test_auto_means_lines_where_people_read_and_json_where_machines_do(asked, terminal, journal, meant):
    assert logs.pick_format(asked, terminal=terminal, journal=journal) == meant


def test_only_the_stream_that_systemd_connected_counts_as_the_journal(tmp_path):
    with (tmp_path / "journal").open("w") as stream, (tmp_path / "other").open("w") as other:
        there = os.fstat(stream.fileno())
        said = f"{there.st_dev}:{there.st_ino}"

        assert logs.in_journal(said, stream)
        assert not logs.in_journal(said, other)
        assert not logs.in_journal("", stream)
    assert not logs.in_journal(said, io.StringIO())


def test_below_the_level_nothing_is_written(write):
    assert write(facts.StageStarted(job="j_1", stage=Stage.RESIZE), level="info") == ""


@pytest.mark.parametrize(
    ("fact", "level"),
    [
        (facts.Failed(where="x", error="y"), logging.ERROR),
        (facts.AuditWriteFailed(error="y"), logging.DEBUG),
        (facts.Overflowed(), logging.WARNING),
        (facts.PipelinePaused(resource="disk", reason="full"), logging.WARNING),
        (facts.InboxAvailable(available=False), logging.WARNING),
        (facts.InboxAvailable(available=True), logging.INFO),
        (facts.StageStarted(job="j", stage=Stage.RESIZE), logging.DEBUG),
        (facts.StageEnded(job="j", stage=Stage.RESIZE, outcome="ok", duration_s=1), logging.INFO),
        (facts.StageEnded(job="j", stage=Stage.RESIZE, outcome="retry", duration_s=1), logging.WARNING),
        (facts.StageEnded(job="j", stage=Stage.RESIZE, outcome="lost", duration_s=1), logging.WARNING),
        (facts.StageEnded(job="j", stage=Stage.RESIZE, outcome="paused", duration_s=1), logging.DEBUG),
        (facts.StageEnded(job="j", stage=Stage.RESIZE, outcome="error", duration_s=1), logging.ERROR),
        (facts.Called(provider="openai", outcome="retry"), logging.WARNING),
        (facts.Started(version="1"), logging.INFO),
    ],
)
def test_how_loud_a_fact_is(fact, level):
    assert levels.of(fact) == level


def test_every_fact_of_the_house_can_be_written(write):
    from briefmill.domain import codec

    blanks = {str: "x", int: 1, float: 0.5, bool: True, Stage: Stage.RESIZE, State: State.HELD}
    kinds = [kind for kind in vars(facts).values() if isinstance(kind, type) and issubclass(kind, facts.Fact)]
    told = [
        kind(**{name: blanks[hint] for name, hint in kind.__annotations__.items() if hint in blanks}) for kind in kinds
    ]

    lines = write(*told).splitlines()

    assert [json.loads(line)["event"] for line in lines] == [kind.event for kind in kinds]
    assert [codec.plain(fact) is not None for fact in told] == [True] * len(told)


# ------------------------------------------------------------------------------------------------ hostile values


@given(st.text(), st.sampled_from(["json", "console"]), st.booleans())
def test_no_name_breaks_a_line_or_drives_a_terminal(name, spelling, journal):
    clock = Stopped()
    stream = io.StringIO()
    logger = logs.configure(format=spelling, level="info", stream=stream, clock=clock, version="1", journal=journal)

    logs.Log(logger, clock).hear(facts.Waiting(name=name, reason="still growing"))

    text = stream.getvalue()
    assert text.endswith("\n")
    assert text[:-1].isprintable()
    text.encode("utf-8")


def test_a_name_cannot_pretend_to_be_another_field(write):
    text = write(facts.Waiting(name="x state=delivered", reason="r"), spelling="console")

    assert "name='x state=delivered'" in text


def test_a_name_that_is_not_utf8_is_written_as_escapes(write):
    name = b"caf\xe9.json".decode("utf-8", "surrogateescape")

    assert json.loads(write(facts.Waiting(name=name, reason="r")))["name"] == "caf\\udce9.json"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ({"api_key": "abc"}, {"api_key": "***"}),
        ({"Authorization": "Basic abc"}, {"Authorization": "***"}),
        ({"headers": {"x-api-key": "abc", "accept": "json"}}, {"headers": {"x-api-key": "***", "accept": "json"}}),
        ({"output_tokens": 12}, {"output_tokens": 12}),
        ({"api_key": ""}, {"api_key": ""}),
        ("Incorrect key: sk-proj-abcdefgh12345678.", "Incorrect key: ***."),
        ("Incorrect key: sk-ab************wxyz.", "Incorrect key: ***."),
        ("sent Bearer abcdef.ghijkl", "sent Bearer ***"),
        ("https://me:hunter2@host/v1", "https://me:***@host/v1"),
        ("sk-summer-campaign.json", "sk-summer-campaign.json"),
        (["a\nb", ("c",)], ["a\\nb", ["c"]]),
    ],
)
def test_secrets_are_masked_and_the_rest_is_kept(dirty, clean):
    assert scrub(dirty) == clean


def test_an_endless_value_is_cut_and_its_length_said():
    assert scrub("x" * 100_000).endswith("... (100000 characters)")


# ---------------------------------------------------------------------------------------------------- libraries


def test_what_libraries_log_comes_out_in_the_same_lines(write):
    stream_text = write()
    assert stream_text == ""

    stream = io.StringIO()
    logs.configure(format="json", level="info", stream=stream, clock=Stopped(), version="1")
    try:
        int("inner\nline")
    except ValueError:
        logging.getLogger("somelib.part").exception("could not %s", "do it")
    logging.getLogger("somelib").log(35, "odd level")
    logging.getLogger("somelib").info("chatter")

    first, second = (json.loads(line) for line in stream.getvalue().splitlines())
    assert (first["event"], first["level"], first["message"]) == ("library.somelib.part", "error", "could not do it")
    assert "ValueError: invalid literal" in first["traceback"]
    assert second["level"] == "warning"


def test_a_quiet_level_hides_warnings_of_libraries_but_does_not_stop_them():
    stream = io.StringIO()
    logs.configure(format="json", level="error", stream=stream, clock=Stopped(), version="1")

    assert logging.getLogger("watchdog.observers").isEnabledFor(logging.WARNING)
    logging.getLogger("watchdog.observers").warning("overflow")
    assert stream.getvalue() == ""


# ------------------------------------------------------------------------------------------------------- floods


def events(text):
    return [json.loads(line)["event"] for line in text.splitlines()]


def test_the_same_again_and_again_becomes_a_few_lines_and_a_number(write):
    text = write(*[facts.Waiting(name=f"{n}.json", reason="still growing") for n in range(10)])

    assert events(text) == ["inbox.waiting"] * 3 + ["log.repeated"]
    last = json.loads(text.splitlines()[-1])
    assert (last["of"], last["reason"], last["times"]) == ("inbox.waiting", "still growing", 7)


def test_another_reason_is_not_the_same(write):
    text = write(*[facts.Waiting(name="a.json", reason=f"reason {n}") for n in range(10)])

    assert events(text) == ["inbox.waiting"] * 10


def test_a_fact_without_any_field_can_flood_too(write):
    assert events(write(*[facts.Overflowed()] * 10)) == ["watcher.overflowed"] * 3 + ["log.repeated"]


def test_the_end_of_a_brief_is_always_written(write):
    closed = [facts.Closed(job=f"j_{n}", source="b", state=State.REJECTED, age_s=1, reason="no") for n in range(10)]

    assert events(write(*closed)) == ["job.closed"] * 10


def test_work_that_goes_well_is_never_left_out(write):
    ok = [facts.StageEnded(job=f"j_{n}", stage=Stage.RESIZE, outcome="ok", duration_s=1) for n in range(10)]

    assert events(write(*ok)) == ["stage.ended"] * 10


def test_after_a_minute_the_number_is_told_and_the_event_written_again(clock):
    stream = io.StringIO()
    logger = logs.configure(format="json", level="debug", stream=stream, clock=clock, version="1")
    log = logs.Log(logger, clock, per_minute=3)
    for _ in range(5):
        log.hear(facts.Overflowed())
    clock.advance(60)
    log.hear(facts.Stopping(reason="SIGTERM"))
    log.hear(facts.Overflowed())

    assert events(stream.getvalue()) == [
        *["watcher.overflowed"] * 3,
        "log.repeated",
        "daemon.stopping",
        "watcher.overflowed",
    ]


def test_too_many_different_keys_are_let_through_instead_of_remembered(clock):
    repeats = Repeats(clock, limit=1, window_s=60)
    for key in range(MOST):
        assert repeats.admit(key)

    assert all(repeats.admit("one more") for _ in range(5))
    assert not repeats.admit(0)
    clock.advance(60)
    assert repeats.lapsed() == {0: 1}
    assert repeats.lapsed() == {}
