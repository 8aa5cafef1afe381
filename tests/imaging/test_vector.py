"""SVG logos: drawn as their author sees them, or refused with the line and a way out."""

import base64
import contextlib
import gzip
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from briefmill.errors import AssetRefused
from briefmill.imaging import drawing, logo, vector

RED_DISC = '<circle cx="50" cy="50" r="40" fill="#C81E3C"/>'


NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(body, *, frame='viewBox="0 0 200 100"', before=""):
    return f"{before}<svg {NAMESPACES} {frame}>{body}</svg>".encode()


def picture(width=4, height=4, kind="PNG"):
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (10, 200, 30)).save(buffer, kind)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(buffer.getvalue()).decode()}"


def refusal(data):
    with pytest.raises(AssetRefused) as caught:
        vector.raster(data, 64)
    assert caught.value.problem.fix
    return caught.value.problem


def test_a_drawing_becomes_pixels_with_its_colours_and_a_transparent_ground():
    pixels = vector.raster(svg(RED_DISC), 400)
    assert pixels.shape == (200, 400, 4)
    assert tuple(pixels[100, 100]) == (60, 30, 200, 255)
    assert pixels[100, 300, 3] == 0


def test_a_loaded_drawing_is_trimmed_to_its_ink():
    loaded = logo.load(svg(RED_DISC))
    assert loaded.shape[0] == pytest.approx(loaded.shape[1], abs=2)
    assert tuple(loaded[loaded.shape[0] // 2, loaded.shape[1] // 2]) == (60, 30, 200, 255)


def test_a_small_mark_on_a_large_page_is_rendered_sharp():
    loaded = logo.load(svg('<circle cx="500" cy="500" r="100" fill="#102030"/>', frame='viewBox="0 0 1000 1000"'))
    assert max(loaded.shape[:2]) == pytest.approx(820, abs=4)
    soft = (loaded[..., 3] > 0) & (loaded[..., 3] < 255)
    assert soft.mean() < 0.01


def test_a_white_page_under_the_drawing_is_taken_away():
    loaded = logo.load(svg('<rect width="200" height="100" fill="#fff"/>' + RED_DISC))
    assert loaded[0, 0, 3] == 0


@pytest.mark.parametrize(
    ("frame", "shape"),
    [
        ('viewBox="0 0 300 100"', (100, 300)),
        ('width="50" height="150"', (300, 100)),
        ('width="20mm" height="1cm"', (150, 300)),
        ('width="2in" height="72pt"', (150, 300)),
        ('viewBox="0,0,10,10" width="100%" height="100%"', (300, 300)),
        ('viewBox="0 0 10 20" width="30"', (300, 150)),
    ],
)
def test_its_shape_is_that_of_its_page(frame, shape):
    body = '<rect width="5" height="5" fill="red"/>'
    assert vector.raster(svg(body, frame=frame), 300).shape[:2] == shape


@pytest.mark.parametrize("frame", ["", 'width="100%" height="9"', 'viewBox="0 0 0 5"', 'viewBox="nan 0 inf 1"'])
def test_a_page_without_a_size_is_refused(frame):
    assert refusal(svg(RED_DISC, frame=frame)).code == "asset.vector.size"


def test_a_page_like_a_thread_is_refused():
    assert refusal(svg(RED_DISC, frame='width="4000" height="10"')).code == "asset.vector.size"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<text x="1" y="9">Lumen</text>', "text"),
        ("<g><text><tspan>L</tspan></text></g>", "text"),
        ("<script>alert(1)</script>", "script"),
        ('<image href="file:///etc/passwd" width="9" height="9"/>', "link"),
        ('<image xlink:href="https://tracker.example/a.png" width="9" height="9"/>', "link"),
        ('<image href="logo.png" width="9" height="9"/>', "link"),
        ('<use href="other.svg#mark"/>', "link"),
        ('<rect fill="url(other.svg#a)" width="9" height="9"/>', "link"),
        ("<rect style=\"fill:URL( 'http://a.example/b#c' )\" width='9' height='9'/>", "link"),
        ("<style>.a { fill: url(http://a.example/b) }</style>", "link"),
        ('<style>@import "http://a.example/b.css";</style>', "link"),
        ('<image href="data:image/svg+xml;base64,PHN2Zy8+" width="9" height="9"/>', "picture"),
        ('<image href="data:image/png;base64,AAAA" width="9" height="9"/>', "picture"),
        ('<filter id="f"><feTurbulence numOctaves="99999999"/></filter>', "effect"),
        ('<g id="a"><use href="#a"/></g>', "large"),
        ("<g>" * 60 + "</g>" * 60, "large"),
        ("<g/>" * 10_001, "large"),
        ('<path d="M0 0L9 9" stroke-dasharray="0.001"/>' * 60, "large"),
        ("<style>.a { stroke-dasharray: 1 }</style>" + '<path class="a" d="M0 0L9 9"/>' * 60, "large"),
        ('<g style="opacity:.9"/>' * 400, "large"),
        ('<filter id="f"/>' + '<rect filter="url(#f)"/>' * 12, "large"),
    ],
)
def test_what_must_not_be_drawn_is_refused(body, code):
    assert refusal(svg(body)).code == f"asset.vector.{code}"


