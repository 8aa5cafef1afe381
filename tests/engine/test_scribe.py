"""Whether a job goes on with what a machine wrote for it."""

from datetime import UTC, datetime

import pytest

from briefmill.domain.brief import Brief, Copy, Product
from briefmill.domain.copywriting import WrittenCopy
from briefmill.domain.job import Job, State
from briefmill.domain.placement import Placement
from briefmill.engine.scribe import Scribe
from briefmill.errors import BriefRefused
from briefmill.stages import translate

COPIES = {
    "en": Copy(locale="en", message="Calm", written_for="en"),
    "de": Copy(locale="de", message="Calm", written_for="en"),
}


class Writer:
    name = "fake"

    def __init__(self, *unfit):
        self.unfit = unfit

    def write(self, request):
        return WrittenCopy(texts={} if self.unfit else {"message": "Ruhe"}, maker="fake", model="m", unfit=self.unfit)


def brief(approval=None):
    return Brief(
        campaign="calm",
        title="Calm",
        products=(Product(id="cup", name="Cup"),),
        locales=("en", "de"),
        copies=COPIES,
        placements=(Placement(id="p", width=300, height=250),),
        copy_approval=approval,
    )


@pytest.fixture
def job():
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Job(
        id="j_1",
        tenant="t",
        source="calm.yaml",
        source_raw=b"calm.yaml",
        state=State.RUNNING,
        created_at=now,
        updated_at=now,
    )


def asked(scribe, job, of=None):
    of = of or brief()
    written = scribe.write(job, of, frozenset)
    return scribe.waits(job, of, written), written


def scribe(*unfit, **more):
    return Scribe(writer_for=lambda _: Writer(*unfit), **more)


def test_nobody_writes_and_nobody_waits_without_a_writer(job):
    assert asked(Scribe(approval="always"), job) == ("", ())


@pytest.mark.parametrize(
    ("house", "of_brief", "waits"),
    [
        ("none", None, False),
        ("none", True, True),
        ("none", False, False),
        ("hold", None, True),
        ("hold", False, False),
        ("always", False, True),
    ],
)
def test_the_house_and_the_brief_say_whether_a_person_looks(job, house, of_brief, waits):
    reason, written = asked(scribe(approval=house), job, brief(of_brief))
    assert bool(reason) is waits
    assert ("de: Ruhe" in reason) is waits
    assert not any(one.approved for one in written)


def test_words_that_were_looked_at_are_marked_and_wait_no_more(job):
    seen = []

    def released(_job, mark):
        seen.append(mark)
        return True

    reason, written = asked(scribe(approval="always", released=released), job)
    assert reason == ""
    assert [one.approved for one in written] == [True]
    assert seen == [translate.mark(written)]


def test_words_that_could_not_be_written_wait_with_their_figures(job):
    wrong = "message has 60 characters; at most 40 have room."
    reason, _ = asked(scribe(wrong, unfit="hold"), job)
    assert f"de: {wrong}" in reason
    assert "jobs release j_1" in reason
    assert asked(scribe(wrong, unfit="hold", released=lambda _job, _mark: True), job)[0] == ""
    assert asked(scribe(wrong, unfit="source"), job)[0] == ""


def test_words_that_could_not_be_written_refuse_the_brief_where_that_is_wished(job):
    with pytest.raises(BriefRefused) as told:
        asked(scribe("message has 60 characters; at most 40 have room.", unfit="reject"), job)
    (problem,) = told.value.problems
    assert problem.code == "brief.copy.unwritten"
    assert "at most 40" in problem.message
    assert "message: {de: ...}" in problem.fix
