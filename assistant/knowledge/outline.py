"""The headings of a text and what stands under them, by Markdown's own structure.

Slices run from one heading to the next without a gap, so that nothing can fall between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.domain.article import plain_text

_MARKS = re.compile(
    r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()]*\)|[*`~]|(?<!\w)_+|_+(?!\w)|\\(?=\W)"
)
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


_EMPHASIS = re.compile(r"(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])|\b_([^_\n]+)_\b")


@dataclass(frozen=True)
class Block:
    """A top-level block of Markdown. It reaches to the first line of the next one."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Section:
    """A heading with the lines under it, up to the next; level 0 is what stands above the first.

    The heading stands on the lines from `start` to `heading_end`; `blocks` fill those from there to
    `end`, where the next section starts.
    """

    level: int
    heading: str
    anchor: str | None
    start: int
    heading_end: int
    end: int
    blocks: tuple[Block, ...]


def anchor_of(heading: str, seen: dict[str, int]) -> str:
    """The id of a heading on its page, as GitHub makes it; `seen` keeps it unique in the page.

    `heading` is its Markdown. Begin with an empty `seen`, and call this for every heading of the
    page in order, those within quotes and lists too.
    """
    plain = _MARKS.sub(r"\1", heading).strip().lower()
    slug = _NOT_IN_ANCHOR.sub("", plain).replace(" ", "-") or "section"
    anchor = slug
    while anchor in seen:
        seen[slug] += 1
        anchor = f"{slug}-{seen[slug]}"
    seen[anchor] = 0
    return anchor


def words_of(heading: str) -> str:
    """A heading's Markdown as readers see it, on one line."""
    plain = _EMPHASIS.sub(lambda soft: soft[1] or soft[2], plain_text(heading))
    return " ".join(plain.split())


def outline(body: str) -> list[Section]:
    """All sections in order. `body` has LF line ends."""
    tokens = block_tokens(body)
    last = body.count("\n") + 1
    heads = [Section(0, "", None, 0, 0, last, ()), *_headings(tokens)]
    tops = [(token.map[0], token.type) for token in tokens if token.level == 0 and token.map]
    lines = [line for line, _ in tops]
    sections: list[Section] = []
    for index, head in enumerate(heads):
        end = heads[index + 1].start if index + 1 < len(heads) else last
        inside = tops[bisect_left(lines, head.heading_end) : bisect_left(lines, end)]
        blocks = _blocks(inside, start=head.heading_end, end=end)
        sections.append(replace(head, end=end, blocks=blocks))
    return sections


def _headings(tokens: list[Token]) -> list[Section]:
    seen: dict[str, int] = {}
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


def _blocks(inside: list[tuple[int, str]], *, start: int, end: int) -> tuple[Block, ...]:
    """What lies between, without a gap: link definitions, say, are no block of their own."""
    if not inside or inside[0][0] > start:
        inside = [(start, "paragraph"), *inside]
    ends = [*(line for line, _ in inside[1:]), end]
    found = (
        Block(kind.removesuffix("_open"), line, stop)
        for (line, kind), stop in zip(inside, ends, strict=True)
    )
    return tuple(block for block in found if block.end > block.start)


def parts(markdown: str) -> list[str]:
    """The pieces of one block along its inner structure, such as the items of a list.

    Whole lines, in order and without a gap; the block itself where it has no inner structure.
    """
    # A part of a list is indented as its list was, which alone would make code of it.
    margin = len(markdown) - len(markdown.lstrip(" "))
    tokens = block_tokens(re.sub(rf"(?m)^ {{1,{margin}}}", "", markdown) if margin else markdown)
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