def test_a_refusal_names_the_line():
    assert "line 3" in refusal(svg("\n\n<text>a</text>")).message


@pytest.mark.parametrize(
    "body",
    [
        "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)),
        "".join(
            f'<pattern id="g{n}" width="1" height="1">' + f'<rect fill="url(#g{n - 1})"/>' * 10 + "</pattern>"
            for n in range(1, 9)
        ),
        "<style>"
        + "".join(f".c{n} {{ mask: url(#g{n}) }}" for n in range(9))
        + "</style>"
        + "".join(f'<mask id="g{n}">' + f'<rect class="c{n - 1}"/>' * 10 + "</mask>" for n in range(1, 9)),
    ],
    ids=["use", "pattern", "style"],
)
def test_a_drawing_that_grows_while_it_is_drawn_is_refused_before(body):
    assert refusal(svg('<g id="g0"><rect/></g>' + body + '<use href="#g8"/>')).code == "asset.vector.large"


def test_a_drawing_that_declares_entities_is_refused():
    bomb = '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    assert refusal(svg("<g>&b;</g>", before=bomb)).code == "asset.vector.entities"


def test_the_doctype_that_editors_write_does_no_harm():
    plain = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    )
    assert np.array_equal(vector.raster(svg(RED_DISC, before=plain), 200), vector.raster(svg(RED_DISC), 200))


@pytest.mark.parametrize(
    "extra",
    [
        "<metadata><a xmlns='urn:x'>text</a></metadata><title>Logo</title><desc>a mark</desc>",
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">words</p></foreignObject>',
        '<e:thing xmlns:e="http://editor.example/ns" e:href="x"><script>no</script></e:thing>',
        '<g onclick="alert(1)"/>',
        '<a href="https://brand.example">x</a>',
    ],
)
def test_what_an_editor_keeps_for_itself_draws_nothing(extra):
    assert np.array_equal(vector.raster(svg(extra + RED_DISC), 200), vector.raster(svg(RED_DISC), 200))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_small_picture_inside_the_drawing_is_drawn(kind):
    pixels = vector.raster(svg(f'<image xlink:href="{picture(kind=kind)}" width="100" height="100"/>'), 200)
    assert int(pixels[50, 50, 1]) == pytest.approx(200, abs=4)
    assert pixels[50, 50, 3] == 255


def test_a_huge_picture_inside_the_drawing_is_refused_by_its_header():
    body = f'<image href="{picture(6000, 4000)}" width="9" height="9"/>'
    assert refusal(svg(body)).code == "asset.vector.picture"


