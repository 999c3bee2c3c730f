"""Markdown as the units an answer is made of: a paragraph, a list with its lead-in, a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from markdown_it import MarkdownIt

from assistant.domain.article import plain_text

_LINE_END = re.compile(r"\r\n?|\n")
_SENTENCE_END = re.compile(r"([.!?…][\"»)\]]*) (?=[«\"(\[]?\s?[A-ZÀ-ÖØ-Þ0-9*_\[])")
_NOT_AN_END = re.compile(
    r"\b(?:e\.g|i\.e|etc|vs|approx|no|nos|mr|mrs|ms|dr|st|p|pp|art|env|ex|cf|tél|tel|min|max|n°|M|Mme)\.$",
    re.IGNORECASE,
)
_ONLY_LINKS = re.compile(r"(?:\s*(?:[*+-]|\d+[.)])\s+\[[^\]\n]*\]\([^()\n]*\)\s*(?:\n|$))+")
_PIECE = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+>|]|\d+[.)]))")
_BULLET = re.compile(r"^\s*(?:[-*+>]|\d+[.)])\s+")
_KINDS = {
    "paragraph_open": "text",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "heading_open": "heading",
    "blockquote_open": "text",
}


@dataclass(frozen=True)
class Block:
    """A unit of Markdown, as in the passage. Kinds: text, list, table, code, heading."""

    kind: str
    text: str

    @cached_property
    def words(self) -> int:
        """Of what a reader sees."""
        return len(plain_text(self.text).split())


@lru_cache(maxsize=4096)
def blocks(markdown: str) -> tuple[Block, ...]:
    """In order. A list, table or code keeps the line that leads into it (one ending in a colon).
    A list of nothing but links is left out: a table of contents answers nothing."""
    # Not splitlines(): the parser counts lines by these ends alone.
    lines = _LINE_END.split(markdown)
    found: list[Block] = []
    for token in _parser().parse(markdown):
        if token.level == 0 and token.map and token.type in _KINDS:
            text = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n").rstrip()
            kind = _KINDS[token.type]
            if kind == "list" and _ONLY_LINKS.fullmatch(text):
                continue
            led = found and found[-1].kind == "text" and found[-1].text.rstrip("*_ ").endswith(":")
            if kind in ("list", "table", "code") and led:
                text = found.pop().text + "\n\n" + text
            if text.strip():
                found.append(Block(kind, text))
    return tuple(found)


def sentences(text: str) -> list[str]:
    """Of a paragraph; abbreviations and numbers do not end one."""
    found: list[str] = []
    line = " ".join(text.split())
    ends = [match.end(1) for match in _SENTENCE_END.finditer(line)]
    for start, end in zip([0, *ends], [*ends, len(line)], strict=True):
        part = line[start:end].strip()
        if found and _NOT_AN_END.search(found[-1]):
            found[-1] += " " + part
        elif part:
            found.append(part)
    return found


def lines(block: Block) -> list[str]:
    """Sentences as a reader sees them, from items and rows one by one."""
    found: list[str] = []
    for piece in _PIECE.split(block.text):
        text = _BULLET.sub("", plain_text(piece)).strip(" |")
        if re.search(r"\w", text):
            found += sentences(text)
    return found


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # A line that begins with <order number> is text here, as it is in what customers see.
    return MarkdownIt("commonmark", {"html": False}).enable("table")
