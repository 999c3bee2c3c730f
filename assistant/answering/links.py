"""Links in what a language model reads and writes: no answer leads where no article leads."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_LINK = re.compile(r"(!?)\[([^\[\]]*)\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?[^()]*\)")
_BARE = re.compile(r"<((?:https?:|mailto:|tel:)[^<>\s]*)>", re.IGNORECASE)
_DEFINITION = re.compile(r"(?m)^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$\n?")
_REACHABLE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


def keep_reachable_links(markdown: str) -> str:
    """Images, and links that only work inside the writers' folder, become their words."""
    return _kept(markdown, lambda target: _REACHABLE.match(target) is not None)


def keep_links_to(markdown: str, allowed: Collection[str]) -> str:
    """Every other link becomes its words. What it leaves, `targets` must still be asked about:
    Markdown has more forms of links than are rewritten here."""
    without = _DEFINITION.sub("", markdown)
    return _kept(without, lambda target: _normal(target) in allowed)


def targets(markdown: str) -> set[str]:
    """Every address that the text leads to or loads from, as a renderer sees it."""
    found = {_target(token) for token in _tokens(_parser().parse(markdown))}
    return {target for target in found if target is not None}


def _kept(markdown: str, keep: Callable[[str], bool]) -> str:
    bare = _BARE.sub(lambda match: match.group() if keep(match[1]) else match[1], markdown)
    return _LINK.sub(
        lambda match: match.group() if not match[1] and keep(match[3]) else match[2], bare
    )


def _target(token: Token) -> str | None:
    target = token.attrGet("href" if token.type == "link_open" else "src")
    return None if target is None else str(target)


def _tokens(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _tokens(token.children or [])


def _normal(target: str) -> str:
    return _parser().normalizeLink(target)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")
