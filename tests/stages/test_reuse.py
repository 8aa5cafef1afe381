"""What an earlier revision made is taken over where nothing that decides it has changed."""

from dataclasses import replace

import pytest

from briefmill.auditing import audit
from briefmill.domain import codec
from briefmill.domain.brief import Brand, Copy, Product
from briefmill.domain.job import Stage
from briefmill.domain.verdict import AUDIT
from briefmill.imaging import compose, decode, encode
from briefmill.imaging.arrangement import PLAIN
from briefmill.rules.thresholds import Thresholds
from briefmill.stages import pixels, reuse
from briefmill.stages.layoutbook import Book
from briefmill.stages.task import Press
from stages.workbench import Workbench

OTHER = Book(house=(replace(PLAIN, name="other", order=1),))


@pytest.fixture
def bench(tmp_path):
    return Workbench(tmp_path)


def recorded(work):
    """A run's results as the ledger keeps them: through JSON and back."""
    outputs = {
        Stage.OVERLAY: {
            "creatives": [codec.plain(creative) for creative in work.creatives],
            "keys": list(work.keys),
            "layouts": dict(work.layouts),
        },
        Stage.COMPLIANCE: {"findings": [codec.plain(finding) for finding in work.findings]},
    }
    return reuse.earlier(outputs)


@pytest.fixture
def counted(monkeypatch):
    """How often the expensive things were done."""
    calls = {"compose": 0, "encode": 0}

    def counting(name, real):
        def call(*args, **options):
            calls[name] += 1
            return real(*args, **options)

        return call

    monkeypatch.setattr(compose, "overlay", counting("compose", compose.overlay))
    monkeypatch.setattr(encode, "encode", counting("encode", encode.encode))
    return calls


def test_an_unchanged_brief_makes_nothing_and_gives_the_same(bench, counted):
    first = pixels.run(bench.task())
    made = dict(counted)
    again = pixels.run(replace(bench.task(), earlier=recorded(first)))
    assert counted == made
    assert again.reused == len(first.creatives)
    assert (again.creatives, again.findings, again.keys) == (first.creatives, first.findings, first.keys)
    assert decode.size(bench.store.get(again.sheet)) == decode.size(bench.store.get(first.sheet))


def test_a_changed_locale_makes_only_its_own_again(bench, counted):
    first = pixels.run(bench.task())
    task = bench.task()
    changed = {**task.brief.copies, "he": Copy(locale="he", message="\u05e2\u05e8\u05d1 \u05d8\u05d5\u05d1")}
    counted.update(compose=0, encode=0)
    again = pixels.run(replace(task, brief=replace(task.brief, copies=changed), earlier=recorded(first)))
    places = len(task.brief.placements)
    assert (again.reused, counted["compose"], counted["encode"]) == (places, places, places)
    before = {creative.path: creative.ref for creative in first.creatives}
    for creative in again.creatives:
        assert (before[creative.path] == creative.ref) == (creative.locale == "en" or creative.placement == "bare")
    fresh = pixels.run(replace(task, brief=replace(task.brief, copies=changed)))
    assert fresh.creatives == again.creatives


@pytest.mark.parametrize(
    "change",
    [
        lambda task: replace(task, making=replace(task.making, press=Press(quality=60))),
        lambda task: replace(task, making=replace(task.making, thresholds=Thresholds(max_upscale=1.1))),
        lambda task: replace(task, brief=replace(task.brief, brand=Brand(palette=("#AA0000",)))),
        lambda task: replace(task, brief=replace(task.brief, products=(Product(id="cup", name="Mug"),))),
        lambda task: replace(
            task, brief=replace(task.brief, products=(Product(id="cup", name="Cup", focus=(0.1, 0.2)),))
        ),
        lambda task: replace(
            task, making=replace(task.making, layouts=Book(house=(replace(PLAIN, name="new", order=1),)))
        ),
        lambda task: replace(task, pictures=(replace(task.pictures[0], ref=task.snapshot.brief),)),
    ],
    ids=["quality", "thresholds", "brand", "product", "focus", "layouts", "picture"],
)
def test_whatever_decides_the_pixels_or_the_verdict_makes_it_again(bench, change):
    first = pixels.run(bench.task())
    assert pixels.run(replace(change(bench.task()), earlier=recorded(first))).reused == 0


def test_a_creative_whose_file_is_gone_is_made_again(bench):
    first = pixels.run(bench.task())
    bench.store.delete(first.creatives[0].ref.sha256)
    again = pixels.run(replace(bench.task(), earlier=recorded(first)))
    assert again.reused == len(first.creatives) - 1
    assert again.creatives == first.creatives


@pytest.mark.parametrize(
    "outputs",
    [
        {},
        {Stage.OVERLAY: {"creatives": []}},
        {Stage.OVERLAY: {"creatives": [{"nonsense": 1}], "keys": ["k"]}},
        {Stage.OVERLAY: {"creatives": [], "keys": ["k"]}},
        {Stage.OVERLAY: {"creatives": [], "keys": 7}, Stage.COMPLIANCE: {"findings": "none"}},
    ],
)
def test_records_of_another_form_give_nothing(outputs):
    assert reuse.earlier(outputs) == reuse.Earlier()


def test_what_is_taken_over_is_audited_again(bench, monkeypatch):
    first = pixels.run(bench.task())
    wrong = audit.Disagreement(check="pixels", words="It opens with other pixels.")
    monkeypatch.setattr(audit, "audit", lambda data, claim: (wrong,) if claim.width == 640 else ())
    again = pixels.run(replace(bench.task(), earlier=recorded(first)))
    assert again.reused == len(first.creatives)
    told = {(one.locale, one.placement) for one in again.findings if one.rule == AUDIT}
    assert told == {("en", "16x9"), ("he", "16x9")}

    monkeypatch.setattr(audit, "audit", lambda data, claim: ())
    healed = pixels.run(replace(bench.task(), earlier=recorded(again)))
    assert [one for one in healed.findings if one.rule == AUDIT] == []
