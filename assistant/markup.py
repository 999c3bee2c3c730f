"""Markdown to HTML that is safe to show: raw HTML is escaped, then everything not allowed goes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {
    *("a", "p", "br", "img", "strong", "em", "del", "code", "pre", "blockquote", "hr"),
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"),
    *("h1", "h2", "h3", "h4", "h5", "h6"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "loading"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
OUR_IMAGE = re.compile(r"/help/images/([0-9a-f]{32}\.(?:png|jpg|gif|webp))")
"""The address of an image that we show, and its name."""


def to_html(markdown: str) -> str:
    """Safe HTML: no script, style, form, unknown scheme, nor image but our own; links open without
    a referrer."""
    html = _renderer().render(markdown)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def literal(text: str) -> str:
    """Markdown, within a paragraph, that reads as the text stands."""
    return _MARKS.sub(lambda mark: "\\" + mark[0], text)


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable("table").enable("strikethrough")
    made.add_render_rule("image", _image)
    made.add_render_rule("text", _text)
    return made


def _image(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    """One of ours; any other says nothing of who reads, and is left out."""
    address = str(tokens[at].attrGet("src") or "")
    if not OUR_IMAGE.fullmatch(address):
        return ""
    return f'<img src="{address}" alt="{escape(tokens[at].content)}" loading="lazy">'


def _text(_: Any, tokens: Sequence[Token], at: int, *__: Any) -> str:
    """An amount keeps its sign beside it, and French its marks: no line ends between them."""
    return escape(_BOUND.sub("\N{NO-BREAK SPACE}", tokens[at].content))


_BOUND = re.compile(r"(?<=\d) (?=[€$£%])|(?<=[\w»)€%]) (?=[:;?!](?:\s|$))| (?=»)|(?<=«) ")
_MARKS = re.compile(r"([\\`*_\[\]|~])|^(#)")
_CODE_OR_LINK = re.compile(
    r"""
    (?P<code>
        (?: ^ | (?<=\n) ) [ ]{0,3} (?P<fence> ```+ | ~~~+ ) .*? (?: \n [ ]{0,3} (?P=fence) | \Z )
      | (?P<ticks> `+ ) .+? (?P=ticks)
    )
    | (?P<image> !? ) \[ (?P<words> [^\[\]]* ) \]
      \( (?! [a-z][a-z0-9+.-]*: | // | \# ) (?P<target> [^()\s]+ ) (?: \s [^()]* )? \)
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


_PAGE_FILE = re.compile(r"\.(?:mdx?|markdown|x?html?|rst|adoc|asciidoc|docx|pdf)$", re.IGNORECASE)


def resolve_links(
    markdown: str,
    *,
    article_id: str,
    url_of: Callable[[str], str | None],
    images: bool = False,
) -> str:
    """Point links between articles at their pages; a link that leads nowhere keeps its words, and
    what stands in code is left as it is. Of an image its words are kept, with `images` ours are.

    `url_of` gives the address for an article's id, None where there is no such article.
    """

    def resolve(match: re.Match[str]) -> str:
        if match["code"]:
            return match["code"]
        image, words, target = match["image"], match["words"], match["target"]
        if image and images and OUR_IMAGE.fullmatch(target):
            return match[0]
        anchor = target.partition("#")[2]
        url = None if image else url_of(_named(target, article_id))
        return f"[{words}]({url}{'#' + anchor if anchor else ''})" if url else words

    return _CODE_OR_LINK.sub(resolve, markdown)


def internal_links(markdown: str, *, article_id: str) -> list[tuple[str, str]]:
    """Each link between articles, in order: its target as it stands there, and the id, or the
    address of ours, that it names."""
    found = _CODE_OR_LINK.finditer(markdown)
    targets = (each["target"] for each in found if not each["code"] and not each["image"])
    return [(target, _named(target, article_id)) for target in targets]


def _named(target: str, article_id: str) -> str:
    bare = _PAGE_FILE.sub("", unquote(target.partition("#")[0]))
    return posixpath.normpath(posixpath.join(posixpath.dirname(article_id), bare))
