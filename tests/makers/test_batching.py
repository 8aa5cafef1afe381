"""The maker that posts its wishes, and the dispatch that carries them: over the ledger in memory and a real fake."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from briefmill.domain.artefact import Ref, Snapshot
from briefmill.domain.creative import MadePicture
from briefmill.domain.job import Stage, State
from briefmill.errors import MaybeCharged, OverBudget, Paused, PictureRefused, Temporary, Waits
from briefmill.fake_openai import FakeOpenAI, Scenario, TurnedClock
from briefmill.ledger.memory import MemoryLedger
from briefmill.makers.batching import Dispatch, OvernightMaker, Pace, Trade
from briefmill.makers.openai import batches
from briefmill.makers.openai.account import Account, Connection
from briefmill.makers.prices import Rate
from briefmill.ports import Admission, Claim, Failure
from briefmill.ports.overnight import Leg, Parcel, Voyage

RATE = Rate(text_in=5.0, image_in=8.0, image_out=30.0, output_tokens={"medium": 1756})


class Clock:
    def __init__(self, fake_clock):
        self._fake = fake_clock

    def now(self):
        return datetime.fromtimestamp(self._fake.now(), UTC)

    def monotonic(self):
        return self._fake.now()


class Ears(list):
    def hear(self, fact):
        self.append(fact)


class Night:
    """A ledger, a fake, a dispatch and a shelf, on one clock."""

    def __init__(self, scenario="", **pace):
        self.time = TurnedClock()
        self.fake = FakeOpenAI(Scenario.parse(scenario or "batches: {takes_s: 3600}"), clock=self.time)
        self.fake.__enter__()
        self.clock = Clock(self.time)
        self.ledger = MemoryLedger(self.clock)
        self.account = Account(api_key=self.fake.key, base_url=self.fake.base_url)
        self.shelf, self.ears = {}, Ears()
        self.connection = Connection(self.account)
        self.courier = batches.Courier(self.connection)
        self.pace = Pace(**{"collect_s": 900.0, **pace})
        self.dispatch = self.started()

    def started(self, courier=None):
        trade = Trade(
            account="openai",
            made=lambda request, body: batches.made(request, body, self.account, RATE),
            meaning=batches.meaning,
            keep=lambda parcel, made: self.shelf.__setitem__(parcel.key, made),
            known=self.shelf.__contains__,
        )
        return Dispatch(
            trade,
            courier or self.courier,
            self.ledger.overnight,
            budgets=lambda _: (),
            clock=self.clock,
            listener=self.ears,
            pace=self.pace,
        )

    def job(self, content):
        ledger = self.ledger
        job = ledger.journal.begin(source=content, source_raw=content.encode())
        ledger.journal.took(job.id)
        ref = Ref(sha256=content.encode().hex().rjust(64, "0"), size=1, media_type="a/b")
        told = Admission(snapshot=Snapshot(name=content, brief=ref), reading=ref, campaign=content)
        return ledger.journal.admit(job.id, told).id

    def maker(self, job, now=None):
        def parcel(request):
            order = batches.order(request, self.account)
            if order is None:
                return None
            return Parcel(
                job=job,
                tenant="default",
                key=f"key of {request.name} {request.prompt}",
                account="openai",
                grade="g",
                estimate_micros=40_000,
                order=order,
            )

        return OvernightMaker(
            now or Never(), job=job, post=self.ledger.overnight, parcel=parcel, meaning=batches.meaning
        )

    def asleep(self, content, *requests):
        """A job that has asked for these pictures, and sleeps."""
        job = self.job(content)
        claim = self.ledger.claims.claim(Stage.GENERATE, "anna", 60)
        assert isinstance(claim, Claim)
        for request in requests:
            with pytest.raises(Waits):
                self.maker(job).make(request)
        self.ledger.claims.fail(claim, Failure(stage=Stage.GENERATE, error="w", retry_in=3600, charge=False))
        return job

    def rows(self):
        """The paid calls in their order, as the audit trail tells them."""
        found = {}
        for row in self.ledger.trail.rows():
            if row.event == "spend.intended":
                found[row.detail["entry"]] = {"key": row.detail["key"], "outcome": "", "cost": 0}
            if row.event == "spend.settled":
                found[row.detail["entry"]] |= {"outcome": row.detail["outcome"], "cost": row.detail["cost_micros"]}
        return list(found.values())

    def paid(self):
        return [call for call in self.fake.book.charged() if call.batch]

    def close(self):
        self.connection.client.close()
        self.fake.__exit__(None, None, None)


class Never:
    name = "openai"

    def make(self, request):
        raise AssertionError("nothing is bought at once")


@pytest.fixture
def night():
    opened = []

    def start(scenario="", **pace):
        opened.append(Night(scenario, **pace))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def test_wishes_are_collected_sent_together_and_come_back_at_half_the_price(night, request_for):
    home = night()
    first = home.asleep("a", request_for(prompt="one"), request_for(prompt="two"))
    second = home.asleep("b", request_for(prompt="three"))
    assert home.dispatch.round() == []
    assert home.ledger.overnight.batches() == []
    home.time.advance(901)
    assert home.dispatch.round() == []
    assert [batch.voyage for batch in home.ledger.overnight.batches()] == [Voyage.SENT]
    home.time.advance(1800)
    assert home.dispatch.round() == []
    home.time.advance(1800)
    assert sorted(home.dispatch.round()) == sorted([first, second])
    assert len(home.shelf) == 3
    assert {made.cost_micros for made in home.shelf.values()} == {call.cost_micros for call in home.paid()}
    assert sum(row["cost"] for row in home.rows()) == home.fake.book.cost_micros > 0
    assert home.fake.book.invalid == 0
    assert home.ledger.overnight.batches() == []


def test_a_full_batch_does_not_wait(night, request_for):
    home = night(most=2)
    home.asleep("a", *(request_for(prompt=f"p{number}") for number in range(5)))
    home.dispatch.round()
    home.dispatch.round()
    assert [batch.lines for batch in home.ledger.overnight.batches()] == [2, 2]
    assert len(home.ledger.overnight.lines(leg=Leg.COLLECTED)) == 1


class Forgetful:
    """A courier whose answer to `send` is lost on its way: the batch was made, or was not."""

    def __init__(self, courier, *, made):
        self._courier, self._made = courier, made

    def send(self, name, calls):
        if self._made:
            self._courier.send(name, calls)
        raise MaybeCharged("cut off")

    def __getattr__(self, name):
        return getattr(self._courier, name)


@pytest.mark.parametrize("made", [True, False])
def test_a_batch_that_may_have_been_sent_is_looked_for_before_it_is_sent_again(night, request_for, made):
    home = night(collect_s=0.0)
    job = home.asleep("a", request_for())
    with pytest.raises(MaybeCharged):
        home.started(Forgetful(home.courier, made=made)).round()
    assert [batch.voyage for batch in home.ledger.overnight.batches()] == [Voyage.PACKED]
    again = home.started()
    again.round()
    assert [batch.voyage for batch in home.ledger.overnight.batches()] == [Voyage.SENT]
    home.time.advance(3601)
    assert again.round() == [job]
    assert len(home.paid()) == 1
    assert len([row for row in home.rows() if row["outcome"] == "ok"]) == 1


def test_what_an_expired_batch_did_not_make_travels_with_the_next_one_and_is_not_paid(night, request_for):
    home = night("batches: {takes_s: 4000, window_s: 2100}", collect_s=0.0)
    home.asleep("a", request_for(prompt="one"), request_for(prompt="two"))
    home.dispatch.round()
    home.time.advance(2200)
    home.dispatch.round()  # the first half came; the rest is collected, and sent at once
    assert [row["outcome"] for row in home.rows()] == ["ok", "failed", ""]
    assert sum(row["cost"] for row in home.rows()) == home.fake.book.cost_micros
    (batch,) = home.ledger.overnight.batches()
    assert (batch.voyage, batch.lines) == (Voyage.SENT, 1)


def test_each_line_meets_its_own_answer(night, request_for):
    rules = """
