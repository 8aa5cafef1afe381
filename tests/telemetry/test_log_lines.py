"""Whose a line is, how grave it is in the journal, and how a library's flood is counted."""

import asyncio
import io
import json
import logging
import warnings

import pytest

from briefmill.domain import facts, underway
from briefmill.engine.offload import Offload
from briefmill.telemetry import logs


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
def opened(clock):
    """A stream, and a log that writes to it."""

    def open_(**words):
        stream = io.StringIO()
        logger = logs.configure(
            **{"format": "json", "level": "debug", "stream": stream, "clock": clock, "version": "1"} | words
        )
        return stream, logs.Log(logger, clock)

    return open_


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


CALL = facts.Called(provider="openai", outcome="retry")


async def test_a_line_names_the_job_that_is_worked_for_in_tasks_and_in_threads_too(opened):
    stream, log = opened()
    offload = Offload(2)

    async def deeper():
        await offload.run(log.hear, CALL)

    try:
        for job in ("j_1", "j_2"):
            with underway.on(job):
                await asyncio.create_task(deeper())
        await deeper()
    finally:
        offload.close()

    assert [line.get("job") for line in lines(stream)] == ["j_1", "j_2", None]


def test_a_line_that_says_whose_it_is_keeps_its_word(opened):
    stream, log = opened()
    with underway.on("j_1"):
        log.hear(facts.Judged(job="j_2"))

    assert lines(stream)[0]["job"] == "j_2"
    assert underway.job() == ""


def test_a_librarys_line_names_the_job_as_well(opened):
    stream, _ = opened()
    with underway.on("j_1"):
        logging.getLogger("somewhere").warning("cannot reach it")

    (line,) = lines(stream)
    assert (line["event"], line["message"], line["job"]) == ("library.somewhere", "cannot reach it", "j_1")


def test_a_librarys_flood_becomes_a_few_lines_and_a_number(opened, clock):
    stream, _ = opened()
    for number in range(100):
        logging.getLogger("noisy").warning("connection %d lost", number)
    logging.getLogger("quiet").warning("once")
    clock.advance(60)
    logging.getLogger("quiet").warning("again")

    told = lines(stream)
    names = [line["event"] for line in told]
    assert names == ["library.noisy"] * logs.PER_MINUTE + ["library.quiet", "log.repeated", "library.quiet"]
    assert (told[-2]["of"], told[-2]["times"]) == ("library.noisy", 100 - logs.PER_MINUTE)


def test_what_is_still_counted_when_the_level_changes_is_told(opened):
    stream, _ = opened()
    for _ in range(logs.PER_MINUTE + 5):
        logging.getLogger("noisy").warning("lost")
    opened(level="error")

    assert lines(stream)[-1]["times"] == 5


@pytest.mark.parametrize(
    ("fact", "priority"),
    [
        (facts.Failed(where="x", error="boom"), 3),
        (facts.Overflowed(), 4),
        (facts.Recovered(count=1), 6),
        (facts.CacheAsked(found=True), 7),
    ],
)
@pytest.mark.parametrize("spelling", ["json", "console"])
def test_in_the_journal_a_line_begins_with_its_priority(opened, spelling, fact, priority):
    stream, log = opened(format=spelling, journal=True)
    log.hear(fact)

    line = stream.getvalue()
    assert line.startswith(f"<{priority}>")
    if spelling == "json":
        assert json.loads(line[3:])["event"] == fact.event


def test_a_usual_tenant_is_not_worth_a_word_and_another_is(opened):
    stream, log = opened()
    for tenant in ("default", "north"):
        log.hear(facts.Published(job="j", creatives=1, tenant=tenant))

    assert [line.get("tenant") for line in lines(stream)] == [None, "north"]
