"""Which job the code that runs now works for.

A call deep inside a stage (a provider's answer, a library's warning) does not know whose it is, and need not: whoever
begins work for a job says so here, and whoever writes a line about anything finds it. It follows tasks and the door to
threads by itself. Nothing may be decided by it; it is for telling.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_JOB: Final[ContextVar[str]] = ContextVar("job", default="")


@contextmanager
def on(job: str) -> Iterator[None]:
    """What runs inside, and what it starts, works for this job."""
    token = _JOB.set(job)
    try:
        yield
    finally:
        _JOB.reset(token)


def job() -> str:
    """The job that is worked for here; empty for none."""
    return _JOB.get()
