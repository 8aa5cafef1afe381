"""What a font file says of its licence: the embedding bits of its OS/2 table."""

import io


def bits(data: bytes) -> int | None:
    """`fsType` of a font (TTF, OTF), None where it has none or cannot be read.

    Source: OpenType 1.9.1, OS/2 table. 0x0000 is installable, 0x0002 restricted, 0x0004 preview and print, 0x0008
    editable. They concern embedding the font itself; drawn letters are a matter of the licence's own text.
    """
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(io.BytesIO(data), lazy=True, fontNumber=0) as font:
            return int(font["OS/2"].fsType) if "OS/2" in font else None
    except (TTLibError, ValueError, KeyError, AssertionError, EOFError):
        return None
