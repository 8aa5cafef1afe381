"""The end-to-end benchmark's tools: marked pictures, the meter of a process tree, a ledger filled with old jobs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from briefmill.domain.job import State
from briefmill.imaging import decode
from briefmill.ledger.sql import SqlLedger
from briefmill.ports import JobQuery
from briefmill.wiring.clock import SystemClock

FILL = Path(__file__).parents[2] / "benchmarks" / "fill_ledger.py"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the meter reads /proc")


@pytest.fixture
def homes(script):
    return script("homes")


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_marked_picture_is_another_file_of_the_same_pixels(homes, suffix):
    data = cv2.imencode(suffix, np.arange(48 * 32 * 3, dtype=np.uint8).reshape(32, 48, 3))[1].tobytes()

    one, other = homes.with_mark(data, b"one"), homes.with_mark(data, b"other")

    assert len({data, one, other}) == 3
    assert np.array_equal(decode.picture(one), decode.picture(data))
    assert np.array_equal(decode.picture(other), decode.picture(data))


def test_the_meter_counts_a_child_s_work_and_memory(homes):
    child = "x = bytearray(80 * 2**20); n = sum(range(8_000_000)); print('done', flush=True); input()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "done\n"
        meter = homes.Tree(process.pid)
        cpu, peaks, own = meter.cpu_s(), meter.peaks(), meter.shares()[process.pid]
        process.communicate("\n")

    assert cpu > own + 0.05
    assert len(peaks) == 1
    assert peaks[0] > 80


def test_who_has_gone_costs_nothing(homes):
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        meter = homes.Tree(process.pid)

        assert (meter.cpu_s(), meter.peaks()) == (0, [])


def test_the_cost_of_a_command_is_its_own(homes):
    idle, _, said = homes.child_cpu([sys.executable, "-c", "print('hello')"])
    began = time.process_time()
    busy, _, _ = homes.child_cpu([sys.executable, "-c", "sum(range(10_000_000))"])

    assert said == "hello\n"
    assert busy > idle + 0.05
    assert time.process_time() - began < busy


def test_an_old_ledger_is_full_of_delivered_jobs(tmp_path):
    subprocess.run([sys.executable, str(FILL), str(tmp_path), "7"], check=True, env=dict(os.environ))

    ledger = SqlLedger(tmp_path / "state" / "briefmill.db", SystemClock())
    jobs = ledger.records.jobs(JobQuery(limit=0))
    assert [job.state for job in jobs] == [State.DELIVERED] * 7
    assert {len(ledger.records.creatives(job.id)) for job in jobs} == {12}
    assert ledger.trail.verify().bad_row == 0
    ledger.close()


def test_a_missed_bound_is_told_and_remembered(script, capsys):
    end = script("end_to_end")
    end.told.clear()

    end.say("cost", 1.2, 1.3, "x")
    end.say("speed", 1.5, 1.75, "x", least=True)

    assert [one["ok"] for one in end.told] == [True, False]
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("ok ")
    assert second.startswith("MISSED speed")
    assert second.endswith("(at least 1.75x)")
