"""Draws a dashboard with what a Prometheus has to say: for the docs, where no Grafana is to be had.

It follows the dashboard's JSON: places, kinds of panel, units, thresholds, words, colours of series. It is a drawing in
Grafana's manner, not Grafana; what it shows is asked of a real Prometheus.
"""

import json
import math
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from boards import units
from boards.asking import Answer, Prometheus

WIDTH, UNIT, GAP, HEAD = 1680, 34, 8, 56
GROUND, PANEL, EDGE, TEXT, DIM, GRID = "#111217", "#181b1f", "#2a2d35", "#d8d9da", "#8e9196", "#2b2e36"
NAMED = {"green": "#73bf69", "red": "#f2495c", "blue": "#5794f2", "yellow": "#fade2a"}
PALETTE = ("#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0", "#37872d")
MOMENTS = 240

Box = tuple[float, float, float, float]


def drawn(path: Path, prometheus: Prometheus, *, seconds: float) -> bytes:
    """The dashboard in a file with the last so many seconds, as PNG."""
    import resvg_py

    board = json.loads(path.read_text(encoding="utf-8"))
    ends = time.time()
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in board["panels"])
    height = HEAD + rows * UNIT + 2 * GAP
    span = (ends - seconds, ends)
    parts = [_text(GAP * 2, 36, board["title"], size=20, weight=600), _clock(span)]
    parts += [_panel(panel, prometheus, span) for panel in board["panels"]]
    markup = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">'
        f'<rect width="100%" height="100%" fill="{GROUND}"/>{"".join(parts)}</svg>'
    )
    fonts = files("justmytype_western_core") / "fonts" / "ofl" / "inter"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=markup, skip_system_fonts=True, font_dirs=[str(fonts)], sans_serif_family="Inter"
        )
    )


