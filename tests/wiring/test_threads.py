"""However much is done at once, claims, renewals and the pulse find a thread."""

import pytest

from briefmill.settings import Settings
from briefmill.wiring import lanes


@pytest.mark.parametrize("at_once", [1, 40, 256])
def test_lanes_that_are_full_leave_threads_for_what_keeps_their_leases(tmp_path, at_once):
    settings = Settings.load(tmp_path, {"BRIEFMILL_ENGINE__GENERATE_CONCURRENCY": str(at_once)})
    engine = settings.engine
    assert engine.generate_concurrency == at_once
    assert lanes.threads(settings) >= engine.generate_concurrency + engine.archive_concurrency + 8
