"""The recorded stages of a job, read as a story: what is valid now, and in which order it happened."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from briefmill.domain.job import LEASES, Stage, group_of
from briefmill.ledger import wire
from briefmill.ports import StageRun

_ORDER: Final = {stage: number for number, stage in enumerate(stage for group in LEASES for stage in group)}


def ordered(runs: Iterable[StageRun]) -> Sequence[StageRun]:
    """Stage runs in the order they ended: a retry is a later run, and inside a run the stages follow each other."""
    return sorted(runs, key=lambda run: (run.revision, _ORDER[run.stage]))


def outputs_before(stage: Stage, runs: Iterable[StageRun]) -> Mapping[Stage, Mapping[str, object]]:
    """The last output of every stage before the lease group of `stage`."""
    first = _ORDER[group_of(stage)[0]]
    return {run.stage: run.output for run in ordered(runs) if _ORDER[run.stage] < first}


def digest(output: Mapping[str, object]) -> str:
    """SHA-256 over the canonical JSON of an output: what the audit row seals of it."""
    return hashlib.sha256(wire.dumps(output).encode()).hexdigest()
