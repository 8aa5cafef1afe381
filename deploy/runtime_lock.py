"""Prints that part of a lock file which an installed distribution needs to run, markers judged for this machine.

    python deploy/runtime_lock.py requirements.lock briefmill

The lock holds the developers' tools as well, which have no business in a container. What is printed keeps versions and
hashes, so that `pip install --require-hashes --no-deps` takes it.
"""

import re
import sys
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.compile(r"^(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==")


def needed(root: str) -> set[str]:
    """Canonical names of everything that `root` needs, directly or not, without itself."""
    found: set[str] = set()
    waiting = [Requirement(root)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        for extra in ("", *sorted(wanted.extras)):
            name = canonicalize_name(wanted.name)
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            found.add(name)
            for line in requires(name) or ():
                inner = Requirement(line)
                if inner.marker is None or inner.marker.evaluate({"extra": extra}):
                    waiting.append(inner)
    return found - {canonicalize_name(root)}


def part(lock: str, names: set[str]) -> str:
    """The entries of these names, each with its hash lines. Raises KeyError when the lock lacks one."""
    entries: dict[str, list[str]] = {}
    current: list[str] = []
    for line in lock.splitlines():
        if pin := PINNED.match(line):
            current = entries.setdefault(canonicalize_name(pin["name"]), [])
        if line.strip() and not line.lstrip().startswith("#"):
            current.append(line)
    return "".join(f"{line}\n" for name in sorted(names) for line in entries[name])


if __name__ == "__main__":
    path, root = sys.argv[1:]
    sys.stdout.write(part(Path(path).read_text(encoding="utf-8"), needed(root)))
