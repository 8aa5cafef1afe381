"""Names that are legal on this disk and trouble everywhere else: every byte, the longest, twins, commands, escapes.

Whatever a drop is called, it ends in exactly one place with the bytes it came with, its name takes nobody else's place
on the way out, and wherever people read it (log, reasons, page) it is text and nothing more.
"""

import html.parser
import io
import json
import os
import re
import unicodedata
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefmill import files
from briefmill.domain.facts import Failed, Ignored
from briefmill.domain.job import TERMINAL, State
from briefmill.ports import JobQuery
from briefmill.telemetry import logs
from faults.works import Works, literate

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]")

STEMS = {
    "every printable sign": b"!\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~",
    "a newline": b"a\nb",
    "a carriage return": b"a\rb",
    "an ANSI escape": b"\x1b[2J\x1b[31mred",
    "a terminal title": b"\x1b]0;owned\x07",
    "bytes that are no text": b"caf\xe9 \xff\xfe \xc0\xaf",
    "half a surrogate": b"\xed\xa0\x80",
    "an option": b"-rf",
    "two options": b"--help --version",
    "a device": b"CON",
    "a device with more": b"nul.x",
    "spaces around": b"  a  ",
    "dots at the end": b"a...",
    "only spaces": b"   ",
    "a way out": b"..\\..\\etc\\passwd",
    "a home": b"~root",
    "a variable": b"$HOME`id`$(id)",
    "markup": b"<img src=x onerror=alert(1)>",
    "Markdown": b"[a](javascript:alert(1)) **b** `c`",
    "right to left": "\u202eexe.txt\u2066".encode(),
    "no width": "a\u200b\u200d\ufeffb".encode(),
    "a format": b"%s%n{0}{job}",
    "a label": b'a",x="1',
    "the longest": b"n" * 250,
    "the longest of two bytes each": "д".encode() * 125,
    "the longest of three bytes each": "灯".encode() * 83,
    "the longest of four bytes each": "🜂".encode() * 62,
    "many accents": ("a" + "\u0301" * 120).encode(),
}


def dropped(works, name, text, kind):
    """Drop it as this kind of thing; gives the bytes that must be found again where it was refused."""
    if kind == "file":
        return works.drop(name, text).read_bytes()
    if kind == "folder":
        return works.drop(name + b"/brief.yaml", text).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("brief.yaml", text)
    return works.drop(name, packed.getvalue()).read_bytes()


def all_jobs(works):
    jobs = {}
    for job in works.ledger.records.jobs(JobQuery(limit=0)):
        jobs.setdefault(job.source_raw, []).append(job)
    return jobs


def check_ended(works, drops):
    """Each drop is in one place: delivered, refused with its bytes, or left alone in the inbox and told so."""
    ignored = {fact.name for fact in works.heard.of(Ignored)}
    jobs = all_jobs(works)
    assert works.heard.of(Failed) == []
    for name, data in drops.items():
        (job,) = jobs.pop(name, [None])
        lies = os.path.lexists(bytes(works.inbox) + b"/" + name)
        if job is None:
            assert lies, name
            assert files.printable(name) in ignored, name
        elif job.state is State.HELD:
            assert lies, (name, job.reason)
            assert "conflicted copy" in job.reason, (name, job.reason)
        else:
            assert job.state in TERMINAL, (name, job)
            assert not lies, name
            if job.state is State.REJECTED:
                check_refused(works, job, data)
    assert jobs == {}
    check_out(works)


def check_refused(works, job, data):
    (folder,) = works.rejected.glob(f"*.{job.id}")
    told = json.loads((folder / "reasons.json").read_bytes())
    assert told["source"] == job.source
    page = (folder / "REASONS.md").read_text()
    assert not CONTROL.search(page), page
    assert "<img" not in page.replace("\\<img", "").replace("`<img", "")
    (original,) = [path for path in folder.iterdir() if path.name not in {"reasons.json", "REASONS.md"}]
    kept = original / "brief.yaml" if original.is_dir() else original
    assert kept.read_bytes() == data


