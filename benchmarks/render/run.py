"""`make bench`: what twelve creatives cost, beside the hand-tuned loop and the tools that people use, in one run.

Every contestant is a process that does the same job (`job.py`) on the same pictures (`corpus.py`). Rounds are
interleaved (A B C, A B C, ...), CPU is user and system time of the process and all it started, `warm` is what one more
job costs in a running process. Ratios come first: they hold on other machines, seconds do not. Peers that are not
installed are skipped, and it says so. Nothing is fetched.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import job

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "bench"


@dataclass(frozen=True)
class Contestant:
    """How to do the job `repeat` times: `command` with its last words; `warm` jobs measure what one more costs."""

    name: str
    command: tuple[str, ...]
    after: tuple[str, ...] = ()
    warm: int = 0
    tabular: bool = False


@dataclass
class Result:
    """What one contestant took on one picture: CPU seconds, wall seconds, MiB at the peak, a row for each round."""

    once: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)

    @property
    def marginal(self) -> float:
        """CPU seconds of one more job, or of the only one where there is no running process."""
        return statistics.median(self.warm or self.once)


@dataclass(frozen=True)
class Target:
    """A bound on a ratio of marginal costs: `over` / `under`, at most or at least `bound`."""

    over: str
    under: str
    bound: float
    most: bool = True
    pictures: str = ""


TARGETS = (
    Target("briefmill", "loop", 1.3),
    Target("briefmill + checks + ledger", "loop + analysis", 1.4),
    Target("plain Pillow", "briefmill", 7.0, most=False),
    Target("plain Pillow", "briefmill", 15.0, most=False, pictures="24mp"),
    Target("plain Pillow + naive checks", "briefmill + checks + ledger", 30.0, most=False),
    Target("ImageMagick, a process each", "briefmill", 20.0, most=False),
    Target("ImageMagick, one process", "briefmill", 10.0, most=False),
    Target("sharp, naive", "briefmill", 7.0, most=False),
    Target("sharp, decoding once", "briefmill", 3.0, most=False),
)


def contestants() -> Iterator[Contestant | str]:
    """All there are; a string says what is not installed."""
    python = sys.executable
    yield Contestant("loop", (python, str(HERE / "loop.py")), warm=8)
    yield Contestant("briefmill", (python, str(HERE / "ours.py")), warm=8)
    yield Contestant("loop + analysis", (python, str(HERE / "loop.py")), after=("--analyse",), warm=8)
    yield Contestant("briefmill + checks + ledger", (python, str(HERE / "ours.py")), after=("--analyse",), warm=8)
    yield Contestant("plain Pillow", (python, str(HERE / "plain.py")), warm=1)
    yield Contestant("plain Pillow + naive checks", (python, str(HERE / "plain.py")), after=("--analyse",))
    magick = next((tool for tool in ("magick", "convert") if _works(tool, "ImageMagick")), None)
    if magick:
        yield Contestant("ImageMagick, a process each", ("sh", str(HERE / "imagemagick.sh"), magick), tabular=True)
        yield Contestant("ImageMagick, one process", ("sh", str(HERE / "imagemagick_one.sh"), magick), tabular=True)
    else:
        yield "ImageMagick: neither `magick` nor `convert` is installed (apt-get install imagemagick)"
    if _works("gm", "GraphicsMagick"):
        yield Contestant("GraphicsMagick, a process each", ("sh", str(HERE / "graphicsmagick.sh"), "gm"), tabular=True)
    else:
        yield "GraphicsMagick: `gm` is not installed (apt-get install graphicsmagick)"
    if _has_sharp():
        yield Contestant("sharp, naive", ("node", str(HERE / "sharp.mjs")), after=("naive",), warm=2)
        yield Contestant("sharp, decoding once", ("node", str(HERE / "sharp.mjs")), after=("once",), warm=2)
    else:
        yield "sharp: node cannot find it (npm install sharp, then SHARP_FROM=<that folder>/x.js)"


def _works(tool: str, name: str) -> bool:
    if shutil.which(tool) is None:
        return False
    said = subprocess.run([tool, "-version"], capture_output=True, text=True, check=False)
    return name in said.stdout


def _has_sharp() -> bool:
    if shutil.which("node") is None:
        return False
    program = (
        "const {createRequire}=require('module');"
        "createRequire(process.env.SHARP_FROM || process.cwd() + '/x.js')('sharp')"
    )
    return subprocess.run(["node", "-e", program], capture_output=True, check=False).returncode == 0


def once(one: Contestant, jobs: dict[str, Path], picture: Path, repeat: int) -> tuple[float, float, float]:
    """CPU seconds, wall seconds and MiB of one process that does the job `repeat` times."""
    out = BUILD / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    words = (str(jobs["tsv" if one.tabular else "json"]), str(picture), str(out), str(repeat))
    environ = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MAGICK_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
    began = time.perf_counter()
    process = subprocess.Popen([*one.command, *words, *one.after], env=environ, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{one.name} ended with {process.returncode} on {picture.name}")
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024


def measure(running: Sequence[Contestant], jobs: dict[str, Path], picture: Path, rounds: int) -> dict[str, Result]:
    """All contestants on one picture, round by round."""
    found = {one.name: Result() for one in running}
    for number in range(rounds):
        for one in running:
            slow = not one.warm and number
            if slow:
                continue  # seconds each: once is enough, and told as such
            _tell(f"{picture.name}, round {number + 1} of {rounds}: {one.name}")
            cpu, wall, peak = once(one, jobs, picture, 1)
            result = found[one.name]
            result.once.append(cpu)
            result.wall.append(wall)
            result.peak.append(peak)
            if one.warm:
                more, wall_more, _ = once(one, jobs, picture, 1 + one.warm)
                result.warm.append((more - cpu) / one.warm)
                result.wall[-1] = (wall_more - wall) / one.warm
    _tell("")
    return found


def _script(name: str, path: Path) -> str:
    return subprocess.run(
        [sys.executable, str(HERE / name), str(path)], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def _tell(words: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{words}", end="", file=sys.stderr, flush=True)


def judged(found: dict[str, Result], picture: str) -> Iterator[tuple[str, str, float, float]]:
    """Each target that applies: verdict, words, ratio, bound."""
    for target in TARGETS:
        narrower = [one for one in TARGETS if one.pictures and one.pictures in picture and one.over == target.over]
        if target.pictures not in picture or (narrower and not target.pictures):
            continue
        if target.over in found and target.under in found:
            ratio = found[target.over].marginal / found[target.under].marginal
            kept = ratio <= target.bound if target.most else ratio >= target.bound
            bound = f"at {'most' if target.most else 'least'} {target.bound:g}x"
            yield "ok" if kept else "MISSED", f"{target.over} / {target.under}, {bound}", ratio, target.bound


def table(found: dict[str, Result]) -> Iterator[str]:
    """The Markdown rows of one picture."""
    least = found["loop"].marginal if "loop" in found else min(result.marginal for result in found.values())
    yield "| contestant | CPU over the loop | warm CPU ms (min..max) | one process, CPU s | wall ms | peak MiB |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, result in found.items():
        warm = [1000 * value for value in result.warm]
        span = f"{statistics.median(warm):.0f} ({min(warm):.0f}..{max(warm):.0f})" if warm else "-"
        yield (
            f"| {name} | {result.marginal / least:.2f}x | {span} | {statistics.median(result.once):.2f} "
            f"| {1000 * statistics.median(result.wall):.0f} | {max(result.peak):.0f} |"
        )


def write_jobs(folder: Path, logo: Path) -> dict[str, Path]:
    """The job for all contestants: JSON for most; a table for the shell, with the words set in lines."""
    from briefmill.imaging import fontfiles

    font = next(file.path for file in fontfiles.packed() if file.family == "Inter")
    jobs = {"json": folder / "job.json", "tsv": folder / "job.tsv"}
    job.write(jobs["json"], font=str(font), logo=logo)
    rows = []
    for name, (width, height) in job.PLACEMENTS.items():
        place = job.geometry(width, height)
        for locale, text in job.MESSAGES.items():
            size, lines = job.lines(place, text)
            left, top, _, _ = place.words
            drawn = " ".join(
                f"text {left},{round(top + size + number * 1.2 * size)} '{line}'" for number, line in enumerate(lines)
            )
            numbers = (width, height, *place.logo, *place.panel, size)
            rows.append("\t".join(map(str, (name, locale, *numbers, font, logo, job.QUALITY, drawn))))
    jobs["tsv"].write_text("\n".join(rows) + "\n", "utf-8")
    return jobs


def main() -> None:
    """Measure, print, and leave with 1 where a target was missed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--quick", action="store_true", help="two rounds, smooth pictures, no slow peers")
    asked.add_argument("--pictures", default="", help="only pictures with this in their name")
    asked.add_argument("--write", type=Path, help="the tables as Markdown, into this file")
    asked.add_argument("--json", type=Path, help="all figures, into this file")
    options = asked.parse_args()
    # In processes of their own: a contestant's peak memory counts from the size of whoever starts it.
    _script("corpus.py", BUILD / "corpus")
    pictures = {path.name: path for path in sorted((BUILD / "corpus").glob("*-*"))}
    jobs = write_jobs(BUILD, BUILD / "corpus" / "logo.png")
    known = list(contestants())
    for words in known:
        if isinstance(words, str):
            print(f"SKIP   {words}")
    running = [one for one in known if isinstance(one, Contestant) and (one.warm > 1 or not options.quick)]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pillow", "opencv-python-headless", "numpy"))
    head = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}"
    print(head)
    lines, missed, figures = [head, ""], 0, {}
    for name, picture in pictures.items():
        if options.pictures not in name or (options.quick and "busy" in name):
            continue
        found = measure(running, jobs, picture, 2 if options.quick else options.rounds)
        figures[name] = {one: vars(result) for one, result in found.items()}
        verdicts = [*judged(found, name), *json.loads(_script("quality.py", picture))]
        missed += sum(verdict == "MISSED" for verdict, *_ in verdicts)
        told = [f"{verdict:<6} {ratio:8.3g}  {words}" for verdict, words, ratio, _ in verdicts]
        print("", f"## {name}", *told, "", *table(found), sep="\n", flush=True)
        lines += [f"## {name}", "", "```", *told, "```", "", *table(found), ""]
    if options.write:
        options.write.write_text("\n".join(lines), "utf-8")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), "utf-8")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
