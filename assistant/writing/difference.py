"""What changed between two texts, line by line and word by word, made ready for showing. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from assistant.domain.manuscript import Content

_CONTEXT = 2
"""Lines that are shown around a change."""
_ALIKE = 0.4
"""Lines that share less than that share it by chance, and are shown whole."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Kind(StrEnum):
    """What became of a line, or of a part of it."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"
    SKIPPED = "skipped"
    """Unchanged lines that are not shown."""


@dataclass(frozen=True)
class Line:
    """`parts`: (kind, text) in order; a line that is NEW has only same and new ones."""

    kind: Kind
    parts: tuple[tuple[Kind, str], ...]


def changed_fields(before: Content, after: Content) -> list[str]:
    """The names of all that differs."""
    names = [field.name for field in fields(Content)]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def changed_lines(before: str, after: str) -> list[Line]:
    """The changes with a little around them; [] where the texts are the same."""
    if before == after:
        return []
    old, new = before.split("\n"), after.split("\n")
    found: list[Line] = []
    codes = SequenceMatcher(None, old, new).get_opcodes()
    for number, (code, i, i_end, j, j_end) in enumerate(codes):
        if code == "equal":
            edges = (number > 0, number < len(codes) - 1)
            found += _around(old[i:i_end], after_one=edges[0], before_one=edges[1])
        else:
            found += _replaced(old[i:i_end], new[j:j_end])
    return found


def _around(lines: Sequence[str], *, after_one: bool, before_one: bool) -> Iterator[Line]:
    head = _CONTEXT if after_one else 0
    tail = _CONTEXT if before_one else 0
    if len(lines) <= head + tail:
        shown = [*lines]
        yield from (_whole(Kind.SAME, line) for line in shown)
        return
    yield from (_whole(Kind.SAME, line) for line in lines[:head])
    yield Line(Kind.SKIPPED, ())
    yield from (_whole(Kind.SAME, line) for line in lines[len(lines) - tail :])


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    gone: list[Line] = []
    come: list[Line] = []
    for before, after in zip_longest(old, new):
        if before is None:
            come.append(_whole(Kind.NEW, after))
        elif after is None:
            gone.append(_whole(Kind.GONE, before))
        else:
            was, now = _by_words(before, after)
            gone.append(was)
            come.append(now)
    return [*gone, *come]


def _by_words(before: str, after: str) -> tuple[Line, Line]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    words = SequenceMatcher(None, old, new)
    if words.ratio() < _ALIKE:
        return _whole(Kind.GONE, before), _whole(Kind.NEW, after)
    was: list[tuple[Kind, str]] = []
    now: list[tuple[Kind, str]] = []
    for code, i, i_end, j, j_end in words.get_opcodes():
        kinds = (Kind.SAME, Kind.SAME) if code == "equal" else (Kind.GONE, Kind.NEW)
        was += [(kinds[0], "".join(old[i:i_end]))] if i < i_end else []
        now += [(kinds[1], "".join(new[j:j_end]))] if j < j_end else []
    return Line(Kind.GONE, tuple(was)), Line(Kind.NEW, tuple(now))


def _whole(kind: Kind, line: str) -> Line:
    return Line(kind, ((kind, line),) if line else ())
