"""Good briefs gone bad, drawn by hypothesis: what disks, editors, transfers and hostile people make of a file.

`spoilt` draws bytes and a file name. It begins with a brief that is whole, as JSON or as YAML, and does one to four
things to it, first to its values and then to its bytes; what it draws stays under `LARGEST` bytes.
"""

import json
from typing import Final

from hypothesis import strategies as st

LARGEST: Final = 40_000

BRIEFS: Final = (
    {"campaign": "Morning Light", "message": "Begin gently", "products": ["Stoneware cup"]},
    {
        "campaign": "Evening Salt",
        "message": {"en": "The sea stays with you", "de": "Das Meer bleibt bei dir", "ar": "البحر يبقى معك"},
        "cta": {"en": "See it", "de": "Ansehen"},
        "brand": {"name": "Halden", "palette": ["#123F4A", "coral"], "logo": "assets/logo.png"},
        "regions": ["DE", "EMEA"],
        "products": [
            {"id": "salt", "name": "Sea salt", "image": "assets/salt.jpg", "attributes": ["hand-picked", "flaked"]},
            {"id": "oil", "name": "Olive oil", "description": "Cold-pressed, from one grove"},
        ],
        "placements": ["1:1", "300x250", "story"],
        "direction": {"setting": "a quiet shore", "avoid": ["people", "text"]},
        "priority": 2,
    },
    {
        "campaign_brief": {
            "title": "冬の灯り",
            "headline": "灯りをともそう",
            "product": "Lamp",
            "markets": "Japan, Norway",
        }
    },
)

YAML: Final = """\
campaign: Slow Tea   # twice a year
defaults: &calm
  mood: calm
message: >-
  Pour, wait,
  breathe
direction: {<<: *calm, style: editorial}
products:
- name: Tea pot
  image: assets/pot.jpg
- {id: cup, name: "Cup: small"}
regions: [no, se, DK]
placements: ["1:1", 16:9]
brand:
  palette:
    - #123F4A
    - '#F2B84B'
"""

WHOLE: Final = (
    *(json.dumps(brief, ensure_ascii=False, indent=indent).encode() for brief in BRIEFS for indent in (None, 2)),
    YAML.encode(),
    b"--- # a brief\n" + YAML.replace("\n", "\r\n").encode(),
)

_PIECES: Final = (
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"- ",
        b"? ",
        b"&a ",
        b"*a",
        b"<<: *calm",
        b"!!python/object:os.system ",
        b"|",
    ),
    *(b">", b"'", b'"', b"\\u", b"\\ud83d", b"#", b"\n---\n", b"\n...\n", b"%YAML 9.9\n", b"\t", b"\0", b"\xff\xfe"),
    *(b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xc0\xaf", b"\x1b[2J", b"@", b"`", b"NaN", b"-Infinity", b"1e999", b"0x1F"),
    *(b"/*", b"*/", b"//", b"\r", b"=", b"~", b"null", b"null:", b"True", b"yes", b"1_000", b"190:20:30", b"~~~~"),
)

_ENCODINGS: Final = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-8-sig",
    "latin-1",
    "cp1252",
    "shift-jis",
    "utf-7",
)

_SCALARS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [0, -1, 10**400, -(2**63), 0.1, 1e308, "", " ", "\u202e", "\ud800", "a" * 3000, "../../etc/passwd"]
    ),
    st.integers(),
    st.text(max_size=12),
)
_VALUES: Final = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[bytes, str]:
    """Bytes of a brief that something has happened to, and its name."""
    data = draw(st.sampled_from([_retyped, _nested, _twice, _known]))(draw)[:LARGEST]
    for _ in range(draw(st.integers(0, 3))):
        data = draw(st.sampled_from([_flipped, _cut, _spliced, _wounded, _repeated, _recoded]))(draw, data)[:LARGEST]
    return data, draw(st.sampled_from(["brief.json", "brief.yaml", "BRIEF.YML", "brief"]))


def _known(draw: st.DrawFn) -> bytes:
    return draw(st.sampled_from(WHOLE))


def _retyped(draw: st.DrawFn) -> bytes:
    """Some values of a good brief are of another kind."""
    brief = json.loads(json.dumps(draw(st.sampled_from(BRIEFS))))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(list(_places(brief))))
        place[0][place[1]] = draw(_VALUES)
    return json.dumps(brief, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


def _places(node: object) -> list[tuple[dict | list, object]]:
    pairs = list(node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ())
    return [(node, key) for key, _ in pairs] + [place for _, inner in pairs for place in _places(inner)]


def _nested(draw: st.DrawFn) -> bytes:
    """A value lies very deep."""
    opening, closing = draw(st.sampled_from([(b"[", b"]"), (b'{"a":', b"}"), (b"- ", b""), (b"{brief: ", b"}")]))
    depth = draw(st.sampled_from([2, 20, 31, 33, 100, 300]))
    whole = depth * opening + draw(st.sampled_from([b"1", b'"x"', b""])) + depth * closing * draw(st.integers(0, 1))
    return draw(st.sampled_from([b"", b'{"campaign": "A", "message": ', b"campaign: A\nmessage: "])) + whole


def _twice(draw: st.DrawFn) -> bytes:
    """A field, or many, stand in it twice."""
    field = draw(st.sampled_from(["campaign", "message", "products", "Message", "a" * 500]))
    count = draw(st.sampled_from([2, 3, 400]))
    if draw(st.booleans()):
        return "{{{}}}".format(", ".join(f'"{field}": "{number}"' for number in range(count))).encode()
    return "".join(f"{field}: {number}\n" for number in range(count)).encode()


def _flipped(draw: st.DrawFn, data: bytes) -> bytes:
    if not data:
        return data
    flipped = bytearray(data)
    for _ in range(draw(st.integers(1, 8))):
        flipped[draw(st.integers(0, len(data) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(flipped)


def _cut(draw: st.DrawFn, data: bytes) -> bytes:
    at = draw(st.integers(0, len(data)))
    return draw(st.sampled_from([data[:at], data[at:], data[:at] + bytes(len(data) - at)]))


def _spliced(draw: st.DrawFn, data: bytes) -> bytes:
    """The tail of another brief, as after two writers on one file."""
    other = draw(st.sampled_from(WHOLE))
    return data[: draw(st.integers(0, len(data)))] + other[draw(st.integers(0, len(other))) :]


def _wounded(draw: st.DrawFn, data: bytes) -> bytes:
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.sampled_from(_PIECES)) + data[at + draw(st.integers(0, 20)) :]


def _repeated(draw: st.DrawFn, data: bytes) -> bytes:
    at, length = draw(st.integers(0, len(data))), draw(st.integers(1, 40))
    return data[:at] + data[at : at + length] * draw(st.sampled_from([2, 10, 300])) + data[at:]


def _recoded(draw: st.DrawFn, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(draw(st.sampled_from(_ENCODINGS)), "replace")
