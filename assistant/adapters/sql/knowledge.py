"""Articles and their passages. Publishing is one transaction: a reader sees old or new, whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.knowledge_rows import (
    CARD,
    PASSAGE,
    PUBLISHED,
    article_from,
    article_row,
    card_from,
    passage_from,
    passage_row,
)
from assistant.adapters.sql.knowledge_version import (
    lock_version,
    raise_version,
    version_seen_by,
)
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.remembered import Remembered
from assistant.adapters.sql.schema import article_revisions, articles, passages
from assistant.adapters.sql.vectors import insert_vectors
from assistant.domain.article import Article, ArticleCard, ArticleStatus, Passage
from assistant.errors import Refused, UnknownThing
from assistant.ports import AnalysedPassage, Clock, Vectors

_MOST_CARDS = 20_000
_MOST_READ = 500


class KnowledgeTables(StorePart):
    """The written knowledge: who published what, and the passages in it."""

    def __init__(self, database: Database, now: Clock) -> None:
        super().__init__(database, now)
        self._cards: Remembered[str, ArticleCard] = Remembered(_MOST_CARDS)
        self._sizes: Remembered[None, Mapping[str, int]] = Remembered(1)
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

    def locales(self) -> list[str]:
        with self._db.read() as connection:
            version = version_seen_by(connection)
            sizes = self._sizes.of(version, [None], partial(_read_sizes, connection))[None]
        return sorted(sizes, key=lambda locale: (-sizes[locale], locale))

    def content_hashes(self, source: str) -> dict[str, str]:
        query = select(articles.c.id, articles.c.content_hash)
        return self._pairs(query.where(PUBLISHED, articles.c.source == source))

    def owners(self, article_ids: Iterable[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for ids in batches(article_ids):
            query = select(articles.c.id, articles.c.source).where(articles.c.id.in_(ids))
            found |= self._pairs(query.where(PUBLISHED))
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
        _check(article, passages)
        with self._db.write() as connection:
            # First: whoever publishes at the same time waits here, and meets no half-way lock.
            raise_version(connection)
            self._save_article(connection, article, content_hash)
            _replace_passages(connection, article.id, passages)
            insert_vectors(self._db, connection, model, vectors)

    def withdraw(self, article_ids: Iterable[str]) -> None:
        with self._db.write() as connection:
            # First here as in `publish`, so that the two can only wait for each other in turn.
            lock_version(connection)
            if sum(_archive(connection, ids) for ids in batches(article_ids)):
                raise_version(connection)

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

    def passages_of(self, article_id: str) -> list[Passage]:
        with self._db.read() as connection:
            version, read = version_seen_by(connection), partial(_read_passages, connection)
            return list(self._passages.of(version, [article_id], read)[article_id])

    def _pairs(self, query: Select[Any]) -> dict[str, str]:
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _save_article(self, connection: Connection, article: Article, content_hash: str) -> None:
        last = select(articles.c.revision).where(articles.c.id == article.id)
        revision = (connection.execute(last).scalar_one_or_none() or 0) + 1
        content = article_row(article)
        published = {"content_hash": content_hash, "published_at": self._now()}
        row = {**content, **published, "revision": revision}
        insert = self._db.insert(articles).values(row)
        connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=row))
        kept = content | {"updated": article.updated.isoformat() if article.updated else None}
        connection.execute(
            article_revisions.insert().values(
                article_id=article.id, revision=revision, content=kept, **published
            )
        )


def _read_passages(
    connection: Connection, article_ids: Iterable[str]
) -> dict[str, Sequence[Passage]]:
    found: dict[str, Sequence[Passage]] = {}
    query = select(*PASSAGE).order_by(passages.c.position)
    for id in article_ids:
        rows = connection.execute(query.where(passages.c.article_id == id))
        found[id] = [passage_from(row) for row in rows]
    return found


def _read_sizes(connection: Connection, _: object) -> dict[None, Mapping[str, int]]:
    """How many articles each locale has."""
    query = select(articles.c.locale, func.count()).where(PUBLISHED).group_by(articles.c.locale)
    return {None: dict(iter(connection.execute(query)))}


def _read_cards(connection: Connection, article_ids: Iterable[str]) -> dict[str, ArticleCard]:
    found: dict[str, ArticleCard] = {}
    for ids in batches(article_ids):
        rows = connection.execute(select(*CARD).where(PUBLISHED, articles.c.id.in_(ids)))
        found |= {row.id: card_from(row) for row in rows}
    return found


def _check(article: Article, analysed: Sequence[AnalysedPassage]) -> None:
    if article.status is not ArticleStatus.PUBLISHED:
        raise Refused(f"Article {article.id!r} is {article.status}; publish only published ones.")
    if any(entry.passage.article_id != article.id for entry in analysed):
        raise Refused(f"Article {article.id!r} was given passages of another; split it again.")


def _archive(connection: Connection, ids: Sequence[str]) -> int:
    connection.execute(delete(passages).where(passages.c.article_id.in_(ids)))
    archived = update(articles).where(articles.c.id.in_(ids), PUBLISHED)
    return connection.execute(archived.values(status=ArticleStatus.ARCHIVED.value)).rowcount


def _replace_passages(
    connection: Connection, article_id: str, analysed: Sequence[AnalysedPassage]
) -> None:
    connection.execute(delete(passages).where(passages.c.article_id == article_id))
    if analysed:
        connection.execute(passages.insert(), [passage_row(entry) for entry in analysed])
