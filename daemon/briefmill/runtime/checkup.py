"""What the doctor looks at beside the home itself: the clock, keys, models, versions, locales, mounts, backups.

Each function takes what was found and judges it; nothing here looks for itself, so that every fault can be shown.
Secrets are never among what is taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from briefmill.runtime.doctor import Check, Drawn

SKEW_S: Final = 2.0
"""Seconds that a disk's clock may differ from ours before somebody should look."""

BEHIND: Final = timedelta(minutes=5)
EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No machine that runs this program has an earlier date."""

SOON_DAYS: Final = 30
STALE: Final = timedelta(days=8)
_SECRET_BITS: Final = 0o077
_SHOWN: Final = 8


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time here, seconds by which each disk's clock is ahead of it, and the newest moment in the ledger."""

    now: datetime
    ahead_s: Mapping[str, float] = field(default_factory=dict)
    recorded: datetime | None = None
    monotonic: bool = True


def clock(found: Clock) -> Iterator[Check]:
    """Whether the time can be right."""
    fix = "Set the clock, and keep it by NTP (`timedatectl set-ntp true`)."
    if found.now < EARLIEST:
        yield Check(name="clock", ok=False, found=f"it says {found.now:%Y-%m-%d}, which is long past", fix=fix)
        return
    if not found.monotonic:
        yield Check(name="clock", ok=False, found="the monotonic clock ran backwards", fix="Look at the machine.")
        return
    if found.recorded is not None and found.recorded - found.now > BEHIND:
        late = found.recorded - found.now
        words = f"it is {_span(late.total_seconds())} behind the newest row of the ledger: it was set back"
        yield Check(name="clock", ok=False, found=words, fix=f"{fix} Budgets and ages are wrong until it catches up.")
        return
    yield Check(name="clock", ok=True, found=f"{found.now:%Y-%m-%d %H:%M:%S} UTC")
    skewed = {folder: ahead for folder, ahead in found.ahead_s.items() if abs(ahead) > SKEW_S}
    for folder, ahead in skewed.items():
        side = "ahead of" if ahead > 0 else "behind"
        words = f"the disk of {folder} is {_span(abs(ahead))} {side} this machine"
        if folder == "state":
            yield Check(name="clock", ok=False, found=words, fix=fix)
        else:
            # Of the inbox only changes are looked at, so that a share with another clock does no harm.
            yield Check(name="clock", ok=True, found=f"{words}; briefs are taken all the same")


@dataclass(frozen=True, kw_only=True)
class Key:
    """A secret: what it is for, where it came from (empty: there is none), and whether anything needs it."""

    name: str
    source: str = ""
    wanted: bool = False


def keys(found: Sequence[Key], env: Path, mode: int | None) -> Iterator[Check]:
    """Which keys are there, never what they say; `mode` is that of the home's .env, None without one."""
    for key in found:
        if key.source:
            yield Check(name="key", ok=True, found=f"{key.name}: there, from {key.source}")
        elif key.wanted:
            fix = "Put it into the environment, into .env (mode 0600), or let systemd hand it over."
            yield Check(name="key", ok=False, found=f"{key.name}: missing, and the settings ask for it", fix=fix)
        else:
            yield Check(name="key", ok=True, found=f"{key.name}: none, and none is needed")
    if mode is not None and mode & _SECRET_BITS:
        words = f"{env} can be read by others (mode {mode:04o})"
        yield Check(name="key", ok=False, found=words, fix=f"`chmod 600 {env}`, and think about a new key.")


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model in use: the setting that names it, its last day if one is known, and who says so."""

    setting: str
    name: str
    ends: date | None = None
    by: str = ""
    refused: str = ""


def models(found: Sequence[Model], today: date) -> Iterator[Check]:
    """How long the models in use will be there."""
    for model in found:
        said = f"{model.setting} = {model.name}"
        fix = f"Choose its successor in {model.setting}, and try one brief with it. See docs/providers.md."
        if model.refused:
            yield Check(name="model", ok=False, found=f"{said}: {model.refused}", fix=fix)
            continue
        if model.ends is None:
            words = f"{said}: no end is known ({model.by})"
            yield Check(name="model", ok=True, found=words)
            continue
        left = (model.ends - today).days
        when = f"is shut down on {model.ends}, in {left} days" if left > 0 else f"was shut down on {model.ends}"
        yield Check(name="model", ok=left > SOON_DAYS, found=f"{said}: {when} ({model.by})", fix=fix)


@dataclass(frozen=True, kw_only=True)
class Library:
    """Something this program stands on: its version, empty when it is missing, and the least that serves."""

    name: str
    version: str
    least: tuple[int, ...] = ()


def libraries(found: Sequence[Library]) -> Iterator[Check]:
    """Whether all is there, and new enough; the versions in one line."""
    for one in found:
        least = ".".join(map(str, one.least))
        if not one.version:
            fix = "Install Briefmill again with its requirements (`make`, or `pip install briefmill`)."
            yield Check(name="versions", ok=False, found=f"{one.name} is missing", fix=fix)
        elif numbers(one.version) < one.least:
            words = f"{one.name} {one.version} is too old: {least} or newer is needed"
            yield Check(name="versions", ok=False, found=words, fix=f"Install {one.name} {least} or newer.")
    listed = ", ".join(f"{one.name} {one.version}" for one in found if one.version)
    yield Check(name="versions", ok=True, found=listed)


def numbers(version: str) -> tuple[int, ...]:
    """The leading numbers of a version."""
    found = []
    for part in version.split("."):
        digits = re.match(r"\d+", part)
        if digits is None:
            break
        found.append(int(digits[0]))
    return tuple(found)


def locales(drawn: Mapping[str, Drawn]) -> Iterator[Check]:
    """Whether every locale in use can be written: those that brand files name, and those delivered before."""
    lacking = {locale: one for locale, one in drawn.items() if one.missing}
    for locale, one in lacking.items():
        shown = " ".join(one.missing[:_SHOWN])
        yield Check(
            name="locale",
            ok=False,
            found=f"{locale}: no font has {shown}",
            fix="Install the Noto fonts of its script (Debian: fonts-noto-core, fonts-noto-cjk), or bring a font.",
        )
    if not drawn:
        yield Check(name="locale", ok=True, found="none in use yet: no brand file names one, nothing was delivered")
    elif not lacking:
        yield Check(name="locale", ok=True, found=f"{', '.join(sorted(drawn))}: fonts for all")


def mounts(kinds: Mapping[str, str]) -> Check:
    """What each folder lies on."""
    listed = ", ".join(f"{name} on {kind or 'unknown'}" for name, kind in kinds.items())
    return Check(name="mounts", ok=True, found=listed)


@dataclass(frozen=True, kw_only=True)
class Backups:
    """The backups that are known: where, when the newest was made, and whether they lie on the state's own disk."""

    folder: Path
    newest: datetime | None = None
    beside: bool = False


def backups(found: Backups, now: datetime) -> Check:
    """Whether there is one, and how old. No fault: others may make them, where nobody here can look."""
    if found.newest is None:
        return Check(name="backup", ok=True, found=f"none in {found.folder}; `briefmill backup` makes one")
    age = now - found.newest
    words = f"the newest is {_span(age.total_seconds())} old"
    if age > STALE:
        words += "; make one more often, by a timer"
    if found.beside:
        words += "; on the same disk as the state, which a broken disk takes along"
    return Check(name="backup", ok=True, found=words)


def _span(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
