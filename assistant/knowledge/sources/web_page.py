"""What a page of a web site gave, and how it is remembered until the next visit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.domain.article import Article

VERSION = 3
"""Raised whenever the same page would become another article, so that it is fetched again."""


@dataclass(frozen=True)
class Page:
    """What a page gave: an article, or why it is none, and where it leads."""

    article: Article | None
    withheld: str = ""
    links: tuple[str, ...] = ()


def content_of(page: Page) -> dict[str, Any]:
    """As JSON."""
    article = None
    if page.article is not None:
        article = {
            "id": page.article.id,
            "title": page.article.title,
            "locale": page.article.locale,
            "body": page.article.body,
            "source": page.article.source,
            "slug": page.article.slug,
            "url": page.article.url,
            "updated": page.article.updated.isoformat() if page.article.updated else None,
            "audience": page.article.audience,
        }
    return {
        "version": VERSION,
        "article": article,
        "withheld": page.withheld,
        "links": list(page.links),
    }


def page_in(content: Mapping[str, Any]) -> Page:
    """The page that was remembered so by this `VERSION`."""
    said = content["article"]
    article = None
    if said is not None:
        updated = date.fromisoformat(said["updated"]) if said["updated"] else None
        article = Article(**{**said, "updated": updated})
    return Page(article, content["withheld"], tuple(content["links"]))
