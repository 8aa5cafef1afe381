"""Worker processes: real ones, and they really die."""

import os
import threading

import pytest

from briefmill.engine.workers import Workers
from briefmill.errors import AssetRefused, WorkerDied


@pytest.fixture
def workers():
    pool = Workers(2)
    yield pool
    pool.close()


def test_a_call_runs_in_another_process(workers):
    assert workers.call("os:getpid") != os.getpid()


def test_the_same_process_serves_the_next_call(workers):
    alone = Workers(1)
    try:
        assert alone.call("os:getpid") == alone.call("os:getpid")
    finally:
        alone.close()


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
