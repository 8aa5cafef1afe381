"""A file system that takes "Mill" and "mill" for one name, and refuses what Windows refuses.

lowntfs-3g with `ignore_case` and `windows_names` holds inbox, outbox and rejected; the state stays on the local disk.
Names that differ only in case, or only in how an accent is written (NFC, NFD), must each get a place of their own.
"""

import collections
import subprocess
import unicodedata

from storm import books
from storm import premises as sites
from storm.books import Places
from storm.premises import Premises

CAMPAIGNS = ("Mill", "MILL", "mill", "Caf\u00e9", "Cafe\u0301", "CAF\u00c9", "Straße", "STRASSE", "aux", "con.", "a:b?")
NAMES = ("Refused.json", "refused.json", "Caf\u00e9.json", "Cafe\u0301.json", "REFUSED.JSON")


def fold(name):
    """One form of all names that look alike; this driver shows every name in small letters, too."""
    return unicodedata.normalize("NFC", name).casefold()


def test_twins_in_case_and_accents_never_collide(needs, row, mounted, tmp_path):
    needs("mkfs.ntfs", "lowntfs-3g", root=True)
    disk = tmp_path / "disk.img"
    subprocess.run(["truncate", "-s", "200M", disk], check=True)
    subprocess.run(["mkfs.ntfs", "-F", "-Q", "-q", disk], check=True, capture_output=True)
    share = mounted(["lowntfs-3g", "-o", "ignore_case,windows_names", disk], tmp_path / "share")
    home = Premises(tmp_path / "home", share / "inbox")
    home.places = Places(
        state=home.path / "state", inbox=share / "inbox", outbox=share / "outbox", rejected=share / "rejected"
    )
    for folder in ("outbox", "rejected"):
        home.environ[f"BRIEFMILL_FOLDERS__{folder.upper()}"] = str(share / folder)
    home.command("init")
    line, drops = row("case-insensitive share with Windows names (lowntfs-3g)"), []
    for number, campaign in enumerate(CAMPAIGNS):
        drops.append(home.put(f"{number}", sites.bundle(campaign), sites.PICTURE))
    home.recover()
    for number, name in enumerate(NAMES):
        drops.append(home.put(name, sites.bad(f"Bad {number}")))
        home.recover()
    balance = books.balance(drops, [home.places], fold)
    assert home.json("audit", "verify")["bad_row"] == 0
    line.add(balance)
    assert not balance.faults, balance.faults
    assert not balance.left
    assert balance.states == collections.Counter(delivered=len(CAMPAIGNS), rejected=len(NAMES)), balance
    for parent in (home.places.outbox, home.places.rejected):
        names = [fold(path.name) for path in parent.iterdir()]
        assert len(names) == len(set(names))
    assert len(list(home.places.outbox.iterdir())) == len(CAMPAIGNS)