def check_out(works):
    """No two names on the way out are one on a share that ignores case and form, and each is fit for every share."""
    for parent in (works.outbox, works.rejected):
        names = [path.name for path in parent.iterdir()]
        assert len({files.name_key(name) for name in names}) == len(names)
        for name in names:
            assert name.isprintable(), name
            assert unicodedata.is_normalized("NFC", name), name
            assert not re.search(r'[<>:"/\\|?*]|^[ .-]|[ .]$', name), name
            assert len(os.fsencode(name)) <= 255


def lines_of(works, style):
    """The log of all that happened, in this style."""
    stream = io.StringIO()
    logger = logs.configure(format=style, level="debug", stream=stream, clock=works.clock, version="1")
    log = logs.Log(logger, works.clock, per_minute=10**6)
    for fact in works.heard.facts:
        log.hear(fact)
    log.close()
    return stream.getvalue().removesuffix("\n").split("\n")


@pytest.fixture
def untouched_logging():
    """`logs.configure` replaces the handlers of the whole process."""
    import logging

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


@pytest.mark.parametrize("kind", ["file", "folder", "zip"])
@pytest.mark.parametrize("text", ["summer end", "bad end"], ids=["delivered", "refused"])
async def test_a_drop_of_any_name_ends_in_one_place_and_is_only_text_to_people(
    quick_path, kind, text, untouched_logging
):
    works = Works(quick_path)
    suffix = {"file": b".yaml", "folder": b"", "zip": b".zip"}[kind]
    drops = {}
    for number, stem in enumerate(STEMS.values()):
        name = stem + suffix
        words = text.replace("summer", f"summer{number}").replace("bad", f"bad {number}")
        drops[name] = dropped(works, name, words, kind)
    await works.through(30)
    check_ended(works, drops)
    assert len(all_jobs(works)) >= len(drops) - 3, "hardly any of these is left alone"
    works.check_books()
    for style in ("console", "json"):
        lines = lines_of(works, style)
        assert len(lines) == len(works.heard.facts)
        assert [line for line in lines if not line.isprintable()] == []


async def test_every_byte_is_part_of_a_name(quick_path):
    works = Works(quick_path)
    drops = {}
    for byte in set(range(1, 256)) - {ord("/")}:
        name = b"a" + bytes([byte]) + b"b.yaml"
        drops[name] = dropped(works, name, f"bad {byte} end" if byte % 2 else f"summer{byte} end", "file")
    await works.through(30)
    check_ended(works, drops)
    assert len(all_jobs(works)) == 254


@settings(
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sets(
        st.binary(min_size=1, max_size=40).map(lambda raw: raw.replace(b"/", b"").replace(b"\0", b"") + b".yaml"),
        min_size=1,
        max_size=6,
    )
)
async def test_any_set_of_names_ends_in_one_place_each(tmp_path_factory, names):
    works = Works(tmp_path_factory.mktemp("names"))
    drops = {name: dropped(works, name, f"bad {number} end", "file") for number, name in enumerate(sorted(names))}
    await works.through()
    check_ended(works, drops)


class Page(html.parser.HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.acts, self.links = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.acts += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value for name, value in attrs if name in {"href", "src"}]


async def test_hostile_words_in_a_brief_are_only_text_in_page_and_receipt(quick_path):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\u202e'
    works = literate(Works(quick_path))
    written = {
        "campaign": f"../../{evil}",
        "message": evil,
        "products": [{"id": evil, "name": evil}, {"name": "javascript:alert(1)"}],
        "locales": ["en"],
    }
    works.drop("a.json", json.dumps(written))
    await works.through()
    assert works.ended() == {"a.json": ["delivered"]}, works.jobs()["a.json"].reason
    (name,) = works.published(works.outbox)
    check_out(works)
    receipt = works.check_delivery(name)
    page = Page((works.outbox / name / "index.html").read_text())
    assert "script" not in page.tags
    assert page.acts == []
    places = {creative["path"] for creative in receipt["creatives"]}
    inside = {"contact-sheet.jpg", "receipt.json", *places}
    assert all(link in inside or link.startswith(("#", "data:image/")) for link in page.links), page.links
    assert all(part == files.safe_name(part) for place in places for part in place.split("/"))
