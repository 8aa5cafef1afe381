"""Worker processes: real ones, and they really die."""

import os
import resource
import threading
from pathlib import Path

import pytest

from briefmill.engine.workers import Workers
from briefmill.errors import AssetRefused, Paused, WorkerDied


@pytest.fixture
def workers():
    pool = Workers(2)
    yield pool
    pool.close()


def test_a_call_runs_in_another_process(workers):
    assert workers.call("os:getpid") != os.getpid()


def test_the_same_process_serves_the_next_call_so_that_one_after_the_other_never_starts_a_second(workers):
    assert len({workers.call("os:getpid") for _ in range(4)}) == 1


def test_our_own_errors_arrive_as_they_were(workers):
    with pytest.raises(AssetRefused) as caught:
        workers.call("disasters:refuse")
    assert caught.value.problem.code == "asset.bomb"


def test_an_unknown_failure_arrives_with_the_worker_s_traceback(workers):
    with pytest.raises(RuntimeError, match="invalid literal"):
        workers.call("builtins:int", "x")


def test_a_worker_that_is_killed_takes_only_its_own_call_with_it(workers):
    with pytest.raises(WorkerDied, match="SIGKILL"):
        workers.call("disasters:kill_myself")
    assert workers.call("builtins:abs", -3) == 3


def test_a_worker_that_takes_too_long_is_killed(workers):
    with pytest.raises(WorkerDied, match="took longer"):
        workers.call("signal:pause", timeout_s=0.2)
    assert workers.call("builtins:abs", -3) == 3


def test_calls_from_many_threads_share_the_workers(workers):
    answers = []
    threads = [threading.Thread(target=lambda n=n: answers.append(workers.call("builtins:abs", -n))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == list(range(20))


@pytest.fixture
def bounded():
    pool = Workers(1, memory_bytes=256 * 2**20)
    yield pool
    pool.close()


def test_a_call_that_wants_memory_without_end_gets_none_and_the_next_one_goes_on(bounded):
    with pytest.raises(WorkerDied, match="more memory"):
        bounded.call("disasters:allocate_without_end", timeout_s=30.0)
    assert bounded.call("disasters:allocate", 100 * 2**20) == 100 * 2**20


def test_the_bound_counts_from_what_the_libraries_take():
    pool = Workers(1, preload=("numpy",), memory_bytes=64 * 2**20)
    try:
        assert pool.call("disasters:allocate", 32 * 2**20) == 32 * 2**20
    finally:
        pool.close()


def test_no_memory_in_opencv_s_words_is_the_same(workers):
    with pytest.raises(WorkerDied, match="more memory"):
        workers.call("disasters:opencv_without_memory")


def test_a_worker_leaves_no_core_file_and_goes_before_the_daemon_when_memory_runs_out(bounded):
    core, space, score = bounded.call("disasters:bounds")
    assert core == 0
    assert 256 * 2**20 < space < 2**40
    assert score == min(1000, int(Path("/proc/self/oom_score_adj").read_text()) + 500)


def test_without_a_bound_memory_is_as_the_daemon_has_it(workers):
    _, space, _ = workers.call("disasters:bounds")
    assert space == resource.getrlimit(resource.RLIMIT_AS)[1]


def test_a_worker_that_crashes_says_by_which_signal(workers):
    with pytest.raises(WorkerDied, match="SIGSEGV"):
        workers.call("disasters:crash")
    assert workers.call("builtins:abs", -3) == 3


def test_a_full_disk_met_in_a_worker_is_a_pause_and_no_fault_of_the_brief(workers):
    with pytest.raises(Paused, match="the disk is full") as full:
        workers.call("disasters:fill_the_disk")
    assert full.value.resource == "disk"


def test_a_call_that_should_have_been_stopped_long_ago_is_told(workers, monkeypatch):
    from multiprocessing.connection import Connection

    began, go = threading.Event(), threading.Event()

    def stuck(pipe, timeout):
        # As a worker that stops in the middle of its answer would do to whoever reads it.
        began.set()
        go.wait()
        return True

    monkeypatch.setattr(Connection, "poll", stuck)
    calling = threading.Thread(target=lambda: workers.call("builtins:abs", -3, timeout_s=-100.0))
    calling.start()
    began.wait()
    assert workers.overdue(60.0) == 1
    assert workers.overdue(200.0) == 0
    go.set()
    calling.join()
    assert workers.overdue(60.0) == 0