def test_styles_gradients_and_uses_are_kept():
    body = (
        "<style>/* of the brand */ .ink { fill: #0A141E }</style>"
        '<defs><linearGradient id="g"><stop stop-color="#FF0000"/></linearGradient>'
        '<rect id="r" width="50" height="50"/></defs>'
        '<use xlink:href="#r" class="ink"/><use href="#r" x="100" fill="url(#g)"/>'
    )
    pixels = vector.raster(svg(body), 200)
    assert tuple(pixels[25, 25]) == (30, 20, 10, 255)
    assert tuple(pixels[25, 125]) == (0, 0, 255, 255)


def test_what_a_link_encloses_is_drawn_and_leads_nowhere():
    linked = svg(f'<a xlink:href="https://brand.example">{RED_DISC}</a>')
    assert "brand.example" not in drawing.read(linked).body
    assert np.array_equal(vector.raster(linked, 200), vector.raster(svg(RED_DISC), 200))


def test_a_packed_drawing_is_told_apart_and_refused():
    packed = gzip.compress(svg(RED_DISC))
    assert vector.is_drawing(packed)
    assert refusal(packed).code == "asset.vector.packed"


def test_a_drawing_of_too_many_bytes_is_refused():
    assert refusal(svg("<!--" + "x" * vector.MAX_BYTES + "-->")).code == "asset.vector.large"


@pytest.mark.parametrize(
    "data", [b"<svg", b"<svg><g></svg>", b"<html></html>", svg("\x00"), svg("&nbsp;"), b"", b"\xff\xfe<"]
)
def test_what_is_no_drawing_is_refused(data):
    assert refusal(data).code == "asset.vector.broken"


@pytest.mark.parametrize(
    ("data", "is_one"),
    [
        (svg(RED_DISC), True),
        (b"\xef\xbb\xbf\n <SVG ", True),
        (b'<?xml version="1.0"?><!-- Generator: Pen 1 --><svg:svg>', True),
        ('<?xml version="1.0" encoding="utf-16"?><svg>'.encode("utf-16"), True),
        (b"<?xml version='1.0'?><html>", False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"", False),
    ],
)
def test_a_drawing_is_known_by_its_first_bytes(data, is_one):
    assert vector.is_drawing(data) is is_one


def test_a_drawing_in_utf_16_is_read():
    text = '<?xml version="1.0" encoding="utf-16"?>' + svg(RED_DISC).decode()
    assert np.array_equal(vector.raster(text.encode("utf-16"), 200), vector.raster(svg(RED_DISC), 200))


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_anything_inside_is_read_or_refused_but_never_fails_otherwise(noise):
    with contextlib.suppress(AssetRefused):
        found = drawing.read(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + noise + b"</svg>")
        assert "script" not in found.body


ODD = st.sampled_from(
    ["nan", "1e39", "-5", "0", "", "50%", "1e-30", "url(#a)", "url(#b)", "#a", "none", "M0 0L1e30 9z"]
)
TAGS = st.sampled_from(["rect", "path", "g", "use", "mask", "pattern", "clipPath", "linearGradient", "filter", "svg"])
KEYS = [
    "width",
    "height",
    "x",
    "d",
    "fill",
    "mask",
    "clip-path",
    "filter",
    "href",
    "transform",
    "viewBox",
    "stroke-width",
]
PARTS = st.lists(st.tuples(TAGS, st.dictionaries(st.sampled_from(KEYS), ODD, max_size=5)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(PARTS)
def test_odd_numbers_and_crossed_references_are_drawn_or_refused(parts):
    ids = iter("abcdef")
    body = "".join(
        f'<{tag} id="{next(ids)}" {" ".join(f"""{key}="{value}" """ for key, value in values.items())}>'
        f'<rect width="9" height="9" fill="url(#a)"/></{tag}>'
        for tag, values in parts
    )
    with contextlib.suppress(AssetRefused):
        assert vector.raster(svg(body), 32).shape == (16, 32, 4)


@given(st.text(max_size=30))
def test_no_value_breaks_out_of_its_attribute(value):
    from xml.sax.saxutils import quoteattr

    try:
        found = drawing.read(svg(f"<g class={quoteattr(value)}/>"))
    except AssetRefused:
        return
    again = drawing.read(found.sized(10).encode())
    assert again.body == found.body
    assert again.body.count("<") == 2
