"""A pocket of the system for a test: a child process with mounts of its own, or without the rights of root.

Both are what an ordinary user may make where the kernel allows it (`unshare`, user_namespaces(7)); elsewhere the test
is skipped with that reason. What runs inside is an async function of a test module, called with strings; it asserts as
any test does, and its words come out here when it fails.
"""

import asyncio
import functools
import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MOUNTS = ("unshare", "-Urm")
"""Root over a mount table of its own: may mount, and sees nothing of it outside."""

PLAIN = ("unshare", "-U")
"""Nobody: the owner of its own files still, but without the right to pass by their modes, even when root runs tests."""

_TESTS = Path(__file__).parents[1]


@functools.cache
def _allowed(words: tuple[str, ...]) -> bool:
    if shutil.which(words[0]) is None:
        return False
    proof = ["mount", "-t", "tmpfs", "tmpfs", "/mnt"] if words == MOUNTS else ["true"]
    return subprocess.run([*words, *proof], capture_output=True, check=False).returncode == 0


def run(kind: tuple[str, ...], call, *args: object) -> None:
    """Run `await call(*args)` in such a pocket; fails with what it said, skips where there are none."""
    if not _allowed(kind):
        pytest.skip(f"this system allows no `{' '.join(kind)}` to this user")
    words = [*kind, sys.executable, "-W", "error", __file__, call.__module__, call.__name__, *map(str, args)]
    environ = {**os.environ, "PYTHONPATH": str(_TESTS), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(words, capture_output=True, text=True, env=environ, timeout=60, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def mounted(folder: Path, *options: str) -> None:
    """Mount a small file system in memory over a folder; inside a pocket with mounts."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", folder], check=True)


def remounted(folder: Path, *options: str) -> None:
    """Change how a folder is mounted."""
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), folder], check=True)


def bound(folder: Path, place: Path | None = None) -> None:
    """Show a folder in another place; without one make it a mount of its own, so that it can be remounted alone."""
    subprocess.run(["mount", "--bind", folder, place or folder], check=True)


def unmounted(folder: Path) -> None:
    """Take the topmost mount of a folder away."""
    subprocess.run(["umount", folder], check=True)


if __name__ == "__main__":
    module, name, *rest = sys.argv[1:]
    asyncio.run(getattr(importlib.import_module(module.removeprefix("tests.")), name)(*rest))
