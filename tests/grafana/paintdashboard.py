"""Draws the overview for the docs: `python tests/grafana/paintdashboard.py docs/images/overview.png [seconds]`.

The data are those of a real Prometheus that watches a real daemon, which gets briefs in waves meanwhile.
"""

import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "deploy" / "grafana")]

from boards import picture  # noqa: E402 - the paths come first
from dashboardmill import brief, grinding  # noqa: E402

DASHBOARD = HERE.parents[1] / "deploy" / "grafana" / "dashboards" / "briefmill-overview.json"


def main(target: Path, seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="briefmill-") as folder,
        grinding(Path(folder), heartbeat="20s", budget="8", window="30s") as mill,
    ):
        began, number = time.monotonic(), 0
        while (passed := time.monotonic() - began) < seconds:
            # Waves: a campaign every few seconds, more in the middle of each minute, and a bad one now and then.
            number += 1
            if number % 11 == 5:
                mill.drop(f"{number}.json", brief(f"sale-{number}", message="So cheap", brand="Strict"))
            elif number % 17 == 9:
                mill.drop(f"{number}.json", '{"campaign": "broken"}')
            elif number % 13 == 7:
                mill.drop(f"{number}.json", brief(f"spring-{number - 1}"))
            else:
                mill.drop(
                    f"{number}.json", brief(f"spring-{number}" if number % 5 == 1 else "spring", message=f"No {number}")
                )
            time.sleep(1.0 if 20 < passed % 60 < 40 else 4.0)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(picture.drawn(DASHBOARD, mill.prometheus, seconds=seconds))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 240.0)
