"""From the bytes of a file to its text, or to plain words about what the file is instead.

UTF-8 with or without a byte order mark, UTF-16 and UTF-32 by their marks, and UTF-16 without one by the zero bytes
between its letters. Anything else is refused with the place of the first byte that does not fit; nothing is guessed,
because a guessed code page turns a price or a name into another one.
"""

import codecs
from typing import Final

from briefmill.briefs.nodes import Cut, problem, refusal
from briefmill.errors import BriefRefused

_MAGICS: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"8BPS", "a Photoshop document"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"<?xml", "an XML document"),
    (b"<!doctype", "a web page"),
    (b"<html", "a web page"),
)
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)


def text_of(data: bytes) -> str:
    """The text of a brief's bytes, without byte order mark. Raises BriefRefused; Cut where the end is missing."""
    if not data.strip(b"\0 \t\r\n"):
        zeros = " but zero bytes" if b"\0" in data else ""
        raise Cut((problem("brief.empty", f"the file holds nothing{zeros}", "Write the brief into it."),))
    _refuse_other_kinds(data)
    mark, encoding = _encoding(data)
    body = data[len(mark) :]
    if encoding == "utf-8" and b"\0" in body:
        _refuse_zeros(body)
    try:
        return body.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise _undecodable(body, encoding, error) from error


def _refuse_other_kinds(data: bytes) -> None:
    head = data[:64].lstrip()
    kind = next((words for magic, words in _MAGICS if head[: len(magic)].lower() == magic.lower()), "")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind = "a WebP picture"
    if data[4:8] == b"ftyp":
        kind = "a film or an AVIF or HEIC picture"
    if kind:
        raise refusal("brief.not_text", f"this is {kind}, not a brief", "A brief is a text file: .json, .yaml or .yml.")


def _encoding(data: bytes) -> tuple[bytes, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return mark, encoding
    if data[1:2] == b"\0" and data[:1] != b"\0":
        return b"", "utf-16-le"
    if data[:1] == b"\0" and data[1:2] != b"\0":
        return b"", "utf-16-be"
    return b"", "utf-8"


def _refuse_zeros(body: bytes) -> None:
    written = body.rstrip(b"\0")
    if b"\0" not in written:
        line = written.count(b"\n") + 1
        message = "the file ends in zero bytes: it was not written to its end"
        raise Cut((problem("brief.padded", message, "Copy it again.", line=line),))
    at = body.index(b"\0")
    raise refusal(
        "brief.not_text",
        "there is a zero byte: this is not text",
        "Save the brief as plain UTF-8 text.",
        line=body.count(b"\n", 0, at) + 1,
        column=at - body.rfind(b"\n", 0, at),
    )


def _undecodable(body: bytes, encoding: str, error: UnicodeDecodeError) -> Exception:
    before = body[: error.start].decode(encoding, "replace")
    reason = problem(
        "brief.encoding",
        f"this is not {encoding.upper()} text: byte 0x{body[error.start]:02X} does not belong here",
        "Save the brief as UTF-8.",
        line=before.count("\n") + 1,
        column=len(before) - before.rfind("\n"),
    )
    # A letter of several bytes that stops at the very end of the file was cut by a writer that has not finished.
    cut = error.end >= len(body) and error.reason in {"unexpected end of data", "truncated data"}
    return Cut((reason,)) if cut else BriefRefused((reason,))
