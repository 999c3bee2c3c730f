"""The headings of a text and what stands under them, by Markdown's own structure.

Slices run from one heading to the next without a gap, so that nothing can fall between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKS = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()]*\)|[*`~]|(?<!\w)_+|_+(?!\w)|\\(?=\W)"
)
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(frozen=True)
class Block:
    """A top-level block of Markdown. It reaches to the first line of the next one."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Section:
    """A heading with the lines under it, up to the next. Level 0 is what stands above the first.

    The heading stands on the lines from `start` to `heading_end`; `blocks` fill the lines from there
    to `end`, where the next section starts.
    """

    level: int
    heading: str
    anchor: str | None
    start: int
    heading_end: int
    end: int
    blocks: tuple[Block, ...]


def anchor_of(heading: str, seen: set[str]) -> str:
    """The id of a heading on its page, as GitHub makes it; `seen` keeps it unique in the page.

    `heading` is its Markdown. Call it for every heading of the page in order, those within quotes
    and lists too.
    """
    plain = _MARKS.sub(r"\1", heading).strip().lower()
    slug = _NOT_IN_ANCHOR.sub("", plain).replace(" ", "-") or "section"
    anchor, count = slug, 0
    while anchor in seen:
        count += 1
        anchor = f"{slug}-{count}"
    seen.add(anchor)
    return anchor


def outline(body: str) -> list[Section]:
    """All sections in order. `body` has LF line ends."""
    tokens = block_tokens(body)
    last = body.count("\n") + 1
    heads = [Section(0, "", None, 0, 0, last, ()), *_headings(tokens)]
    tops = [token for token in tokens if token.level == 0 and token.map and token.nesting >= 0]
    sections: list[Section] = []
    for index, head in enumerate(heads):
        end = heads[index + 1].start if index + 1 < len(heads) else last
        blocks = _blocks(tops, start=head.heading_end, end=end)
        sections.append(replace(head, end=end, blocks=blocks))
    return sections


def _headings(tokens: list[Token]) -> list[Section]:
    seen: set[str] = set()
    found: list[Section] = []
    for index, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None:
            continue
        heading = tokens[index + 1].content
        anchor = anchor_of(heading, seen)
        if token.level == 0:
            start, end = token.map
            found.append(Section(int(token.tag[1]), heading, anchor, start, end, end, ()))
    return found


def _blocks(tops: list[Token], *, start: int, end: int) -> tuple[Block, ...]:
    """What lies between, without a gap: link definitions, say, are no block of their own."""
    inside = [token for token in tops if token.map and start <= token.map[0] < end]
    if not inside:
        return (Block("paragraph", start, end),) if end > start else ()
    starts = [start, *(token.map[0] for token in inside[1:] if token.map), end]
    kinds = (token.type.removesuffix("_open") for token in inside)
    return tuple(Block(kind, starts[i], starts[i + 1]) for i, kind in enumerate(kinds))


def parts(markdown: str) -> list[str]:
    """The pieces of one block along its inner structure, such as the items of a list.

    Whole lines, in order and without a gap; the block itself where it has no inner structure.
    """
    tokens = block_tokens(markdown)
    for level in range(max((token.level for token in tokens), default=-1) + 1):
        starts = {token.map[0] for token in tokens if token.level == level and token.map}
        if len(starts) > 1:
            # Not splitlines: it breaks lines where Markdown does not.
            lines = [line + "\n" for line in markdown.split("\n")]
            lines[-1] = lines[-1][:-1]
            cuts = [0, *sorted(starts)[1:], len(lines)]
            return ["".join(lines[a:b]) for a, b in pairwise(cuts)]
    return [markdown]


def block_tokens(markdown: str) -> list[Token]:
    """Markdown's blocks without what stands in their lines."""
    return _parser().parse(markdown)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
