"""Markdown as the units an answer is made of: a paragraph, a list with its lead-in, a table."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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
_PICTURE = re.compile(r"(?m)^[ \t]*!\[[^\]\n]*\]\([^()\n]*\)[ \t]*$\n?")
_STEP = re.compile(r"(?m)^ {0,3}(\d{1,3})[.)] ")
_MOST_LINKS = 8
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
    A list of nothing but links is left out, with that line: a table of contents answers nothing.
    A short one that such a line announces says where the answer is, and stays. Pictures are left
    out, which nobody sees in an answer; steps that go on below one are one list."""
    # Not splitlines(): the parser counts lines by these ends alone.
    lines = _LINE_END.split(markdown)
    found: list[Block] = []
    for token in _parser().parse(markdown):
        if token.level == 0 and token.map and token.type in _KINDS:
            text = "\n".join(lines[token.map[0] : token.map[1]]).strip("\n").rstrip()
            kind = _KINDS[token.type]
            if kind in ("text", "list"):
                text = _PICTURE.sub("", text).rstrip()
            led = found and found[-1].kind == "text" and found[-1].text.rstrip("*_ ").endswith(":")
            if kind == "list" and _ONLY_LINKS.fullmatch(text) and not (led and _points_on(text)):
                if led:
                    found[-1:] = _without_its_end(found[-1])
                continue
            next_step = found and found[-1].kind == "list" and goes_on(found[-1].text, text)
            if (led and kind in ("list", "table", "code")) or next_step:
                text = found.pop().text + "\n\n" + text
            if text.strip():
                found.append(Block(kind, text))
    return tuple(found)


def goes_on(before: str, text: str) -> bool:
    """Whether the text begins with the step after the last one of the text before it."""
    step, steps = _STEP.match(text), _STEP.findall(before)
    return step is not None and steps[-1:] == [str(int(step[1]) - 1)]


def _points_on(links: str) -> bool:
    """Whether they are few, and lead to other pages."""
    return "](#" not in links and links.count("](") <= _MOST_LINKS


def _without_its_end(lead: Block) -> list[Block]:
    """Without the sentence that announces what is left out."""
    left = " ".join(sentences(lead.text)[:-1])
    return [replace(lead, text=left)] if left else []


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
