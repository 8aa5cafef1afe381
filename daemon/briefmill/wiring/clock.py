"""The real clock."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Implements ports.Clock with this machine's clocks."""

    def now(self) -> datetime:
        """Wall-clock time, aware, UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some moment in the past, never backwards."""
        return time.monotonic()
