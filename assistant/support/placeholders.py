"""Places in words that a lead writes: `{name}`, or `{name|what stands there otherwise}`. Pure.

What comes in is put where a place is and never read again: no value can ask for another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACE = re.compile(r"(?P<before>\s*)\{(?P<name>[\w-]+)(?:\|(?P<otherwise>[^{}|]*))?\}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """What is not known and has no other words goes together with the space before it: "Hello
    {customer_name}," must not become "Hello ,"."""

    def value(match: re.Match[str]) -> str:
        known = values.get(match["name"]) or match["otherwise"]
        return match["before"] + known if known else ""

    return _PLACE.sub(value, text)


def names(text: str) -> set[str]:
    """What the text asks for."""
    return {match["name"] for match in _PLACE.finditer(text)}


def stray(text: str) -> str:
    """The first brace that belongs to no place, with what follows; empty where there is none."""
    found = re.search(r"[{}].{0,20}", _PLACE.sub("", text))
    return found[0] if found else ""
