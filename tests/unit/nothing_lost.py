"""The check that an article's passages hold all of it, for the tests of the splitter."""

from __future__ import annotations

from assistant.domain.article import Passage
from assistant.knowledge.outline import outline, words_of


def lost(body: str, passages: list[Passage]) -> str:
    """What of the body does not stand in the passages, in order.

    A heading may stand in the path of the passage that goes on there, in place of its text.
    """
    stream = [(char, n) for n, p in enumerate(passages) for char in p.text if not char.isspace()]
    position = 0
    lines = body.split("\n")
    for section in outline(body):
        head = "\n".join(lines[section.start : section.heading_end])
        own = "\n".join(lines[section.heading_end : section.end])
        if section.level and not _in_path(section.heading, stream, position, passages):
            found = _after(stream, position, head)
            if found is None:
                return head
            position = found
        after = _after(stream, position, own)
        if after is None:
            return own
        position = after
    return ""


def _in_path(
    heading: str, stream: list[tuple[str, int]], position: int, passages: list[Passage]
) -> bool:
    """Of the passage that goes on here, or of the next where only repeated marks are left of it."""
    here = stream[min(position, len(stream) - 1)][1]
    name = words_of(heading)
    return any(name in p.heading_path for p in passages[here : here + 2])


def _after(stream: list[tuple[str, int]], start: int, text: str) -> int | None:
    """Behind the text's characters, found in order; what stands between is repeated context."""
    position = start
    for char in text:
        if char.isspace():
            continue
        while position < len(stream) and stream[position][0] != char:
            position += 1
        if position == len(stream):
            return None
        position += 1
    return position
