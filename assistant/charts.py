"""Charts as SVG, drawn on the server by pygal: shapes and labels alone.

Colours are those of the page's style sheet, light or dark, and nothing runs: pygal's own style,
script and tooltips are taken out, as the Content-Security-Policy forbids the first two. What a
chart shows stands in words and in a table beside it, so screen readers skip it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup
from pygal import XY, Line, PluginImportFixer
from pygal.graph.graph import Graph

# pygal's finder of its plugins, of which we have none, warns of itself wherever an import fails.
sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, PluginImportFixer)]

_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
_LABELS = 8
"""On the axis of time; more would run into each other."""
_NOT_DRAWN = {"style", "script", "title", "desc", "defs"}
_TOOLTIP = "plot tooltip-overlay"
_PLAIN: dict[str, Any] = {
    "js": (),
    "disable_xml_declaration": True,
    "show_legend": False,
    "no_data_text": "",
    "truncate_label": -1,
    "margin": 10,
    "margin_left": 26,
    "margin_right": 22,
    "dots_size": 4,
    "range": (0, 1),
    "y_labels": _SHARES,
    "value_formatter": lambda share: f"{100 * share:.0f} %",
}
_ACROSS: dict[str, Any] = _PLAIN | {
    "xrange": (0, 1),
    "x_labels": _SHARES,
    "x_value_formatter": _PLAIN["value_formatter"],
}


@dataclass(frozen=True)
class Dot:
    """A share, 0 to 1, at a share of the other axis; `interval` around it; `size`: its radius."""

    across: float
    up: float
    interval: tuple[float, float] | None = None
    size: float = 4


def shares_over_time(shares: Sequence[tuple[str, Any]]) -> Markup:
    """A dot with its interval for each (label, estimate), and a gap where the estimate is None.
    An estimate has `value`, `low` and `high`, each from 0 to 1."""
    chart = Line(
        **_PLAIN,
        classes=("drawing", "over-time"),
        width=720,
        height=220,
        stroke=False,
        x_labels_major_every=-(-len(shares) // _LABELS) or 1,
        show_minor_x_labels=False,
    )
    chart.x_labels = [label for label, _ in shares]
    found = [estimate for _, estimate in shares]
    spans = [{"low": each.low, "high": each.high} if each else None for each in found]
    values = [
        {"value": each.value, "ci": span} if each else None
        for each, span in zip(found, spans, strict=True)
    ]
    chart.add("", values)
    return _drawn(chart)


def against_diagonal(dots: Sequence[Dot], *, across: str = "", up: str = "") -> Markup:
    """What came true beside what was said: on the diagonal both are the same. `across` and `up`
    name the axes."""
    named = {"x_title": across or None, "y_title": up or None}
    chart = XY(**_ACROSS, **named, classes=("drawing", "diagonal"), width=340, height=300)
    chart.add("", [(0, 0), (1, 1)], show_dots=False)
    _add_dots(chart, dots)
    return _drawn(chart)


def curve(
    points: Sequence[tuple[float, float]],
    *,
    top: float,
    dots: Sequence[Dot] = (),
    across: str = "",
    up: str = "",
) -> Markup:
    """A line through (across, up), up to `top`, and dots that stand out of it."""
    steps = {"range": (0, top), "y_labels": [round(top * share, 4) for share in _SHARES]}
    named = {"x_title": across or None, "y_title": up or None}
    drawn = {"classes": ("drawing", "curve"), "width": 400, "height": 260}
    chart = XY(**_ACROSS | steps | named | drawn)
    chart.add("", list(points), show_dots=False)
    _add_dots(chart, dots)
    return _drawn(chart)


def _add_dots(chart: XY, dots: Sequence[Dot]) -> None:
    """Their intervals are a line with gaps: of pygal's charts XY alone cannot draw any."""
    spans = [(dot.across, dot.interval) for dot in dots if dot.interval]
    lines = [point for x, (low, high) in spans for point in ((x, low), (x, high), None)]
    chart.add("", lines, show_dots=False, allow_interruptions=True)
    placed = [{"value": (dot.across, dot.up), "node": {"r": dot.size}} for dot in dots]
    chart.add("", placed, stroke=False)


def _drawn(chart: Graph) -> Markup:
    svg = chart.render_tree()
    for parent in list(svg.iter()):
        for child in list(parent):
            comment = not isinstance(child.tag, str)
            if comment or _name(child) in _NOT_DRAWN or child.get("class") == _TOOLTIP:
                parent.remove(child)
    svg.attrib.pop("id", None)
    svg.set("aria-hidden", "true")
    svg.set("focusable", "false")
    return Markup(ElementTree.tostring(svg, encoding="unicode"))


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
