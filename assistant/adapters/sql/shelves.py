"""The lists of the editor, and what is said beside its articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from assistant.adapters.sql.editor_rows import latest, manuscript_from
from assistant.adapters.sql.editor_schema import (
    manuscript_comments,
    manuscript_presence,
    manuscript_revisions,
    manuscripts,
)
from assistant.adapters.sql.folding import ESCAPE, fold, folded, like
from assistant.adapters.sql.knowledge_rows import PUBLISHED
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import articles
from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import Comment, Manuscript
from assistant.errors import UnknownThing
from assistant.ports.editor import Shelf, ShelfQuery
from assistant.ports.people import Onlooker

_M, _R = manuscripts.c, manuscript_revisions.c
_UNDERWAY = (ArticleStatus.DRAFT.value, ArticleStatus.IN_REVIEW.value)


class ShelfTables(StorePart):
    """Manuscripts as lists of work."""

    def manuscripts(self, query: ShelfQuery) -> list[Manuscript]:
        listed = latest().where(_on_shelf(query.shelf, query.person_id))
        for word in query.words:
            listed = listed.where(folded(_R.title, self._db).like(like(fold(word)), escape=ESCAPE))
        page = listed.order_by(_R.saved_at.desc(), _M.id).limit(query.limit).offset(query.skip)
        with self._db.read() as connection:
            return [manuscript_from(row) for row in connection.execute(page)]

    def translations(self, article_id: str) -> list[Manuscript]:
        query = latest().where(_R.translation_of == article_id).order_by(_R.locale, _M.id)
        with self._db.read() as connection:
            return [manuscript_from(row) for row in connection.execute(query)]

    def review_days(self) -> Mapping[str, date]:
        live = (_R.manuscript_id == _M.id) & (_R.version == _M.live_version)
        own = select(_M.article_id, _R.review_on).join(manuscript_revisions, live)
        theirs = select(articles.c.id, articles.c.review_on).where(PUBLISHED)
        with self._db.read() as connection:
            said = connection.execute(theirs.where(articles.c.review_on.is_not(None)))
            found = {row[0]: row[1] for row in said}
            for id, day in connection.execute(own):
                found.pop(id, None)
                if day is not None:
                    found[id] = day
        return found

    def shelf_sizes(self, person_id: str) -> Mapping[Shelf, int]:
        def size(shelf: Shelf) -> ColumnElement[int]:
            return func.count().filter(_on_shelf(shelf, person_id))

        counted = latest().with_only_columns(*(size(shelf) for shelf in Shelf))
        with self._db.read() as connection:
            return dict(zip(Shelf, connection.execute(counted).one(), strict=True))

    def add_comment(self, comment: Comment) -> None:
        with self._db.write() as connection:
            connection.execute(manuscript_comments.insert().values(asdict(comment)))

    def comments(self, manuscript_id: str) -> list[Comment]:
        columns = manuscript_comments.c
        query = select(manuscript_comments).where(columns.manuscript_id == manuscript_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(columns.created_at, columns.id))
            return [Comment(**row._mapping) for row in rows]

    def look_at(self, manuscript_id: str, person_id: str, *, writing: bool) -> None:
        seen = {"seen_at": self._now(), "writing": writing}
        whose = {"manuscript_id": manuscript_id, "person_id": person_id}
        there = select(_M.id).where(_M.id == manuscript_id)
        insert = self._db.insert(manuscript_presence).values(whose | seen)
        with self._db.write() as connection:
            if connection.execute(there).first() is None:
                raise UnknownThing("article in the editor", manuscript_id)
            connection.execute(insert.on_conflict_do_update(index_elements=list(whose), set_=seen))

    def readers(self, manuscript_id: str, *, since: datetime) -> list[Onlooker]:
        columns = manuscript_presence.c
        here = (columns.manuscript_id == manuscript_id, columns.seen_at >= since)
        query = select(columns.person_id, columns.writing).where(*here)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(columns.person_id))
            return [Onlooker(row.person_id, row.writing) for row in rows]


def _on_shelf(shelf: Shelf, person_id: str) -> ColumnElement[bool]:
    match shelf:
        case Shelf.MINE:
            whose = or_(_R.owner == person_id, _R.saved_by == person_id)
            return and_(_M.status.in_(_UNDERWAY), whose)
        case Shelf.IN_REVIEW:
            return _M.status == ArticleStatus.IN_REVIEW.value
        case Shelf.DRAFTS:
            return _M.status == ArticleStatus.DRAFT.value
        case Shelf.PUBLISHED:
            return _M.live_version.is_not(None)
        case Shelf.ARCHIVED:
            return _M.status == ArticleStatus.ARCHIVED.value
