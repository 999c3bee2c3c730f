"""How an article becomes what customers read, and how it goes: steps inside of a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from assistant.adapters.sql.editor_schema import former_addresses
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.knowledge_rows import PUBLISHED, article_row, passage_row
from assistant.adapters.sql.knowledge_version import lock_version, raise_version
from assistant.adapters.sql.part import batches
from assistant.adapters.sql.schema import article_revisions, articles, passages
from assistant.adapters.sql.sources_schema import sources
from assistant.adapters.sql.vectors import insert_vectors
from assistant.domain.article import Article, ArticleStatus
from assistant.domain.manuscript import EDITOR
from assistant.errors import Refused
from assistant.ports import AnalysedPassage
from assistant.ports.editor import Edition


def publish_in(
    connection: Connection, edition: Edition, *, database: Database, at: datetime
) -> None:
    """Replace the article, its passages and its tokens. Begins with the knowledge's lock: whoever
    needs another one beside it takes this one first."""
    _check(edition.article, edition.passages)
    # First: whoever publishes at the same time waits here, and meets no half-way lock.
    raise_version(connection)
    _must_be_open(connection, edition.article.source)
    _save_article(connection, edition, database=database, at=at)
    _replace_passages(connection, edition.article.id, edition.passages)
    insert_vectors(database, connection, edition.model, edition.vectors)


def withdraw_in(connection: Connection, article_ids: Iterable[str]) -> None:
    """Archive those that are published; begins as `publish_in` does."""
    # First here as in `publish_in`, so that the two can only wait for each other in turn.
    lock_version(connection)
    if sum(_archive(connection, ids) for ids in batches(article_ids)):
        raise_version(connection)


def _must_be_open(connection: Connection, source: str) -> None:
    down = select(sources.c.name).where(
        sources.c.name == source, sources.c.taken_down_at.is_not(None)
    )
    if connection.execute(down).first() is not None:
        raise Refused(f"{source} was taken down while it was synced; sync it anew to have it back.")


def _save_article(
    connection: Connection, edition: Edition, *, database: Database, at: datetime
) -> None:
    article = edition.article
    columns = (articles.c.revision, articles.c.source, articles.c.locale, articles.c.slug)
    stored = connection.execute(select(*columns).where(articles.c.id == article.id)).one_or_none()
    if stored is not None:
        if stored.source == EDITOR != article.source:
            raise Refused(f"Article {article.id!r} was taken over into the editor; sync again.")
        if stored.slug and (stored.locale, stored.slug) != (article.locale, article.slug):
            _leave_redirect(connection, article.id, stored, database=database)
    revision = (stored.revision if stored else 0) + 1
    content = article_row(article)
    published = {"content_hash": edition.content_hash, "published_at": at}
    row = {**content, **published, "revision": revision}
    insert = database.insert(articles).values(row)
    connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=row))
    days = {"updated": article.updated, "review_on": article.review_on}
    kept = content | {name: day.isoformat() if day else None for name, day in days.items()}
    connection.execute(
        article_revisions.insert().values(
            article_id=article.id, revision=revision, content=kept, **published
        )
    )


def _leave_redirect(
    connection: Connection,
    article_id: str,
    left: Row[*tuple[Any, ...]],
    *,
    database: Database,
) -> None:
    address = {"locale": left.locale, "slug": left.slug}
    whose = {"article_id": article_id}
    insert = database.insert(former_addresses).values(address | whose)
    connection.execute(insert.on_conflict_do_update(index_elements=list(address), set_=whose))


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
