"""The doctor: looks at a home and its machine, and says of each thing whether it is well and how to mend it.

Reads only; the one thing it writes is a hidden folder in each folder of the home, removed at once (`trials`), because
only writing tells whether one can write.
"""

import errno
import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from briefmill.errors import BriefmillError, Temporary
from briefmill.runtime import trials

READ_ONLY = frozenset({"assets"})
"""Folders that are only read."""

SAMPLES: Mapping[str, tuple[str, str]] = {
    "Latin": ("de-DE", "AaÄäÀàÁáÂâÃãÅåÆæÇçČčĐđÉéÈèÊêĘęĞğÍíİıŁłÑñÓóÔôÖöŐőØøŒœŘřŚśŠšŞşȘșȚțßÚúÜüŰűÝýŻżŽž„“”‘’«»–…€£%™"),
    "Greek": ("el-GR", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩάέήίόύώϊϋΐΰςαβγδεζηθικλμνξοπρστυφχψω·"),
    "Cyrillic": ("uk-UA", "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯЁЪЫЭабвгґдеєжзиіїйклмнопрстуфхцчшщьюяёъыэЂЉЊЋЏђљњћџ№₴"),
    "Arabic": ("ar-SA", "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکی٠١٢٣٤٥٦٧٨٩،؟؛٪"),
    "Hebrew": ("he-IL", "אבגדהוזחטיךכלםמןנסעףפץצקרשת״׳₪"),
    "Devanagari": ("hi-IN", "अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहक्षज्ञािीुूृेैोौं०१२३४५६७८९।₹"),
    "Bengali": ("bn-BD", "অআইঈউঊএঐওঔকখগঘঙচছজঝঞটঠডঢণতথদধনপফবভমযরলশষসহািীুূেৈোৌং০১২৩৪৫৬৭৮৯।৳"),
    "Tamil": ("ta-IN", "அஆஇஈஉஊஎஏஐஒஓஔகஙசஞடணதநபமயரலவழளறனாிீுூெேைொோௌஃஜஷஸஹ"),
    "Thai": ("th-TH", "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะาิีึืุูเแโใไำ่้๊๋็์ๆฯ๐๑๒๓฿"),
    "Japanese": (
        "ja-JP",
        "夏秋冬春限定発売新商品あいうえおかきくけこがぎゃっぱアイウエオカキクケコヴーッ、。「」・〜￥",
    ),
    "Korean": ("ko-KR", "여름가을겨울봄한정판매새로운즐기세요할인똠방각하₩"),
    "Chinese, simplified": ("zh-CN", "这个夏天优惠发现简体汉字买卖门开关龙凤，。！？《》“”"),
    "Chinese, traditional": ("zh-TW", "這個夏天優惠發現繁體漢字買賣門開關龍鳳，。！？《》「」"),
}
"""By script: a locale that writes it, and letters and signs that its advertising needs."""

_SHOWN = 12
EMOJI = "🎉🔥👍🏽☀️❤️🇪🇺👨‍👩‍👧1️⃣"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    fix: str = ""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """How a text would be drawn: the families of its fonts, most used first, and the characters that none has."""

    families: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Space:
    """What is free under a folder and what has to be, in bytes and inodes (None where they are not counted)."""

    folder: str
    free: int
    floor: int
    inodes: int | None
    least_inodes: int


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The file system under the state. `refused` says why no ledger may lie there, `doubted` what to mind."""

    kind: str
    refused: str = ""
    doubted: str = ""


@dataclass(frozen=True, kw_only=True)
class Patient:
    """What there is to examine.

    `folders` maps names to paths; `unmounted` tells by name which of them lack their drive, and what to do; `listen` is
    host:port, empty for none; `raqm` is the version of the text shaper, empty when Pillow has none; `drawn`
    tells which fonts draw a text in a locale; `running` says that a daemon holds this home. `spaces`, `database` and
    `group` look when they are called, and raise what is wrong.
    """

    home: Path
    folders: Mapping[str, Path]
    listen: str
    watch_mode: str
    marker: bool
    unmounted: Mapping[str, str]
    maker: str
    spaces: Callable[[], Sequence[Space]]
    ground: Ground
    group: Callable[[], str]
    database: Callable[[], str]
    drawn: Callable[[str, str], Drawn]
    raqm: str
    running: bool = False


def examine(patient: Patient) -> list[Check]:
    """All checks, in the order a person would make them."""
    return [
        _python(),
        *_folders(patient),
        _marker(patient),
        *_unmounted(patient),
        _same_device(patient),
        *_room(patient),
        _ground(patient.ground),
        _group(patient),
        Check(name="watching", ok=True, found=patient.watch_mode),
        _database(patient),
        _shaping(patient.raqm),
        *_fonts(patient),
        _emoji(patient),
        Check(name="pictures", ok=True, found=patient.maker),
        *_port(patient.listen, running=patient.running),
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
        if name in READ_ONLY:
            readable = os.access(path, os.R_OK | os.X_OK)
            yield Check(name=name, ok=readable, found=f"{path}, {'can' if readable else 'cannot'} be read", fix=fix)
            continue
        try:
            trial = trials.run(path)
        except OSError as error:
            yield Check(name=name, ok=False, found=f"{path}: {error.strerror}", fix=fix)
            continue
        if name == "inbox" and trials.sticky(path):
            found = f"{path} is sticky: files that others drop cannot be taken out"
            yield Check(name=name, ok=False, found=found, fix=f"`chmod -t {path}`, or make this user its owner.")
            continue
        yield Check(name=name, ok=True, found=f"{path}, can write, fsync, rename and remove")
        if name == "outbox":
            yield Check(name="publishing", ok=True, found=trials.WAYS[trial.publishing])
            case = "does not tell" if trial.folds_case else "tells"
            yield Check(name="letters", ok=True, found=f"the outbox {case} large from small letters in names")


def _marker(patient: Patient) -> Check:
    found = "the inbox carries its marker" if patient.marker else "the inbox has no marker: it counts as offline"
    fix = f"If this is the right folder and not an empty mount point: `briefmill init --home {patient.home}`."
    return Check(name="marker", ok=patient.marker, found=found, fix=fix)


def _unmounted(patient: Patient) -> Iterator[Check]:
    for words in patient.unmounted.values():
        found, _, fix = words.partition(". ")
        yield Check(name="drive", ok=False, found=found, fix=f"{fix.rstrip('`')} --home {patient.home}`.")


def _same_device(patient: Patient) -> Check:
    devices = {name: path.stat().st_dev for name, path in patient.folders.items() if path.is_dir()}
    here = devices.get("inbox")
    apart = sorted(name for name in ("outbox", "rejected") if here and devices.get(name, here) != here)
    found = "inbox, outbox and rejected share a file system"
    if apart:
        # No fault: publishing builds in the destination folder and renames there, whatever the inbox is on.
        found = f"{' and '.join(apart)} on another file system than the inbox; originals are copied, not moved"
    return Check(name="devices", ok=True, found=found)


def _room(patient: Patient) -> Iterator[Check]:
    fix = "Make room, move the folder to a larger disk, or lower disk.floor: until then Briefmill pauses."
    try:
        spaces = patient.spaces()
    except BriefmillError as error:
        yield Check(name="disk", ok=False, found=str(error), fix="Look at the disk or the share: it does not answer.")
        return
    if not spaces:
        yield Check(name="disk", ok=False, found="no folder to measure", fix="Run `briefmill init` first.")
        return
    least = min(spaces, key=lambda space: space.free - space.floor)
    found = f"{least.free / 1e9:.1f} GB free under {least.folder}; work pauses below {least.floor / 1e6:.0f} MB"
    yield Check(name="disk", ok=least.free >= least.floor, found=found, fix=fix)
    counted = [(space.inodes, space) for space in spaces if space.inodes is not None]
    if counted:
        inodes, scarce = min(counted, key=lambda pair: pair[0] - pair[1].least_inodes)
        found = f"{inodes} free under {scarce.folder}; work pauses below {scarce.least_inodes}"
        yield Check(name="inodes", ok=inodes >= scarce.least_inodes, found=found, fix=fix)


def _ground(ground: Ground) -> Check:
    return Check(
        name="state disk",
        ok=not ground.refused,
        found=ground.refused or ground.doubted or f"{ground.kind or 'unknown'}, fit for the database",
        fix="Set folders.state to a folder on a local disk; inbox and outbox may stay on the share.",
    )


def _group(patient: Patient) -> Check:
    try:
        return Check(name="group", ok=True, found=patient.group())
    except BriefmillError as error:
        return Check(name="group", ok=False, found=str(error), fix="Set output.group to a group that this user is in.")


def _database(patient: Patient) -> Check:
    try:
        return Check(name="database", ok=True, found=patient.database())
    except Temporary as error:
        fix = "Work pauses meanwhile and goes on by itself. `fuser` tells which programs have the file open."
        return Check(name="database", ok=False, found=str(error), fix=fix)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it is what we are asked to tell
        return Check(name="database", ok=False, found=str(error), fix="Restore it from a backup, or move it aside.")


def _shaping(raqm: str) -> Check:
    return Check(
        name="shaping",
        ok=bool(raqm),
        found=f"Raqm {raqm}" if raqm else "Pillow was built without Raqm",
        fix="Install Pillow's own wheel (`pip install --force-reinstall pillow`): Arabic and Hindi need Raqm.",
    )


def _fonts(patient: Patient) -> Iterator[Check]:
    for script, (locale, letters) in SAMPLES.items():
        drawn = patient.drawn(letters, locale)
        found = f"{script} ({locale}): {', '.join(drawn.families) or 'no font'}"
        if drawn.missing:
            shown = " ".join(drawn.missing[:_SHOWN]) + (" …" if len(drawn.missing) > _SHOWN else "")
            found += f"; {len(drawn.missing)} of its characters in none: {shown}"
        yield Check(
            name="fonts",
            ok=not drawn.missing,
            found=found,
            fix="Install the Noto fonts of this script (Debian: fonts-noto-core, fonts-noto-cjk), or bring a font.",
        )


def _emoji(patient: Patient) -> Check:
    """No fault: copy without emoji is the rule, and one that cannot be drawn is reported with the creative."""
    drawn = patient.drawn(EMOJI, "en")
    found = f"emoji: {', '.join(drawn.families)}"
    if drawn.missing:
        found = "no font for emoji: they are left out and reported (Debian: fonts-noto-color-emoji)"
    return Check(name="fonts", ok=True, found=found)


def _port(listen: str, *, running: bool) -> Iterable[Check]:
    if not listen:
        return
    host, _, port = listen.rpartition(":")
    fix = "Set telemetry.listen to a free port of this machine, or stop who has it: `ss -ltnp` tells."
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            words = os.strerror(error.errno or 0)
            ours = running and error.errno == errno.EADDRINUSE
            found = f"{listen}: the running daemon has it" if ours else f"{listen}: {words}"
            yield Check(name="metrics port", ok=ours, found=found, fix=fix)
            return
    yield Check(name="metrics port", ok=True, found=f"{listen} is free")
