"""The XMP packet of a creative: IPTC's digital source type, who made it with what, and a credit line.

It stands beside the manifest for the many readers that know no C2PA. There is no time in it: the same creative must
give the same bytes. Values are escaped; what XML cannot hold is left out. Reading takes attributes and elements by
their name from the bytes: what others wrote is never given to an XML parser.
"""

import html
import re
from typing import Final
from xml.sax.saxutils import escape

from briefmill.imaging import packet as packets
from briefmill.provenance import origin
from briefmill.provenance.origin import Facts

_TYPE: Final = re.compile(
    rb"Iptc4xmpExt:DigitalSourceType\s*(?:=\s*[\"']|>)\s*(?:https?://cv\.iptc\.org/newscodes/digitalsourcetype/)"
    rb"([A-Za-z]{1,64})"
)
_LONGEST: Final = 200
_FIELDS: Final = ("xmp:CreatorTool", "photoshop:Credit", "Iptc4xmpExt:AISystemUsed")


def packet(facts: Facts, *, tool: str, credit: str) -> bytes:
    """The packet, about 800 bytes. `tool` is the name and version of who composed it, `credit` whom to name."""
    rows = [
        _row("Iptc4xmpExt:DigitalSourceType", origin.VOCABULARY + origin.source_type(facts)),
        _row("xmp:CreatorTool", tool),
        _row("photoshop:Credit", credit) if credit else "",
        _row("Iptc4xmpExt:AISystemUsed", facts.agent) if origin.picture_type(facts) == origin.TRAINED else "",
    ]
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"{''.join(rows)}</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    ).encode()


def declared(found: bytes) -> str:
    """The source type that a packet claims, its last word (`trainedAlgorithmicMedia`); empty where it claims none."""
    match = _TYPE.search(found)
    return match[1].decode() if match else ""


def declared_in(data: bytes) -> str:
    """The source type that a file's packet claims."""
    return declared(packets.find(data))


def fields(found: bytes) -> dict[str, str]:
    """What a packet of ours says, by the names of XMP."""
    said = {"Iptc4xmpExt:DigitalSourceType": declared(found)}
    for name in _FIELDS:
        match = re.search(rb"<" + name.encode() + rb">([^<]{0,400})<", found)
        said[name] = html.unescape(match[1].decode("utf-8", "replace")) if match else ""
    return {name: value for name, value in said.items() if value}


def _row(name: str, value: str) -> str:
    shown = "".join(char for char in value if char.isprintable())[:_LONGEST]
    return f"<{name}>{escape(shown)}</{name}>" if shown else ""
