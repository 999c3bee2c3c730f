"""HTML that is whole, as a tree, and the tree as plain Markdown.

Unlike HTML in a writer's Markdown, all text in it is text: a star is a star, and braces are braces.
"""

from __future__ import annotations

import re
import warnings
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from assistant.errors import UnreadableSource
from assistant.knowledge.cleaning.elements import BLOCK
from assistant.knowledge.cleaning.links import plain_links
from assistant.knowledge.cleaning.protecting import protect
from assistant.knowledge.cleaning.rendering import html_to_markdown
from assistant.knowledge.cleaning.tidying import tidy
from assistant.knowledge.cleaning.vault import Vault, without_reserved

_TYPED = re.compile(r"[\\`*_\[\]|~{}]|^#|(?<=\s)#(?=\s)")
_LESS = "\U0001fffe"
"""In place of a `<` that readers see: it opens no tag. Unicode reserves it: no writer types it."""

_SPACE = re.compile(r"\s+")
_LITERAL = ("pre", "code", "textarea", "script", "style")
_DEEPEST = 150


def parse_html(text: str, name: str) -> BeautifulSoup:
    """The tree; UnreadableSource for one that is nested beyond reason."""
    with warnings.catch_warnings():
        # It guesses that a short text may be a file's name or an address.
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(without_reserved(text).replace(_LESS, ""), "html.parser")
    if _depth(soup) > _DEEPEST:
        raise UnreadableSource(
            name,
            f"its elements are nested more than {_DEEPEST} deep",
            remedy="write it more plainly",
        )
    return soup


def markdown_of(tree: Tag) -> str:
    """What readers see of the tree, as Markdown. The tree is used up by it."""
    _prepare(tree)
    vault = Vault()
    html = protect(f"<div>{tree.decode(formatter='minimal')}</div>", vault)
    text = tidy(plain_links(html_to_markdown(html, vault), vault), vault)
    return vault.restore(text).replace(_LESS, "<")


def make_absolute(tree: Tag, base: str) -> None:
    """Links and pictures by their whole address: the article is read elsewhere than its page. A
    link within the page stays one."""
    for tag in tree.select("a[href], img[src]"):
        name = "src" if tag.name == "img" else "href"
        target = attribute(tag, name)
        if target and not target.startswith("#"):
            try:
                tag[name] = urljoin(base, target)
            except ValueError:
                continue  # No address: it stays as it was typed.


def text_of(tag: Tag | None) -> str:
    """The words in a tag, on one line."""
    return " ".join(tag.get_text(" ").split()) if tag is not None else ""


def attribute(tag: Tag | None, name: str) -> str:
    """One attribute as text, "" where it has none."""
    value = tag.get(name) if tag is not None else None
    return " ".join(value) if isinstance(value, list) else (value or "").strip()


def _prepare(tree: Tag) -> None:
    """Comments go, blocks get lines of their own, and text is marked as typed."""
    waiting: list[Tag] = [tree]
    while waiting:
        tag = waiting.pop()
        inner = (child for child in tag.contents if isinstance(child, Tag))
        waiting += (child for child in inner if child.name not in _LITERAL)
        prepared = [part for child in tag.contents for part in _prepared(child)]
        # All at once: among many siblings, each change of one alone would look for its place.
        tag.clear()
        tag.extend(prepared)


def _prepared(node: PageElement) -> list[PageElement]:
    if isinstance(node, Tag):
        ends = node.name in BLOCK
        return [NavigableString("\n"), node, NavigableString("\n")] if ends else [node]
    if isinstance(node, PreformattedString):
        return []
    return [_Typed(_SPACE.sub(" ", str(node)))]


class _Typed(NavigableString):
    """Text whose marks are written as entities, after the formatter's own."""

    def output_ready(self, formatter: object = "minimal") -> str:
        text = super().output_ready(formatter).replace("&lt;", _LESS)  # type: ignore[arg-type]
        return _TYPED.sub(lambda mark: f"&#{ord(mark[0])};", text)


def _depth(soup: BeautifulSoup) -> int:
    deepest = 0
    for node in soup.descendants:
        if not isinstance(node, Tag) or not node.contents:
            deepest = max(deepest, sum(1 for _ in node.parents))
            if deepest > _DEEPEST:
                break
    return deepest
