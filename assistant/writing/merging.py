"""Bring together what two people wrote upon the same text. Pure; nothing of it is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any

from assistant.domain.manuscript import Content

Lines = list[str]


@dataclass(frozen=True)
class Merged:
    """`content` holds both changes. Where both changed the same, the text has theirs and then mine,
    any other field mine; `conflicts` names these fields."""

    content: Content
    conflicts: tuple[str, ...]


def merged(base: Content, *, mine: Content, theirs: Content) -> Merged:
    """What I and they made of the base."""
    values: dict[str, Any] = {}
    conflicts = []
    for name in (field.name for field in fields(Content)):
        was, own, other = (getattr(each, name) for each in (base, mine, theirs))
        values[name] = other if own == was else own
        is_torn = len({was, own, other}) == 3
        if name == "body" and is_torn:
            values[name], is_torn = _merged_text(was, mine=own, theirs=other)
        if is_torn:
            conflicts.append(name)
    return Merged(Content(**values), tuple(conflicts))


def _merged_text(base: str, *, mine: str, theirs: str) -> tuple[str, bool]:
    """Line by line; and whether both changed the same lines."""
    was, own, other = (text.split("\n") for text in (base, mine, theirs))
    lines: Lines = []
    is_torn = False
    for part, changed_by_me, changed_by_them in _regions(was, own, other):
        if changed_by_me in (part, changed_by_them):
            lines += changed_by_them
        elif changed_by_them == part:
            lines += changed_by_me
        else:
            lines += [*changed_by_them, *changed_by_me]
            is_torn = True
    return "\n".join(lines), is_torn


def _regions(was: Lines, own: Lines, other: Lines) -> Iterator[tuple[Lines, Lines, Lines]]:
    """The three texts cut at the lines that stand in all of them."""
    at_was = at_own = at_other = 0
    for start, in_own, in_other, length in _common(was, own, other):
        yield was[at_was:start], own[at_own:in_own], other[at_other:in_other]
        kept = was[start : start + length]
        yield kept, kept, kept
        at_was, at_own, at_other = start + length, in_own + length, in_other + length


def _common(was: Lines, own: Lines, other: Lines) -> Iterator[tuple[int, int, int, int]]:
    """(start in each of the three, length), in order; the last one is empty, at the end."""
    mine = SequenceMatcher(None, was, own).get_matching_blocks()
    theirs = SequenceMatcher(None, was, other).get_matching_blocks()
    i = j = 0
    while i < len(mine) and j < len(theirs):
        a, b = mine[i], theirs[j]
        start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if start < end:
            yield start, a.b + start - a.a, b.b + start - b.a, end - start
        if a.a + a.size < b.a + b.size:
            i += 1
        else:
            j += 1
    yield len(was), len(own), len(other), 0
