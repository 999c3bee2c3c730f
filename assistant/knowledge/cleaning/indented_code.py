"""Code by indentation, four columns deep: kept like fenced code, and fenced from then on."""

from __future__ import annotations

import re
from functools import lru_cache

from markdown_it import MarkdownIt

from assistant.knowledge.cleaning.vault import Vault

_DEEP = re.compile(r"^(?: {4}|\t)", re.MULTILINE)
_CONTAINER = r"(?:(?i:div|details|table|section|figure|ul|ol|blockquote|center)|[A-Z][\w.]*)"
_OPENS = re.compile(rf"<{_CONTAINER}(?=[\s>])(?![^<>]*/>)")
_CLOSES = re.compile(rf"</{_CONTAINER}\s*>")


def protect_indented(text: str, vault: Vault) -> str:
    """Blocks of indented code as marks. Within HTML and components, columns are layout."""
    if not _DEEP.search(text):
        return text
    lines = text.split("\n")
    for token in reversed(_parser().parse(text)):
        if token.type != "code_block" or token.map is None:
            continue
        first, last = token.map
        before = "\n".join(lines[:first])
        if len(_OPENS.findall(before)) > len(_CLOSES.findall(before)):
            continue
        while last > first and not lines[last - 1].strip():
            last -= 1
        margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
        # The four columns that make it code go; those of a list that it stands in stay.
        outer = margin[:-4] if margin.endswith("    ") else margin[:-1]
        lines[first:last] = [outer + vault.block(token.content.rstrip("\n"))]
    return "\n".join(lines)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
