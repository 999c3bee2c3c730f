"""What the public reads, made ready for showing: search results, and articles as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from html import escape, unescape
from itertools import pairwise
from typing import Any
from urllib.parse import quote, unquote

from assistant.concurrency import in_thread
from assistant.domain.article import (
    Article,
    ArticleCard,
    PassageKind,
    RankedArticle,
    article_url,
    plain_text,
)
from assistant.domain.audience import EVERYBODY
from assistant.knowledge.library import Library
from assistant.knowledge.outline import anchor_of, block_tokens
from assistant.markup import resolve_links, to_html
from assistant.server.pages import nearest
from assistant.support.desk import Readiness

_LONGEST_EXCERPT = 240
_NEAR = 0.5
"""Cosine. Of articles without a word of a phrasing of the sample help center, 99 in 100 wrong ones
are less near, in both languages."""
_TAG = re.compile(r"<[^>]*>")
_WITHIN_A_LINE = re.compile(r"</?(?:a|code|del|em|strong)\b[^>]*>")
_HEADING = re.compile(r"<h[1-6]>")
_OUR_LINK = re.compile(r'(?<=href=")/help/(?P<locale>[^/"#]+)/(?P<name>[^"#?]+)')
INSIDE = "/console/read"
"""Where colleagues read what not everybody may."""


async def search(
    readiness: Readiness, library: Library, text: str, *, locale: str, limit: int
) -> list[RankedArticle]:
    """Articles in the wanted locale, best first; asked before the assistant is warm, it waits."""
    await readiness.wait()
    wanted = nearest(locale, await in_thread(library.locales)) or locale
    words = text.replace("\0", " ")
    found = await in_thread(library.search, words, locale=wanted, limit=limit)
    return [ranked for ranked in found if _is_about(ranked)]


def _is_about(ranked: RankedArticle) -> bool:
    """Something is always nearest: what shares no word must at least be near."""
    return any(hit.lexical > 0 or hit.cosine >= _NEAR for hit in ranked.hits)


def result(ranked: RankedArticle) -> dict[str, Any]:
    """A search result as JSON."""
    card = ranked.article
    return {
        "article_id": card.id,
        "title": card.title,
        "url": article_url(card),
        "locale": card.locale,
        "excerpt": excerpt(ranked),
        "score": ranked.score,
    }


def excerpt(ranked: RankedArticle) -> str:
    """How the found text begins, without marks; empty where only title or phrasing matched."""
    found = (hit.passage.text for hit in ranked.hits if hit.passage.kind is PassageKind.BODY)
    return _shortened(_words(to_html(next(found, ""))))


def _words(html: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", _WITHIN_A_LINE.sub("", html))).split())


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_EXCERPT:
        return text
    return text[:_LONGEST_EXCERPT].rsplit(" ", 1)[0] + "…"


def shown_article(library: Library, article: Article) -> dict[str, Any]:
    """An article as JSON."""
    original = article.translation_of and library.address_of(article.translation_of)
    return {
        "id": article.id,
        "title": article.title,
        "locale": article.locale,
        "url": article_url(card_of(article)),
        "body": article.body,
        "html": article_html(library, article),
        "questions": list(article.questions),
        "tags": list(article.tags),
        "translation_of": article.translation_of if original else None,
        "updated": article.updated.isoformat() if article.updated else None,
        "public": article.audience == EVERYBODY,
    }


def page_of(card: ArticleCard) -> str:
    """The article's page here, even where its canonical address is elsewhere."""
    return article_url(replace(card, url=None))


def led_inside(html: str, library: Library) -> str:
    """For colleagues: links to articles that /help shows to nobody lead to where they are read."""
    found: dict[str, str] = {}

    def led(address: re.Match[str]) -> str:
        if address[0] not in found:
            name = unquote(unescape(address["name"]))
            card = library.card_at(address["locale"], name)
            restricted = card if card and card.audience != EVERYBODY else None
            found[address[0]] = f"{INSIDE}/{quote(restricted.id)}" if restricted else address[0]
        return found[address[0]]

    return _OUR_LINK.sub(led, html)


def nearest_shelf(locale: str | None, known: Sequence[str]) -> str | None:
    """The locale that has articles and is nearest to the wanted one."""
    return nearest(locale, known) if locale else None


def card_of(article: Article) -> ArticleCard:
    """What a link to the article needs."""
    return ArticleCard(article.id, article.title, article.locale, article.slug, article.url)


def article_html(library: Library, article: Article) -> str:
    """The body as safe HTML: links between articles lead to their pages, headings have anchors."""
    url_of = library.address_of
    linked = resolve_links(article.body, article_id=article.id, url_of=url_of, images=True)
    html = to_html(linked)
    return with_anchors(html, anchors_in(article.body))


def anchors_in(body: str) -> list[str]:
    """The anchor of each heading, in order; passages, and so citations, name sections by it."""
    seen: dict[str, int] = {}
    tokens = block_tokens(body.replace("\r\n", "\n"))
    return [
        anchor_of(inline.content, seen)
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open"
    ]


def contents(body: str) -> list[tuple[str, str]]:
    """(anchor, words) of each section, for a table of contents."""
    tokens = block_tokens(body.replace("\r\n", "\n"))
    headings = [
        (opening.tag, plain_text(inline.content))
        for opening, inline in pairwise(tokens)
        if opening.type == "heading_open"
    ]
    named = zip(anchors_in(body), headings, strict=True)
    return [(anchor, words) for anchor, (level, words) in named if level == "h2"]


def opening_words(html: str) -> str:
    """How an article begins, for what shows a link to it."""
    return _shortened(_words(html))


def with_anchors(html: str, anchors: Sequence[str]) -> str:
    """Give the headings of the page their anchors, in order."""
    left = iter(anchors)

    def anchored(match: re.Match[str]) -> str:
        anchor = next(left, None)
        return f'{match[0][:-1]} id="{escape(anchor)}">' if anchor else match[0]

    return _HEADING.sub(anchored, html)
