"""kill -9 after every single change on the disk: one run that counts, then one killed run and one recovery for each.

What is dropped has every ending: a bundle, a brief whose picture is paid for, one that is refused, and a twin. The
provider is a server on the loopback that speaks OpenAI's protocol; each run has one of its own, and its book.
"""

import collections
import shutil
from concurrent.futures import ThreadPoolExecutor

from briefmill.fake_openai import FakeOpenAI
from storm import premises as sites
from storm import tracing

MOST, MOST_SHORT = 20, 1
AT_ONCE = 2


class Run:
    """One home with its drops and its own provider, which listens until `end`."""

    def __init__(self, template, path):
        self.home = template.copy_to(path)
        self.provider = FakeOpenAI().start()
        self.home.environ |= {
            "OPENAI_API_KEY": self.provider.key,
            "BRIEFMILL_OPENAI__BASE_URL": self.provider.base_url,
            "BRIEFMILL_OPENAI__REQUESTS_PER_MINUTE": "6000",
            "BRIEFMILL_GENERATE__MAKER": "auto",
        }
        self.drops = [
            self.home.put("tide", sites.bundle("Tide"), sites.PICTURE),
            self.home.put("dune.json", sites.plain("Dune")),
            self.home.put("bad.json", sites.bad("Bad")),
            self.home.put("twin of dune.json", sites.plain("Dune")),
        ]

    @property
    def asked(self):
        return len(self.provider.book.calls("images.generations"))

    def wrong(self, balance, crashes, told):
        """What is not as it must be after so many crashes, in sentences."""
        wrong = [f"{told}: {fault}" for fault in (*balance.faults, *balance.left)]
        if balance.states != collections.Counter(delivered=2, rejected=1, duplicate=1):
            wrong.append(f"{told}: {dict(balance.states)}")
        # The promise: at most one repetition for each crash.
        if not 1 <= self.asked <= 1 + crashes:
            wrong.append(f"{told}: the provider was asked {self.asked} times")
        wrong += [f"{told}: the provider did not understand: {call.detail}" for call in self.provider.book.refused()]
        return wrong

    def end(self):
        """Close the provider and remove the home."""
        self.provider.close()
        shutil.rmtree(self.home.path)


def spread(total, most):
    """At most so many numbers from 1 to total, evenly spread, the first and the last among them."""
    if total <= most:
        return list(range(1, total + 1))
    if most == 1:
        return [(total + 1) // 2]
    return sorted({1 + round(index * (total - 1) / (most - 1)) for index in range(most)})


def disasters(totals, most):
    """Name, number of all points, and the blows of each try: one for each kind of change, and then two in a row."""
    for call, total in sorted(totals.items()):
        yield f"kill -9 after `{call}`", total, [[(call, number)] for number in spread(total, most)]
    pairs = max(1, most // 2)
    first, second = spread(totals["rename"], pairs), spread(totals["fsync"] // 2, pairs)
    twice = [[("rename", one), ("fsync", two)] for one, two in zip(first, reversed(second), strict=False)]
    yield "kill -9 after `rename`, and again after `fsync` in the recovery", len(twice), twice


def test_killed_after_every_change(needs, row, length, premises, tmp_path):
    needs("strace")
    counted = Run(premises, tmp_path / "counted")
    seen = tracing.count(counted.home.interpreter, counted.home.bare, counted.home.path)
    assert not counted.wrong(counted.home.balance(counted.drops), crashes=0, told="without a kill")
    counted.end()
    totals = collections.Counter(change.call for change in seen)
    assert {"rename", "renameat2", "fsync", "fdatasync", "mkdir", "pwrite64"} <= set(totals), totals

    def strike(blows):
        """One run for each blow, killed there; then one that recovers."""
        told = ", then ".join(f"{call} {number}" for call, number in blows)
        run = Run(premises, tmp_path / told.replace(", ", "-").replace(" ", "-"))
        struck = [
            tracing.kill_after(run.home.interpreter, run.home.bare, run.home.path, call, number)
            for call, number in blows
        ]
        run.home.recover()
        return told, any(struck), run

    faults = []
    for fault, total, plans in disasters(totals, length(MOST, MOST_SHORT)):
        line = row(fault)
        reached = repeated = 0
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for told, struck, run in pool.map(strike, plans):
                balance = run.home.balance(run.drops)
                line.add(balance, told)
                reached += struck
                repeated += run.asked > 1
                faults += run.wrong(balance, crashes=len(plans[0]), told=told)
                run.end()
        line.tries = f"{reached} of {total}"
        line.remarks = f"the provider was asked again {repeated} times" if repeated else ""
        assert reached, f"{fault}: never reached"
    assert not faults, "\n".join(faults)
