"""What the public may read: articles, their lists, and search over them."""

from __future__ import annotations

from assistant.domain.article import Article, ArticleCard, RankedArticle
from assistant.ports import KnowledgeStore
from assistant.retrieval.search import Retriever


class Library:
    """The reading side of the knowledge base."""

    def __init__(self, *, store: KnowledgeStore, retriever: Retriever) -> None:
        self._store, self._retriever = store, retriever

    def article(self, article_id: str) -> Article:
        """A published article, or UnknownThing."""
        return self._store.article(article_id)

    def articles(self, locale: str | None = None) -> list[ArticleCard]:
        """Published articles by title."""
        return self._store.articles(locale=locale)

    def locales(self) -> list[str]:
        """Locales that have articles, the one with most first."""
        return self._store.locales()

    def search(self, text: str, *, locale: str, limit: int = 10) -> list[RankedArticle]:
        """Best first; [] for a blank text."""
        if not text.strip():
            return []
        return list(self._retriever.search(text, locale=locale, limit=limit).articles)
