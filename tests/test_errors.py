"""Errors keep what they carry on the way from a worker process."""

import pickle

import pytest

from briefmill import errors
from briefmill.errors import Problem

PROBLEM = Problem(code="x", message="wrong", fix="mend it", field="a.b", line=3, column=7)


@pytest.mark.parametrize(
    "error",
    [
        errors.Permanent("no"),
        errors.Temporary("later", retry_in=3.5),
        errors.Paused("full", resource="disk"),
        errors.BriefRefused((PROBLEM,)),
        errors.AssetRefused(PROBLEM),
        errors.PictureRefused("blocked", code="maker.moderation", fix="rewrite"),
        errors.Fenced(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_the_pipe_whole(error):
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_an_error_without_words_speaks_its_docstring():
    assert "lost to another worker" in str(errors.Fenced())


def test_a_problem_reads_as_place_what_and_fix():
    assert str(PROBLEM) == "line 3, column 7: a.b: wrong mend it"
