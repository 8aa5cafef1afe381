"""What a brief costs from the inbox to the outbox: a real daemon, real briefs with their own pictures, a real ledger.

    python benchmarks/end_to_end.py [overhead|workers|memory|creatives|ledger|reuse|start ...] [--quick]

Every figure is printed with its bound; the command leaves with 1 when one is missed. CPU is user and system time of the
daemon and all that it started. What is compared is measured in turns, and medians are told: other work on the machine
moves all of them. Nothing is fetched, nothing is paid.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

import homes

HERE = Path(__file__).parent
HOUSE = HERE.parent
BUILD = HOUSE / "build" / "bench"
CORPUS = BUILD / "corpus"
LOGO = CORPUS / "logo.png"
SMALL, LARGE = CORPUS / "smooth-1536x1024.png", CORPUS / "smooth-24mp.jpg"
CREATIVES = len(homes.SIZES) * len(homes.MESSAGES)
WARM = 4
told = []


def say(what, measured, bound, unit="", *, least=False):
    fine = measured >= bound if least else measured <= bound
    told.append({"figure": what, "measured": measured, "bound": bound, "unit": unit, "ok": fine})
    words = "at least" if least else "at most"
    print(f"{'ok    ' if fine else 'MISSED'} {what:<76} {measured:8.2f}{unit}   ({words} {bound:g}{unit})", flush=True)


def note(words):
    print(f"       {words}", flush=True)


def batch(home, meter, label, count, picture=SMALL, **options):
    """CPU and wall seconds for so many briefs that wait together."""
    folders = home.stage([f"{label}-{number:03}" for number in range(count)], picture, LOGO, **options)
    there, before, began = home.delivered(), meter.shares(), time.perf_counter()
    home.drop(folders)
    home.wait(there + count)
    wall = time.perf_counter() - began
    after = meter.shares()
    daemon = after[meter.pid] - before[meter.pid]
    return sum(after.values()) - sum(before.values()), wall, daemon


def alone(home, processes):
    """CPU seconds of the same stages for the same jobs, in as many processes side by side as there were workers."""
    command = [sys.executable, str(HERE / "stages_alone.py"), str(home.path)]
    running = [subprocess.Popen(command, env=home.environ, stdout=subprocess.PIPE) for _ in range(processes)]
    said = [json.loads(process.communicate()[0]) for process in running]
    return statistics.mean(one["cpu_s"] for one in said)


# ------------------------------------------------------------------------------------------------------------- figures


def overhead(options):
    """Daemon, intake, ledger, fsync, probing, receipt, archive and delivery, over the pixel stages alone."""
    cores = len(os.sched_getaffinity(0))
    for picture in (SMALL, CORPUS / "smooth-12mp.jpg"):
        ratios, totals, bases, front = [], [], [], []
        for _ in range(options.rounds):
            with homes.a_home() as home, home.daemon() as meter:
                batch(home, meter, "warm", WARM, picture)
                cpu, _, daemon = batch(home, meter, "many", options.briefs, picture)
                base = alone(home, cores)
            totals.append(cpu / options.briefs)
            front.append(daemon / options.briefs)
            bases.append(base)
            ratios.append(totals[-1] / base - 1)
        say(f"{picture.name}: whole daemon over its stages' own CPU", statistics.median(ratios) * 100, 35.0, " %")
        whole, base = statistics.median(totals) * 1e3, statistics.median(bases) * 1e3
        note(f"a brief: {whole:.0f} ms of CPU, {statistics.median(front) * 1e3:.0f} of them in the front process")
        note(f"the stages alone: {base:.0f} ms; overhead {min(ratios):.0%}..{max(ratios):.0%} in {len(ratios)} rounds")


def workers(options):
    """Jobs a second of two worker processes and of one, with briefs waiting."""
    ratios, rates = [], {1: [], 2: []}
    for _ in range(options.rounds):
        for count in (1, 2):
            with homes.a_home(workers=count) as home, home.daemon() as meter:
                batch(home, meter, "warm", WARM)
                _, wall, _ = batch(home, meter, "many", options.briefs)
            rates[count].append(options.briefs / wall)
        ratios.append(rates[2][-1] / rates[1][-1])
    say(f"two workers / one, {options.briefs} briefs waiting", statistics.median(ratios), 1.75, "x", least=True)
    one, two = (statistics.median(rates[count]) for count in (1, 2))
    note(f"{one:.1f} and {two:.1f} briefs a second, {min(ratios):.2f}..{max(ratios):.2f} in {len(ratios)} rounds")
    if (cores := len(os.sched_getaffinity(0))) < 3:
        note(f"on {cores} cores the front process takes its CPU from the workers'")


def memory(options):
    """Peaks of a worker and of the whole tree, beside the hand-tuned loop that also analyses, 24-megapixel sources."""
    with homes.a_home() as home, home.daemon() as meter, meter.watched() as samples:
        batch(home, meter, "large", 8, LARGE)
        worker = max(meter.peaks())
    loop = loop_peak(LARGE)
    say("24 megapixels: peak memory of a worker / of the analysing loop", worker / loop, 1.3, "x")
    note(f"{worker:.0f} MiB beside {loop:.0f}")
    say("24 megapixels: daemon, fork server and workers together at their peak", samples[0], 600.0, " MiB")


def loop_peak(picture):
    """MiB of the loop that also analyses, doing the job a few times."""
    job, out = BUILD / "job.json", BUILD / "out"
    out.mkdir(parents=True, exist_ok=True)
    script = "import sys; from pathlib import Path; import run; run.write_jobs(Path(sys.argv[1]), Path(sys.argv[2]))"
    render = {**os.environ, "PYTHONPATH": str(HERE / "render"), "OPENBLAS_NUM_THREADS": "1"}
    homes.child_cpu([sys.executable, "-c", script, str(BUILD), str(LOGO)], render)
    command = [sys.executable, str(HERE / "render" / "loop.py"), str(job), str(picture), str(out), "3", "--analyse"]
    return homes.child_cpu(command, render)[1]


def creatives(options):
    """Cost of a creative in a large brief and in small ones."""
    products = 10 if options.quick else 50
    few, many = [], []
    for _ in range(options.rounds):
        with homes.a_home(workers=1) as home, home.daemon() as meter:
            batch(home, meter, "warm", WARM)
            small, _, _ = batch(home, meter, "small", 10)
            large, _, _ = batch(home, meter, "large", 1, products=products)
        few.append(small / 10 / CREATIVES)
        many.append(large / products / CREATIVES)
    ratios = [one / other for one, other in zip(many, few, strict=True)]
    size = products * CREATIVES
    say(f"a creative in a brief of {size} / in one of {CREATIVES}", statistics.median(ratios), 1.15, "x")
    small, large = statistics.median(few) * 1e3, statistics.median(many) * 1e3
    note(f"{large:.1f} ms of CPU beside {small:.1f}")


def ledger(options):
    """Cost of a creative with a young ledger and with an old one."""
    jobs, briefs = (1000, 10) if options.quick else (10_000, 20)
    costs = {10: [], jobs: []}
    with homes.a_home() as young, homes.a_home() as old:
        began = time.perf_counter()
        fill = [sys.executable, str(HERE / "fill_ledger.py")]
        homes.child_cpu([*fill, str(young.path), "10"], young.environ)
        homes.child_cpu([*fill, str(old.path), str(jobs)], old.environ)
        note(f"{jobs} delivered jobs written through the ledger in {time.perf_counter() - began:.0f} s")
        for number in range(options.rounds):
            for home, count in ((young, 10), (old, jobs)):
                with home.daemon() as meter:
                    batch(home, meter, f"warm{number}", WARM)
                    cpu, _, _ = batch(home, meter, f"many{number}", briefs)
                costs[count].append(cpu / briefs / CREATIVES)
    ratios = [after / before for before, after in zip(costs[10], costs[jobs], strict=True)]
    say(f"a creative with {jobs} jobs in the ledger / with 10", statistics.median(ratios), 1.15, "x")


def reuse(options):
    """A changed text in one locale, and a brief that says the same in other bytes."""
    with homes.a_home(workers=1) as home:
        with home.daemon() as meter:
            batch(home, meter, "warm", WARM)
            costs = {}
            changed = {**homes.MESSAGES, "de-DE": "Jetzt wird es Sommer: Erfrische deinen Tag, überall"}
            for number, (label, messages) in enumerate(
                (("first", homes.MESSAGES), ("changed", changed), ("unchanged", changed)), 1
            ):
                (folder,) = home.stage(["again"], SMALL, LOGO, messages=messages)
                text = (folder / "brief.json").read_text()
                (folder / "brief.json").write_text(text + " " * number)  # other bytes, so that it is no duplicate
                there, before = home.delivered(), meter.cpu_s()
                home.drop([folder])
                home.wait(there + 1)
                costs[label] = meter.cpu_s() - before
        made = made_new(home)
    say("creatives made for a first brief", made[0], CREATIVES)
    say("creatives made after one of two locales has got another text", made[1], CREATIVES / 2)
    say("creatives made for an unchanged brief", made[2], 0)
    note("CPU of the three: " + ", ".join(f"{label} {cost * 1e3:.0f} ms" for label, cost in costs.items()))


def made_new(home):
    """How many creatives each revision of the campaign `again` drew, oldest first, by its outbox and the ledger."""
    script = (
        "import json, sys\n"
        "from briefmill.ledger.sql import SqlLedger\n"
        "from briefmill.ports import JobQuery\n"
        "from briefmill.wiring.clock import SystemClock\n"
        "ledger = SqlLedger(sys.argv[1], SystemClock())\n"
        "runs = [ledger.records.history(job.id) for job in\n"
        "        ledger.records.jobs(JobQuery(campaign='again', limit=0, oldest=True))]\n"
        "outputs = [run.output for history in runs for run in history if run.stage == 'overlay']\n"
        "print(json.dumps([len(output['creatives']) - output['reused'] for output in outputs]))\n"
    )
    database = home.path / "state" / "briefmill.db"
    return json.loads(homes.child_cpu([sys.executable, "-c", script, f"sqlite:///{database}"])[2])


def start(options):
    """CPU until the daemon is ready, and of the help."""
    ready, shown = [], []
    with homes.a_home() as home:
        for _ in range(max(5, options.rounds)):
            with home.daemon() as meter:
                ready.append(meter.cold_s)
            shown.append(homes.child_cpu([sys.executable, "-m", "briefmill", "--help"], home.environ)[0])
    say("`briefmill run` to ready, CPU", statistics.median(ready), 1.0, " s")
    note(f"{min(ready):.2f}..{max(ready):.2f} s in {len(ready)} starts")
    say("`briefmill --help`, CPU", statistics.median(shown), 0.3, " s")
    note(f"{min(shown):.2f}..{max(shown):.2f} s in {len(shown)} calls")


FIGURES = {one.__name__: one for one in (start, overhead, workers, memory, creatives, ledger, reuse)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("figures", nargs="*", default=list(FIGURES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--briefs", type=int, default=40, help="how many wait together")
    parser.add_argument("--quick", action="store_true", help="one round, smaller sets; the bounds are the same")
    parser.add_argument("--json", type=Path, help="all figures, into this file")
    options = parser.parse_args()
    if unknown := set(options.figures) - FIGURES.keys():
        parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    if options.quick:
        options.rounds, options.briefs = 1, min(options.briefs, 20)
    # In a process of its own, which leaves this one small.
    homes.child_cpu([sys.executable, str(HERE / "render" / "corpus.py"), str(CORPUS)])
    print(f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}")
    for name in options.figures:
        FIGURES[name](options)
    if options.json:
        options.json.write_text(json.dumps(told, indent=1), "utf-8")
    return 0 if all(one["ok"] for one in told) else 1


if __name__ == "__main__":
    sys.exit(main())
