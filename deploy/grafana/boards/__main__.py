"""Writes the dashboards: `python -m boards` in `deploy/grafana`."""

import sys
from pathlib import Path

from boards import files

HERE = Path(__file__).parents[1] / "dashboards"


def main() -> int:
    """Write those that changed, remove those that no code makes any more, and name them."""
    HERE.mkdir(exist_ok=True)
    made = files.made()
    for path in sorted(HERE.glob("*.json")):
        if path.name not in made:
            path.unlink()
            sys.stdout.write(f"{path.name} removed\n")
    for name, text in made.items():
        path = HERE / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
