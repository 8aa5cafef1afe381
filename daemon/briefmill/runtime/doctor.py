"""The doctor: looks at a home and its machine, and says of each thing whether it is well and how to mend it.

Reads only; the one thing it writes is a probe file in each folder, removed at once, because only writing tells whether
one can write.
"""

import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

FLOOR_BYTES = 1_000_000_000
"""Below so much free space the doctor complains: a night of briefs needs room."""

SAMPLES: Mapping[str, str] = {
    "Latin": "Aé",
    "Greek": "Ωλ",
    "Cyrillic": "Жя",
    "Arabic": "سل",
    "Hebrew": "של",
    "Devanagari": "नम",
    "Bengali": "নম",
    "Tamil": "வண",
    "Thai": "สวั",
    "Japanese": "夏のア",
    "Korean": "안녕",
    "Chinese": "你好",
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What there is to examine.

    `folders` maps names to paths; `listen` is host:port, empty for none; `raqm` is the version of the text shaper,
    empty when Pillow has none; `missing_glyphs` gives the characters of a text that no font has.
    """

    home: Path
    folders: Mapping[str, Path]
    listen: str
    watch_mode: str
    marker: bool
    maker: str
    database: Callable[[], str]
    missing_glyphs: Callable[[str], tuple[str, ...]]
    raqm: str


def examine(patient: Patient) -> list[Check]:
    """All checks, in the order a person would make them."""
    return [
        _python(),
        *_folders(patient),
        _marker(patient),
        _same_device(patient),
        _disk(patient),
        Check(name="watching", ok=True, found=patient.watch_mode),
        _database(patient),
        _shaping(patient.raqm),
        _fonts(patient),
        Check(name="pictures", ok=True, found=patient.maker),
        *_port(patient.listen),
    ]


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(name="python", ok=sys.version_info >= (3, 11), found=version, fix="Install Python 3.11 or newer.")


def _folders(patient: Patient) -> Iterator[Check]:
    for name, path in patient.folders.items():
        fix = f"Run `briefmill init --home {patient.home}`, or give this user the right to write there."
        if not path.is_dir():
            yield Check(name=name, ok=False, found=f"{path} is not there", fix=fix)
            continue
        try:
            with tempfile.NamedTemporaryFile(dir=path, prefix=".briefmill-probe-"):
                yield Check(name=name, ok=True, found=f"{path}, writable")
        except OSError as error:
            yield Check(name=name, ok=False, found=f"{path}: {error.strerror}", fix=fix)


def _marker(patient: Patient) -> Check:
    found = "the inbox carries its marker" if patient.marker else "the inbox has no marker: it counts as offline"
    fix = f"If this is the right folder and not an empty mount point: `briefmill init --home {patient.home}`."
    return Check(name="marker", ok=patient.marker, found=found, fix=fix)


def _same_device(patient: Patient) -> Check:
    devices = {name: path.stat().st_dev for name, path in patient.folders.items() if path.is_dir()}
    here = devices.get("inbox")
    apart = sorted(name for name in ("outbox", "rejected") if here and devices.get(name, here) != here)
    found = "inbox, outbox and rejected share a file system"
    if apart:
        # No fault: publishing builds in the destination folder and renames there, whatever the inbox is on.
        found = f"{' and '.join(apart)} on another file system than the inbox; originals are copied, not moved"
    return Check(name="devices", ok=True, found=found)


def _disk(patient: Patient) -> Check:
    free = {name: shutil.disk_usage(path).free for name, path in patient.folders.items() if path.is_dir()}
    if not free:
        return Check(name="disk", ok=False, found="no folder to measure", fix="Run `briefmill init` first.")
    least = min(free, key=lambda name: free[name])
    return Check(
        name="disk",
        ok=free[least] >= FLOOR_BYTES,
        found=f"{free[least] / 1e9:.1f} GB free under {least}",
        fix="Make room, or move the folder to a larger disk: Briefmill pauses when it is full.",
    )


def _database(patient: Patient) -> Check:
    try:
        return Check(name="database", ok=True, found=patient.database())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it is what we are asked to tell
        return Check(name="database", ok=False, found=str(error), fix="Restore it from a backup, or move it aside.")


def _shaping(raqm: str) -> Check:
    return Check(
        name="shaping",
        ok=bool(raqm),
        found=f"Raqm {raqm}" if raqm else "Pillow was built without Raqm",
        fix="Install Pillow's own wheel (`pip install --force-reinstall pillow`): Arabic and Hindi need Raqm.",
    )


def _fonts(patient: Patient) -> Check:
    lacking = [script for script, sample in SAMPLES.items() if patient.missing_glyphs(sample)]
    return Check(
        name="fonts",
        ok=not lacking,
        found=f"{len(SAMPLES) - len(lacking)} of {len(SAMPLES)} scripts covered"
        + (f"; none for {', '.join(lacking)}" if lacking else ""),
        fix="Install the Noto fonts of these scripts (Debian: fonts-noto-core, fonts-noto-cjk).",
    )


def _port(listen: str) -> Iterable[Check]:
    if not listen:
        return
    host, _, port = listen.rpartition(":")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
            found = f"{listen} is free"
        except OSError as error:
            found = f"{listen}: {os.strerror(error.errno or 0)} (a running daemon has it, or somebody else)"
    yield Check(name="metrics port", ok=True, found=found)
