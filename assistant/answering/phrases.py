"""How the rules of prompts/*.toml find words: patterns with named parts, clause by clause. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PART = re.compile(r"(?<!\?P)<(\w+)>")
_CLAUSE = re.compile(r"[^.,;:!?…()\n]+[.,;:!?…()\n]*")


def whole(pattern: str, parts: Mapping[str, str]) -> str:
    """The pattern with what it names in angle brackets, which may name parts itself. KeyError where
    a part is missing."""
    while (filled := _PART.sub(lambda part: f"(?:{parts[part[1]]})", pattern)) != pattern:
        pattern = filled
    return pattern


def clauses(text: str) -> list[str]:
    """In order, each with the marks that end it."""
    return _CLAUSE.findall(text)