batches: {takes_s: 60}
rules:
  - {when: {prompt: blocked}, do: {fault: moderation, stage: input, categories: [other]}}
  - {when: {prompt: broken}, do: {fault: server_error, status: 500}}
  - {when: {prompt: garbage}, do: {fault: garbage_base64}}
"""
    home = night(rules, collect_s=0.0)
    jobs = {word: home.asleep(word, request_for(prompt=word)) for word in ("fine", "blocked", "broken", "garbage")}
    home.dispatch.round()
    home.time.advance(61)
    woken = home.dispatch.round()
    assert sorted(woken) == sorted(jobs.values())
    with pytest.raises(MaybeCharged, match="base64"):
        home.maker(jobs["garbage"]).make(request_for(prompt="garbage"))
    with pytest.raises(Waits):
        home.maker(jobs["garbage"]).make(request_for(prompt="garbage"))
    with pytest.raises(PictureRefused, match="stage: input"):
        home.maker(jobs["blocked"]).make(request_for(prompt="blocked"))
    with pytest.raises(Temporary):
        home.maker(jobs["broken"]).make(request_for(prompt="broken"))
    with pytest.raises(Waits):
        home.maker(jobs["broken"]).make(request_for(prompt="broken"))
    outcomes = {row["key"].split()[-1]: row["outcome"] for row in home.rows()[:4]}
    # Garbage was charged, as far as anybody knows, and is asked for once more.
    assert outcomes == {"fine": "ok", "blocked": "refused", "broken": "failed", "garbage": "unknown"}


def test_a_batch_that_is_not_taken_holds_its_briefs_with_the_reason(night, request_for):
    home = night(collect_s=0.0)
    first = home.asleep("a", request_for(prompt="one"))
    home.account = replace(home.account, model="gpt-image-2.5-flare")  # no batch takes two models
    second = home.asleep("b", request_for(prompt="two"))
    home.dispatch.round()
    home.time.advance(10)
    assert sorted(home.dispatch.round()) == sorted([first, second])
    with pytest.raises(OverBudget, match=r"was not taken .*same model"):
        home.maker(second).make(request_for(prompt="two"))
    assert [row["outcome"] for row in home.rows()] == ["failed", "failed"]
    assert home.fake.book.cost_micros == 0


def test_a_batch_that_was_never_sent_and_that_nobody_wants_any_more_is_not_sent(night, request_for):
    home = night(collect_s=0.0)
    job = home.asleep("a", request_for())
    with pytest.raises(MaybeCharged):
        home.started(Forgetful(home.courier, made=False)).round()
    home.ledger.records.cancel(job, reason="no")
    home.dispatch.round()
    home.dispatch.round()
    assert home.fake.book.calls("files") == ()
    assert home.ledger.overnight.lines() == []
    assert [row["outcome"] for row in home.rows()] == ["failed"]


def test_an_account_in_trouble_keeps_the_wishes(night, request_for):
    home = night("rules: [{when: {route: files}, do: {fault: invalid_key}}]", collect_s=0.0)
    job = home.asleep("a", request_for())
    for _ in range(2):
        with pytest.raises(Paused):
            home.dispatch.round()
    assert home.ledger.records.job(job).state is State.RUNNING
    assert [line.leg for line in home.ledger.overnight.lines()] == [Leg.PACKED]
    assert home.fake.book.cost_micros == 0


def test_a_picture_that_was_bought_meanwhile_is_not_bought_again(night, request_for):
    home = night(collect_s=0.0)
    job = home.asleep("a", request_for())
    (line,) = home.ledger.overnight.lines()
    home.shelf[line.parcel.key] = MadePicture(
        data=b"", media_type="image/png", maker="openai", model="m", prompt="", seed=0
    )
    assert home.dispatch.round() == [job]
    assert home.fake.book.calls("batches") == ()
    assert [row["outcome"] for row in home.rows()] == ["failed"]


def test_a_batch_that_nobody_waits_for_is_cancelled_and_what_was_made_is_kept(night, request_for):
    home = night(collect_s=0.0)
    job = home.asleep("a", request_for(prompt="one"), request_for(prompt="two"))
    home.dispatch.round()
    home.time.advance(1801)
    home.ledger.records.cancel(job, reason="no")
    home.dispatch.round()
    home.dispatch.round()
    home.time.advance(1)
    home.dispatch.round()
    assert len(home.shelf) == 1
    assert home.ledger.overnight.batches() == []
    assert home.ledger.overnight.lines() == []
    assert sum(row["cost"] for row in home.rows()) == home.fake.book.cost_micros


def test_a_stop_in_the_middle_of_the_answers_loses_nothing_and_pays_nothing_twice(night, request_for):
    home = night(collect_s=0.0)
    home.asleep("a", *(request_for(prompt=f"p{number}") for number in range(4)))
    home.dispatch.round()
    home.time.advance(3601)

    class Stopping:
        def __init__(self, courier):
            self.courier, self.dispatch = courier, None

        def answers(self, file):
            for number, answer in enumerate(self.courier.answers(file)):
                if number == 2:
                    self.dispatch.leave()
                yield answer

        def __getattr__(self, name):
            return getattr(self.courier, name)

    courier = Stopping(home.courier)
    courier.dispatch = home.started(courier)
    with pytest.raises(Temporary, match="stops"):
        courier.dispatch.round()
    assert len(home.shelf) == 2
    assert len(home.started().round()) == 1
    assert len(home.shelf) == 4
    assert [row["outcome"] for row in home.rows()] == ["ok"] * 4


def test_what_no_batch_carries_is_made_at_once(night, request_for):
    home = night()
    job = home.job("a")
    made = MadePicture(data=b"x", media_type="image/png", maker="openai", model="m", prompt="", seed=0)

    class Now:
        name = "openai"

        def make(self, request):
            return made

    maker = OvernightMaker(Now(), job=job, post=home.ledger.overnight, parcel=lambda _: None, meaning=batches.meaning)
    assert maker.make(request_for()) is made
    assert maker.name == "openai"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (b"", None),
        (b"[]", None),
        (b'{"custom_id": 7, "response": null}', None),
        (b'{"custom_id": "k", "response": {"body": {}}}', None),
        (b'{"custom_id": "k", "response": {"status_code": "200"}}', None),
        (b'{"custom_id": "k", "response": null, "error": {"code": "batch_expired"}}', 0),
        (b'{"custom_id": "k", "response": null, "error": {"code": "odd"}}', 400),
        (b'{"custom_id": "k", "response": {"status_code": 200, "body": []}}', 200),
        (b"\xff\xfe", None),
    ],
)
def test_lines_of_a_result_are_not_taken_on_trust(row, expected):
    answer = batches._answer(row)
    assert (None if answer is None else answer.status) == expected


def test_a_picture_that_was_blocked_after_the_work_may_have_been_charged(night, request_for):
    rules = "batches: {takes_s: 60}\nrules: [{do: {fault: moderation, stage: output, categories: [sexual]}}]"
    home = night(rules, collect_s=0.0)
    job = home.asleep("a", request_for())
    home.dispatch.round()
    home.time.advance(61)
    assert home.dispatch.round() == [job]
    with pytest.raises(PictureRefused, match="stage: output"):
        home.maker(job).make(request_for())
    assert [row["outcome"] for row in home.rows()] == ["unknown"]
    assert home.paid()
