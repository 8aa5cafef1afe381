"""The render benchmark's tools: the same pictures every time, honest arithmetic, and who is missing is told."""

import json
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from briefmill.domain.job import Stage
from briefmill.ports import JobQuery

RENDER = Path(__file__).parents[2] / "benchmarks" / "render"


@pytest.fixture
def run(script):
    return script("run")


def test_the_pictures_are_the_same_every_time_and_differ_in_texture(script):
    corpus = script("corpus")

    smooth, again = corpus.picture(300, 200, busy=False), corpus.picture(300, 200, busy=False)
    busy = corpus.picture(300, 200, busy=True)

    assert np.array_equal(smooth, again)
    assert smooth.shape == (200, 300, 3)
    detail = [float(cv2.Laplacian(cv2.cvtColor(one, cv2.COLOR_BGR2GRAY), cv2.CV_32F).std()) for one in (smooth, busy)]
    assert detail[1] > 3 * detail[0]


def test_what_is_there_is_not_drawn_again(script, tmp_path, monkeypatch):
    corpus = script("corpus")
    monkeypatch.setattr(corpus, "SIZES", {"small.png": (60, 40), "small.jpg": (60, 40)})
    corpus.make(tmp_path)
    made = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    corpus.make(tmp_path)

    assert sorted(made) == ["busy-small.jpg", "busy-small.png", "logo.png", "smooth-small.jpg", "smooth-small.png"]
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made


def test_every_box_of_the_job_lies_on_its_canvas_and_the_words_on_the_panel(script):
    job = script("job")

    for width, height in job.PLACEMENTS.values():
        place = job.geometry(width, height)
        for left, top, across, down in (place.logo, place.panel, place.words):
            assert left >= 0
            assert top >= 0
            assert left + across <= width
            assert top + down <= height
        assert place.panel[0] <= place.words[0]
        assert place.words[0] + place.words[2] <= place.panel[0] + place.panel[2]
        assert place.words[1] + place.words[3] <= place.panel[1] + place.panel[3]


def results(run, **marginal):
    return {name: run.Result(once=[cost], warm=[cost], wall=[cost], peak=[50.0]) for name, cost in marginal.items()}


def test_a_target_is_judged_by_the_medians_of_marginal_costs(run):
    found = {
        "loop": run.Result(once=[9.0], warm=[0.1, 5.0, 0.1], wall=[0.1], peak=[90.0]),
        "briefmill": run.Result(once=[9.0], warm=[0.12, 0.12, 7.0], wall=[0.1], peak=[90.0]),
        "plain Pillow": run.Result(once=[0.6], warm=[], wall=[0.6], peak=[90.0]),
    }

    verdicts = {words.split(",")[0]: (verdict, ratio) for verdict, words, ratio, _ in run.judged(found, "smooth.png")}

    assert verdicts["briefmill / loop"] == ("ok", pytest.approx(1.2))
    assert verdicts["plain Pillow / briefmill"] == ("MISSED", pytest.approx(5.0))


def test_a_bound_for_some_pictures_takes_the_place_of_the_general_one(run):
    found = results(run, **{"plain Pillow": 1.0, "briefmill": 0.1})

    (small,), (large,) = (list(run.judged(found, name)) for name in ("smooth-12mp.jpg", "smooth-24mp.jpg"))

    assert (small[0], small[3]) == ("ok", 7.0)
    assert (large[0], large[3]) == ("MISSED", 15.0)


def test_a_target_without_its_contestant_is_not_judged(run):
    assert list(run.judged(results(run, loop=0.1), "smooth.png")) == []


def test_the_table_is_told_over_the_loop(run):
    head, rule, loop, ours = run.table(results(run, loop=0.2, briefmill=0.25))

    assert head.count("|") == rule.count("|") == loop.count("|") == ours.count("|")
    assert "| briefmill | 1.25x | 250 (250..250) |" in ours


def test_who_is_not_installed_is_skipped_and_named(run, monkeypatch):
    monkeypatch.setattr(run.shutil, "which", lambda _: None)

    known = list(run.contestants())

    skipped = [one for one in known if isinstance(one, str)]
    assert [words.partition(":")[0] for words in skipped] == ["ImageMagick", "GraphicsMagick", "sharp"]
    assert {one.name for one in known if not isinstance(one, str)} >= {"loop", "briefmill", "plain Pillow"}


