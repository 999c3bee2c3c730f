"""HTML and JSX tags as tokens. Tolerant and linear: whatever is not a tag stays text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_NAME = re.compile(r"</?([A-Za-z][\w.:-]*)")
_FRAGMENT = re.compile(r"</?>")
_ATTRIBUTE = re.compile(
    r"""([^\s=>"'/{}]+)\s*(?:=\s*(?:"([^"]*)"|'([^']*)'|(\{)|([^\s"'>{]+)))?""", re.DOTALL
)
_LITERAL = re.compile(r"""["'`]([^"'`]*)["'`]""")
_LONGEST = 20_000


@dataclass(frozen=True)
class Tag:
    """One tag as it stands in the source. `name` keeps its case; attribute names are lower case."""

    name: str
    source: str
    closing: bool = False
    empty: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(text: str) -> Iterator[str | Tag]:
    """The text and its tags, in order and without loss: joined sources give the text again."""
    start = position = 0
    while (position := text.find("<", position)) >= 0:
        tag = tag_at(text, position)
        if tag is None:
            position += 1
            continue
        if position > start:
            yield text[start:position]
        yield tag
        start = position = position + len(tag.source)
    if start < len(text):
        yield text[start:]


def tag_at(text: str, position: int) -> Tag | None:
    """The tag that begins exactly there; an escaped `\\<` begins none."""
    if position and text[position - 1] == "\\":
        return None
    if fragment := _FRAGMENT.match(text, position):
        return Tag("", fragment[0], closing=fragment[0] == "</>")
    name = _NAME.match(text, position)
    end = _end_of_tag(text, name.end()) if name else -1
    if name is None or end < 0:
        return None
    inside = text[name.end() : end].rstrip("/ \t\n")
    if inside and not inside[0].isspace():
        return None
    return Tag(
        name=name[1],
        source=text[position : end + 1],
        closing=text[position + 1] == "/",
        empty=text[name.end() : end].rstrip().endswith("/"),
        attributes=_attributes(inside),
    )


def _end_of_tag(text: str, position: int) -> int:
    """Where the `>` stands that ends a tag: not the one in a quoted value or a JSX expression."""
    depth, quote = 0, ""
    for index in range(position, min(len(text), position + _LONGEST)):
        char = text[index]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" or (char == "`" and depth):
            quote = char
        elif char in "{}":
            depth += 1 if char == "{" else -1
        elif depth <= 0 and char in "<>":
            return index if char == ">" else -1
        elif char == "\n" and text[index : index + 2] == "\n\n" and not depth:
            return -1
    return -1


def _attributes(inside: str) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while match := _ATTRIBUTE.search(inside, position):
        name, double, single, brace, bare = match.groups()
        position = match.end()
        value = double or single or bare or ""
        if brace:
            position = _end_of_expression(inside, match.end() - 1)
            # A path in `src={url('/img/a.png')}`, the words of `label={"Windows"}`.
            literal = _LITERAL.search(inside, match.end(), position)
            value = literal[1] if literal else ""
        found.setdefault(name.lower(), html.unescape(value))
    return found


def _end_of_expression(text: str, start: int) -> int:
    """Just behind the brace that closes the one at `start`; as far as we look where none does."""
    depth = 0
    last = min(len(text), start + _LONGEST)
    for index in range(start, last):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index + 1
    return last


def expressions(text: str) -> Iterator[tuple[int, int]]:
    """Where JSX expressions stand: (start, end) of each balanced `{…}`, outermost only."""
    position = 0
    while (start := text.find("{", position)) >= 0:
        end = _end_of_expression(text, start)
        if text[end - 1] == "}" and text[start - 1 : start] != "\\":
            yield start, end
            position = end
        else:
            position = start + 1
