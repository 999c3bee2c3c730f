"""Look for what cannot be right inside the database itself, and say what mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, select

from assistant.adapters.sql.lexical_text import lexeme_prefix
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import (
    articles,
    attachment_parts,
    attachments,
    conversations,
    handoffs,
    messages,
    passages,
)
from assistant.domain.article import ArticleStatus
from assistant.domain.conversation import Status

_PUBLISHED = articles.c.status == ArticleStatus.PUBLISHED.value
_REPAIR = "run `assistant doctor --repair`"
_RESTORE = "restore a backup with `assistant restore FILE` into an empty ASSISTANT_HOME"

# (what finds the ids, what is wrong with each).
_RULES: tuple[tuple[Select[Any], str], ...] = (
    (
        select(articles.c.id).outerjoin(passages).where(_PUBLISHED, passages.c.key.is_(None)),
        "Article {!r} is published but has no passages; run `assistant sync` on its source again.",
    ),
    (
        select(passages.c.article_id).join(articles).where(~_PUBLISHED).distinct(),
        "Article {!r} is not published but has passages; " + _RESTORE + ".",
    ),
    (
        select(messages.c.id).outerjoin(conversations).where(conversations.c.id.is_(None)),
        "Message {!r} belongs to no conversation; " + _RESTORE + ".",
    ),
    (
        select(conversations.c.id)
        .where(conversations.c.status == Status.WAITING.value)
        .where(
            ~select(handoffs.c.id)
            .where(handoffs.c.conversation_id == conversations.c.id)
            .where(handoffs.c.closed_at.is_(None))
            .exists()
        ),
        "Conversation {!r} waits without a case file; take it over in the console.",
    ),
    (
        select(attachments.c.id)
        .outerjoin(attachment_parts)
        .group_by(attachments.c.id)
        .having(
            func.coalesce(func.sum(func.length(attachment_parts.c.content)), 0)
            != func.max(attachments.c.size)
        ),
        "Attachment {!r} is not whole; " + _RESTORE + ".",
    ),
)


class Checking(StorePart):
    """The doctor's look at the database, and the one thing that it can mend."""

    def check(self) -> list[str]:
        with self._db.read() as connection:
            problems = list(_sqlite_problems(connection)) if self._db.is_sqlite else []
            for query, problem in _RULES:
                problems += map(problem.format, connection.execute(query).scalars())
        return problems

    def rebuild_lexical_index(self) -> None:
        """Make the lexical index anew from the passages."""
        with self._db.write() as connection:
            if self._db.is_sqlite:
                connection.exec_driver_sql(_EMPTY_FTS5)
                connection.exec_driver_sql(_FILL_FTS5)
            else:
                connection.exec_driver_sql("REINDEX INDEX ix_passages_lexemes")


_EMPTY_FTS5 = "INSERT INTO passage_terms(passage_terms) VALUES ('delete-all')"
_FILL_FTS5 = (
    "INSERT INTO passage_terms(rowid, terms) "
    "SELECT key, locale || ':' || kind || ':' "
    "|| replace(tokens, ' ', ' ' || locale || ':' || kind || ':') FROM passages"
)


def _sqlite_problems(connection: Connection) -> Iterator[str]:
    for found in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if found != "ok":
            yield f"The database file is damaged ({found}); {_RESTORE}."
    for table, row, *_ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} refers to nothing; {_RESTORE}."
    # PostgreSQL makes its lexical index out of the passages by itself: nothing there to compare.
    if _indexed(connection) != _expected(connection):
        yield f"The lexical index does not agree with the passages; {_REPAIR}."


def _indexed(connection: Connection) -> Counter[str]:
    rows = connection.exec_driver_sql("SELECT term, doc FROM passage_vocabulary")
    return Counter({row.term: row.doc for row in rows})


def _expected(connection: Connection) -> Counter[str]:
    expected: Counter[str] = Counter()
    query = select(passages.c.locale, passages.c.kind, passages.c.tokens)
    for locale, kind, tokens in connection.execute(query, execution_options={"yield_per": 500}):
        # FTS5 folds the capitals of a locale such as pt-BR.
        prefix = lexeme_prefix(locale, kind).lower()
        expected.update({prefix + token for token in tokens.split(" ")})
    return expected
