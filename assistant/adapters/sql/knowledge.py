"""Articles and their passages. Publishing is one transaction: a reader sees old or new, whole."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from assistant.adapters.sql.editor_schema import former_addresses
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.knowledge_rows import (
    CARD,
    PASSAGE,
    PUBLISHED,
    article_from,
    card_from,
    passage_from,
)
from assistant.adapters.sql.knowledge_version import version_seen_by
from assistant.adapters.sql.knowledge_writing import publish_in, withdraw_in
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.remembered import Remembered
from assistant.adapters.sql.schema import article_revisions, articles, passages
from assistant.domain.article import Article, ArticleCard, Passage
from assistant.domain.manuscript import EDITOR
from assistant.errors import UnknownThing
from assistant.ports import AnalysedPassage, Clock, Vectors
from assistant.ports.editor import Edition

_MOST_CARDS = 20_000
_MOST_READ = 500


class KnowledgeTables(StorePart):
    """The written knowledge: who published what, and the passages in it."""

    def __init__(self, database: Database, now: Clock) -> None:
        super().__init__(database, now)
        self._cards: Remembered[str, ArticleCard] = Remembered(_MOST_CARDS)
        self._sizes: Remembered[None, Mapping[tuple[str, str], int]] = Remembered(1)
        self._passages: Remembered[str, Sequence[Passage]] = Remembered(_MOST_READ)

    def forget_readings(self) -> None:
        super().forget_readings()
        self._cards.forget()
        self._sizes.forget()
        self._passages.forget()

    def one_moment(self) -> AbstractContextManager[None]:
        return self._db.one_moment()

    def version(self) -> int:
        with self._db.read() as connection:
            return version_seen_by(connection)

    def audiences(self) -> frozenset[str]:
        return frozenset(audience for _, audience in self._sizes_by_audience())

    def locales(self, *, among: Collection[str] | None = None) -> list[str]:
        sizes: dict[str, int] = {}
        for (locale, audience), size in self._sizes_by_audience().items():
            if among is None or audience in among:
                sizes[locale] = sizes.get(locale, 0) + size
        return sorted(sizes, key=lambda locale: (-sizes[locale], locale))

    def content_hashes(self, source: str) -> dict[str, str]:
        query = select(articles.c.id, articles.c.content_hash)
        return self._pairs(query.where(PUBLISHED, articles.c.source == source))

    def owners(self, article_ids: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for ids in batches(article_ids):
            query = select(articles.c.id, articles.c.source).where(articles.c.id.in_(ids))
            found |= self._pairs(query.where(PUBLISHED | (articles.c.source == EDITOR)))
        return found

    def publish(
        self,
        article: Article,
        passages: Sequence[AnalysedPassage],
        *,
        content_hash: str,
        vectors: Mapping[str, Vectors],
        model: str,
    ) -> None:
        """Refused for an article that is not `published`, and for passages of another one."""
        edition = Edition(article, tuple(passages), content_hash, vectors, model)
        with self._db.write() as connection:
            publish_in(connection, edition, database=self._db, at=self._now())

    def withdraw(self, article_ids: Iterable[str]) -> None:
        with self._db.write() as connection:
            withdraw_in(connection, article_ids)

    def article(self, article_id: str) -> Article:
        query = select(articles).where(articles.c.id == article_id, PUBLISHED)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownThing("article", article_id)
        return article_from(row)

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]:
        query = select(*CARD).where(PUBLISHED)
        if locale is not None:
            query = query.where(articles.c.locale == locale)
        with self._db.read() as connection:
            cards = [card_from(row) for row in connection.execute(query)]
        return sorted(cards, key=lambda card: (card.title.casefold(), card.id))

    def cards(self, article_ids: Iterable[str]) -> dict[str, ArticleCard]:
        with self._db.read() as connection:
            read = partial(_read_cards, connection)
            return self._cards.of(version_seen_by(connection), article_ids, read)

    def card_at(self, locale: str, name: str) -> ArticleCard | None:
        left = (former_addresses.c.locale == locale, former_addresses.c.slug == name)
        moved = select(former_addresses.c.article_id).where(*left)
        here = articles.c.locale == locale
        now = and_(here, or_(articles.c.slug == name, articles.c.id == name))
        query = select(*CARD).where(PUBLISHED, or_(now, articles.c.id.in_(moved)))
        # An address goes to who has it now, then to whose id it is, then to who had it.
        nearest = (~and_(here, articles.c.slug == name), ~now, articles.c.id)
        with self._db.read() as connection:
            row = connection.execute(query.order_by(*nearest).limit(1)).one_or_none()
            return card_from(row) if row else None

    def text_changed_at(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        columns = article_revisions.c
        order = (columns.article_id, columns.revision)
        query = select(columns.article_id, columns.content_hash, columns.published_at)
        texts: dict[str, str] = {}
        changed: dict[str, datetime] = {}
        with self._db.read() as connection:
            for ids in batches(article_ids):
                rows = connection.execute(query.where(columns.article_id.in_(ids)).order_by(*order))
                for id, hash, at in rows:
                    # What follows the text's own hash tells how passages were made of it.
                    text = hash.partition("-")[0]
                    if texts.get(id) != text:
                        texts[id], changed[id] = text, at
        return changed

    def passages_of(self, article_id: str) -> list[Passage]:
        with self._db.read() as connection:
            version, read = version_seen_by(connection), partial(_read_passages, connection)
            return list(self._passages.of(version, [article_id], read)[article_id])

    def _sizes_by_audience(self) -> Mapping[tuple[str, str], int]:
        with self._db.read() as connection:
            version, read = version_seen_by(connection), partial(_read_sizes, connection)
            return self._sizes.of(version, [None], read)[None]

    def _pairs(self, query: Select[Any]) -> dict[str, str]:
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _read_passages(
    connection: Connection, article_ids: Iterable[str]
) -> dict[str, Sequence[Passage]]:
    found: dict[str, Sequence[Passage]] = {}
    query = select(*PASSAGE).order_by(passages.c.position)
    for id in article_ids:
        rows = connection.execute(query.where(passages.c.article_id == id))
        found[id] = [passage_from(row) for row in rows]
    return found


def _read_sizes(connection: Connection, _: object) -> dict[None, Mapping[tuple[str, str], int]]:
    """How many articles each locale has for each audience."""
    by = (articles.c.locale, articles.c.audience)
    query = select(*by, func.count()).where(PUBLISHED).group_by(*by)
    return {None: {(row[0], row[1]): row[2] for row in connection.execute(query)}}


def _read_cards(connection: Connection, article_ids: Iterable[str]) -> dict[str, ArticleCard]:
    found: dict[str, ArticleCard] = {}
    for ids in batches(article_ids):
        rows = connection.execute(select(*CARD).where(PUBLISHED, articles.c.id.in_(ids)))
        found |= {row.id: card_from(row) for row in rows}
    return found
