"""What readers may read: articles, their lists, and search over them."""

from __future__ import annotations

import re

from assistant.domain.article import Article, ArticleCard, RankedArticle, article_url
from assistant.ports.searched import ReadStore
from assistant.retrieval.search import Retriever

_OUR_PAGE = re.compile(r"/help/(?P<locale>[^/]+)/(?P<name>.+)")


class Library:
    """The reading side of the knowledge base."""

    def __init__(self, *, store: ReadStore, retriever: Retriever) -> None:
        self._store, self._retriever = store, retriever

    def article(self, article_id: str) -> Article:
        """A published article, or UnknownThing."""
        return self._store.article(article_id)

    def articles(self, locale: str | None = None) -> list[ArticleCard]:
        """Published articles by title."""
        return self._store.articles(locale=locale)

    def card_at(self, locale: str, name: str) -> ArticleCard | None:
        """The one whose page in our help center has this address, or had it before."""
        return self._store.card_at(locale, name)

    def address_of(self, reference: str) -> str | None:
        """Where customers read what a link names: an article by its id, or by its address in our
        help center. None where nothing is read there."""
        card = self.card_of(reference)
        return article_url(card) if card else None

    def card_of(self, reference: str) -> ArticleCard | None:
        """The article that a link names so."""
        card = self._store.cards([reference]).get(reference)
        if card is None and (named := _OUR_PAGE.fullmatch(reference)):
            card = self.card_at(named["locale"], named["name"])
        return card

    def locales(self) -> list[str]:
        """Locales that have articles, the one with most first."""
        return self._store.locales()

    def search(self, text: str, *, locale: str, limit: int = 10) -> list[RankedArticle]:
        """Best first; [] for a blank text."""
        if not text.strip():
            return []
        return list(self._retriever.search(text, locale=locale, limit=limit).articles)