def _clock(span: tuple[float, float]) -> str:
    told = [datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S") for at in span]
    return _text(WIDTH - 2 * GAP, 36, f"{told[0]} to {told[1]} UTC", size=14, fill=DIM, anchor="end")


def _panel(panel: Mapping[str, Any], prometheus: Prometheus, span: tuple[float, float]) -> str:
    place = panel["gridPos"]
    cell = (WIDTH - 2 * GAP) / 24
    x, y = GAP + place["x"] * cell, HEAD + place["y"] * UNIT
    box = (x + GAP / 2, y + GAP / 2, place["w"] * cell - GAP, place["h"] * UNIT - GAP)
    if panel["type"] == "row":
        return _text(box[0] + 4, y + UNIT * 0.68, panel["title"], size=15, weight=600)
    frame = (
        f'<rect x="{box[0]:.1f}" y="{box[1]:.1f}" width="{box[2]:.1f}" height="{box[3]:.1f}" rx="3" '
        f'fill="{PANEL}" stroke="{EDGE}"/>'
    )
    title = _text(box[0] + 10, box[1] + 21, panel["title"], size=13.5, weight=500)
    inner = (box[0] + 10, box[1] + 32, box[2] - 20, box[3] - 42)
    match panel["type"]:
        case "stat":
            return frame + _stat(panel, prometheus, box) + title
        case "bargauge":
            return frame + title + _bars(panel, prometheus, inner)
        case _:
            return frame + title + _lines(panel, prometheus, inner, span)


def _stat(panel: Mapping[str, Any], prometheus: Prometheus, box: Box) -> str:
    found = prometheus.now(panel["targets"][0]["expr"])
    value = found[0].last if found else None
    told, colour = _said(panel, value)
    x, y, width, height = box
    filled = panel["options"]["colorMode"] == "background"
    ground = (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3" fill="{colour}" '
        'fill-opacity="0.85"/>'
    )
    ink = "#ffffff" if filled else colour
    figure = _text(x + width / 2, y + height / 2 + 26, told, size=38, weight=600, fill=ink, anchor="middle")
    return (ground if filled else "") + figure


def _said(panel: Mapping[str, Any], value: float | None) -> tuple[str, str]:
    """What a figure is told as, and its colour: by the words for it, else by the thresholds."""
    defaults = panel["fieldConfig"]["defaults"]
    if value is None:
        return "no data", DIM
    for mapping in defaults.get("mappings", ()):
        if (word := mapping["options"].get(f"{value:g}")) is not None:
            return word["text"], _colour(word["color"])
    return units.written(value, defaults["unit"], defaults.get("decimals")), _reached(defaults, value)


def _reached(defaults: Mapping[str, Any], value: float) -> str:
    reached = [s for s in defaults["thresholds"]["steps"] if s.get("value") is None or value >= s["value"]]
    return _colour(reached[-1]["color"])


def _bars(panel: Mapping[str, Any], prometheus: Prometheus, box: Box) -> str:
    target, defaults = panel["targets"][0], panel["fieldConfig"]["defaults"]
    found = [(_legend(target, one), one.last or 0.0) for one in prometheus.now(target["expr"])]
    most = defaults.get("max") or max((value for _, value in found), default=0) or 1
    x, y, width, height = box
    step = height / max(len(found), 1)
    parts = []
    for number, (name, value) in enumerate(found):
        top, thick = y + number * step, min(step - 22, 26)
        colour = _reached(defaults, value)
        long = max(2.0, width * min(1.0, value / most))
        parts += [
            _text(x, top + 13, name, size=12.5),
            _text(x + width, top + 13, units.written(value, defaults["unit"]), size=12.5, fill=colour, anchor="end"),
            f'<rect x="{x:.1f}" y="{top + 18:.1f}" width="{width:.1f}" height="{thick:.1f}" rx="2" fill="{GRID}"/>',
            f'<rect x="{x:.1f}" y="{top + 18:.1f}" width="{long:.1f}" height="{thick:.1f}" rx="2" fill="{colour}"/>',
        ]
    return "".join(parts)


def _lines(panel: Mapping[str, Any], prometheus: Prometheus, box: Box, span: tuple[float, float]) -> str:
    step = max(1.0, (span[1] - span[0]) / MOMENTS)
    found = [
        (_legend(target, one), one)
        for target in panel["targets"]
        for one in prometheus.over(target["expr"], *span, step)
        if one.last is not None
    ]
    found.sort(key=lambda each: each[0])
    custom = panel["fieldConfig"]["defaults"].get("custom", {})
    stacked = custom.get("stacking", {}).get("mode") == "normal"
    series = [(name, [(at, value) for at, value in one.points if not math.isnan(value)]) for name, one in found]
    layers = _stacked([points for _, points in series]) if stacked else [(None, points) for _, points in series]
    most = max((value for _, points in layers for _, value in points), default=0.0) or 1.0
    unit = panel["fieldConfig"]["defaults"]["unit"]
    x, y, width, height = box
    plot = (x + 62, y + 4, width - 66, height - 44)
    parts = [_axes(plot, _rounded(most), unit, span)]
    colours = _colours(panel, [name for name, _ in series])
    for number, (below, points) in reversed(list(enumerate(layers))):
        opacity = float(custom.get("fillOpacity", 0)) / 100
        parts.append(_line(plot, points, below, span, _rounded(most), (colours[number], opacity)))
    parts.append(_names(box, [name for name, _ in series], colours))
    return "".join(parts)


def _stacked(
    series: Sequence[list[tuple[float, float]]],
) -> list[tuple[list[tuple[float, float]] | None, list[tuple[float, float]]]]:
    """Each series on top of those before it, with the line below it."""
    heights: dict[float, float] = {}
    layers = []
    for points in series:
        below = [(at, heights.get(at, 0.0)) for at, _ in points]
        for at, value in points:
            heights[at] = heights.get(at, 0.0) + value
        layers.append((below, [(at, heights[at]) for at, _ in points]))
    return list(layers)


def _line(
    plot: Box,
    points: Sequence[tuple[float, float]],
    below: Sequence[tuple[float, float]] | None,
    span: tuple[float, float],
    most: float,
    paint: tuple[str, float],
) -> str:
    if not points:
        return ""
    colour, opacity = paint
    path = " ".join(_at(plot, point, span, most) for point in points)
    ground = below or [(points[0][0], 0.0), (points[-1][0], 0.0)]
    back = " ".join(_at(plot, point, span, most) for point in reversed(ground))
    return (
        f'<polygon points="{path} {back}" fill="{colour}" fill-opacity="{opacity:.2f}"/>'
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round"/>'
    )


def _at(plot: Box, point: tuple[float, float], span: tuple[float, float], most: float) -> str:
    x, y, width, height = plot
    across = x + width * (point[0] - span[0]) / (span[1] - span[0])
    return f"{across:.1f},{y + height * (1 - point[1] / most):.1f}"


def _axes(plot: Box, most: float, unit: str, span: tuple[float, float]) -> str:
    x, y, width, height = plot
    parts = []
    for number in range(5):
        level = y + height * number / 4
        told = units.written(most * (4 - number) / 4, unit)
        parts.append(f'<path d="M{x:.1f} {level:.1f}h{width:.1f}" stroke="{GRID}"/>')
        parts.append(_text(x - 7, level + 4, told, size=11, fill=DIM, anchor="end"))
    for number in range(1, 5):
        moment = datetime.fromtimestamp(span[0] + (span[1] - span[0]) * number / 5, UTC)
        told = moment.strftime("%H:%M:%S")
        parts.append(_text(x + width * number / 5, y + height + 16, told, size=11, fill=DIM, anchor="middle"))
    return "".join(parts)


def _names(box: Box, names: Sequence[str], colours: Sequence[str]) -> str:
    x, y, width, height = box
    across, parts = x + 4, []
    for name, colour in zip(names, colours, strict=True):
        long = 26 + 6.9 * len(name)
        if across + long > x + width:
            break
        parts.append(f'<rect x="{across:.1f}" y="{y + height - 2:.1f}" width="14" height="3" rx="1" fill="{colour}"/>')
        parts.append(_text(across + 19, y + height + 3, name, size=12, fill=TEXT))
        across += long + 8
    return "".join(parts)


def _colours(panel: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    fixed = {
        rule["matcher"]["options"]: rule["properties"][0]["value"]["fixedColor"]
        for rule in panel["fieldConfig"]["overrides"]
    }
    return [_colour(fixed.get(name, PALETTE[number % len(PALETTE)])) for number, name in enumerate(names)]


def _colour(name: str) -> str:
    return NAMED.get(name, name)


def _legend(target: Mapping[str, Any], one: Answer) -> str:
    told = str(target.get("legendFormat", ""))
    for label, value in one.labels.items():
        told = told.replace("{{" + label + "}}", value)
    return told


def _rounded(most: float) -> float:
    """The next figure that is easy to read along an axis."""
    scale = 1.0
    while most > 10 * scale:
        scale *= 10
    while most <= scale:
        scale /= 10
    return next(step * scale for step in (1, 2, 4, 6, 8, 10) if most <= step * scale * (1 + 1e-9))


def _text(
    x: float, y: float, told: str, *, size: float, weight: int = 400, fill: str = TEXT, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="Inter" font-size="{size}" font-weight="{weight}" '
        f'fill="{fill}" text-anchor="{anchor}">{escape(told)}</text>'
    )
