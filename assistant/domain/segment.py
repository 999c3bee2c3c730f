"""Customers who have something in common, as the company knows it: an attribute's value, a band of
numbers, or that nothing is known. Written as people may read it in an address: `plan=pro`,
`orders=3..10` (from 3, under 10), `plan=`."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST_NAME, LONGEST_VALUE = 40, 100
_NAME = re.compile(rf"\w[\w.-]{{0,{LONGEST_NAME - 1}}}")
_NUMBER = r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?"
_BAND = re.compile(rf"({_NUMBER})?\.\.({_NUMBER})?")
LONGEST_SEGMENT = LONGEST_NAME + 1 + LONGEST_VALUE


@dataclass(frozen=True)
class Valued:
    """Of whom the attribute has this value."""

    attribute: str
    value: str

    def __str__(self) -> str:
        return f"{self.attribute}={self.value}"


@dataclass(frozen=True)
class Between:
    """Of whom the attribute is a number from `low` and under `high`; None: without that bound."""

    attribute: str
    low: float | None
    high: float | None

    def __str__(self) -> str:
        return f"{self.attribute}={shown_number(self.low)}..{shown_number(self.high)}"


@dataclass(frozen=True)
class Untold:
    """Of whom nobody told the attribute."""

    attribute: str

    def __str__(self) -> str:
        return f"{self.attribute}="


Segment = Valued | Between | Untold


def segment_from(text: str) -> Segment | None:
    """The other way round; None for what is none."""
    name, equals, value = text.partition("=")
    if not equals or not is_name(name) or len(value) > LONGEST_VALUE:
        return None
    if not value:
        return Untold(name)
    if is_band(value):
        low, high = (float(bound) if bound else None for bound in value.split(".."))
        return Between(name, low, high)
    return Valued(name, value)


def is_name(text: str) -> bool:
    """Whether an attribute may be called so."""
    return _NAME.fullmatch(text) is not None


def is_band(value: str) -> bool:
    """What no value may look like: an address could not tell it from a band."""
    return _BAND.fullmatch(value) is not None


def number_in(value: str) -> float | None:
    """The number that the text is, written plainly; None for any other."""
    return float(value) if re.fullmatch(_NUMBER, value) else None


def shown_number(number: float | None) -> str:
    """12, 12.5; nothing for none."""
    if number is None:
        return ""
    return f"{number:.6f}".rstrip("0").rstrip(".")
