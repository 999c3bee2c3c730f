"""A site's own colour in the widget, made readable: each pair holds 4.5:1 (WCAG 2.2 AA). Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

ENOUGH = 4.5
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_STEP = 0.04

Colour = tuple[int, int, int]

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
LIGHT_GROUND: Colour = (255, 255, 255)
DARK_GROUND: Colour = (28, 29, 28)


@dataclass(frozen=True)
class Accent:
    """The colours that widget.css derives from one, on a light or on a dark ground."""

    accent: Colour
    hover: Colour
    soft: Colour
    on_accent: Colour


def parsed(text: str) -> Colour | None:
    """`#1c5d4a`, with the mark or without; None for anything else."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        return None
    red, green, blue = (int(match[1][place : place + 2], 16) for place in (0, 2, 4))
    return red, green, blue


def style_sheet(colour: Colour) -> str:
    """The variables of widget.css for this colour, in light and in dark."""
    light, dark = (_variables(on_ground(colour, each)) for each in (LIGHT_GROUND, DARK_GROUND))
    return (
        f":root {{ {light} }}\n"
        f"[data-theme=dark] {{ {dark} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ {dark} }} }}\n"
    )


def on_ground(colour: Colour, ground: Colour) -> Accent:
    """The colour moved away from the ground until words in it can be read there, and on it."""
    towards = BLACK if luminance(ground) > 0.5 else WHITE
    # Words on the soft tint need their contrast, too, and the tint is nearer than the ground.
    accent = _moved(colour, towards, until=lambda each: contrast(each, mixed(ground, each, 0.1)))
    return Accent(
        accent=accent,
        hover=mixed(accent, towards, 0.15),
        soft=mixed(ground, accent, 0.1),
        on_accent=max((WHITE, BLACK), key=lambda each: contrast(each, accent)),
    )


def contrast(one: Colour, other: Colour) -> float:
    """As WCAG counts it: 1 for the same, 21 for black on white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance, 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other in the one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _moved(colour: Colour, towards: Colour, *, until: Callable[[Colour], float]) -> Colour:
    for step in range(round(1 / _STEP) + 1):
        tried = mixed(colour, towards, step * _STEP)
        if until(tried) >= ENOUGH:
            return tried
    return towards


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _variables(accent: Accent) -> str:
    named = {
        "accent": accent.accent,
        "accent-hover": accent.hover,
        "accent-soft": accent.soft,
        "on-accent": accent.on_accent,
    }
    return " ".join(
        f"--{name}: #{red:02x}{green:02x}{blue:02x};" for name, (red, green, blue) in named.items()
    )