def test_structural_similarity_is_one_for_equals_and_falls_with_half_a_pixel_s_shift(script):
    quality = script("quality")
    picture = script("corpus").picture(240, 160, busy=True)
    shifted = cv2.warpAffine(picture, np.float32([[1, 0, 0.5], [0, 1, 0]]), (240, 160), borderMode=cv2.BORDER_REPLICATE)

    assert quality.ssim(picture, picture) == pytest.approx(1.0)
    assert quality.ssim(picture, shifted) < 0.97


@pytest.fixture
def small(script, run, tmp_path):
    """The job's files for a small picture: JSON, the picture, and a folder for what comes out."""
    corpus = script("corpus")
    source, logo, out = tmp_path / "source.png", tmp_path / "logo.png", tmp_path / "out"
    out.mkdir()
    cv2.imwrite(str(source), corpus.picture(768, 512, busy=False))
    cv2.imwrite(str(logo), corpus.mark())
    return run.write_jobs(tmp_path, logo)["json"], source, out


@pytest.mark.parametrize("words", [("loop.py",), ("loop.py", "--analyse"), ("plain.py",)], ids=" ".join)
def test_the_scripts_beside_us_do_the_whole_job(script, small, words):
    subprocess.run([sys.executable, str(RENDER / words[0]), *map(str, small), "1", *words[1:]], check=True)

    expected = {f"{name}-{locale}": size for name, size, locale in creatives(script("job"))}
    assert {path.stem: size_of(path) for path in small[2].iterdir()} == expected


def test_our_stages_do_the_whole_job(script, small):
    ours, (job, source, out) = script("ours"), small

    ours.render(ours.order(json.loads(job.read_text("utf-8")), source, out))

    made = sorted(size_of(path) for path in stored(out))
    assert made == sorted([(768, 512), (640, 240), *(size for _, size, _ in creatives(script("job")))])


def test_our_stages_with_checks_leave_a_job_in_a_ledger(script, small, tmp_path):
    ours, (job, source, out) = script("ours"), small
    books = ours.Books(tmp_path)

    books.job(ours.order(json.loads(job.read_text("utf-8")), source, out), 0)

    (done,) = books.ledger.records.jobs(JobQuery())
    assert (done.campaign, done.stage) == ("bench-0", Stage.ARCHIVE)
    runs = {run.stage: run.output for run in books.ledger.records.history(done.id)}
    assert len(runs[Stage.OVERLAY]["creatives"]) == 12
    books.ledger.close()


def creatives(job):
    return [(name, size, locale) for name, size in job.PLACEMENTS.items() for locale in job.MESSAGES]


def stored(out):
    """The pictures in a store, without its documents."""
    return [path for path in out.rglob("*") if path.is_file() and path.read_bytes()[:1] in {b"\xff", b"\x89"}]


def size_of(path):
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    return pixels.shape[1], pixels.shape[0]


def test_the_shell_s_table_and_the_json_tell_the_same_job(script, run, tmp_path):
    job = script("job")
    jobs = run.write_jobs(tmp_path, tmp_path / "logo.png")
    told = json.loads(jobs["json"].read_text("utf-8"))

    rows = [line.split("\t") for line in jobs["tsv"].read_text("utf-8").splitlines()]

    assert len(rows) == len(job.PLACEMENTS) * len(job.MESSAGES)
    for row in rows:
        place = told["placements"][row[0]]
        assert list(map(int, row[2:8])) == [place["width"], place["height"], *place["logo"]]
        drawn = " ".join(re.findall(r"text \d+,\d+ '([^']*)'", row[-1]))
        assert drawn == told["messages"][row[1]]


def test_lines_for_tools_that_cannot_fit_words_hold_all_of_them_and_fit(script):
    job = script("job")

    for width, height in job.PLACEMENTS.values():
        place = job.geometry(width, height)
        for text in job.MESSAGES.values():
            size, rows = job.lines(place, text)
            assert " ".join(rows) == text
            assert place.smallest <= size <= place.largest
            assert size == place.smallest or len(rows) * 1.2 * size <= place.words[3]
