"""What writers work on: manuscripts with their revisions, and the way they become articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from assistant.adapters.sql.editor_rows import (
    latest,
    manuscript_from,
    manuscript_row,
    revision_from,
    revision_row,
)
from assistant.adapters.sql.editor_schema import manuscript_revisions, manuscripts
from assistant.adapters.sql.knowledge_rows import PUBLISHED
from assistant.adapters.sql.knowledge_version import lock_version
from assistant.adapters.sql.knowledge_writing import publish_in, withdraw_in
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import articles
from assistant.domain.article import Article, ArticleStatus
from assistant.domain.manuscript import (
    EDITOR,
    SUPERSEDED_FOR,
    Manuscript,
    Revision,
    Slot,
    Stale,
    Step,
)
from assistant.errors import Refused, UnfitArticle, UnknownThing
from assistant.ports import Deed
from assistant.ports.editor import Edition


class EditorTables(StorePart):
    """Manuscripts. A save locks its manuscript; publishing locks the knowledge before that."""

    def add_manuscript(self, manuscript: Manuscript, *, deed: Deed) -> None:
        taken = select(manuscripts.c.id).where(manuscripts.c.article_id == manuscript.article_id)
        article = update(articles).where(articles.c.id == manuscript.article_id)
        with self._db.write() as connection:
            # First, as whoever publishes does: no sync is in the middle of this article.
            lock_version(connection)
            if connection.execute(taken).first() is not None:
                raise Refused(f"Article {manuscript.article_id!r} is in the editor already.")
            connection.execute(article.values(source=EDITOR))
            connection.execute(manuscripts.insert().values(manuscript_row(manuscript)))
            _add_revision(connection, manuscript.id, manuscript.latest)
            add_deed(connection, deed)

    def manuscript(self, manuscript_id: str) -> Manuscript:
        with self._db.read() as connection:
            return _found(connection, manuscript_id)

    def manuscript_of(self, article_id: str) -> Manuscript | None:
        query = latest().where(manuscripts.c.article_id == article_id)
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
            return manuscript_from(row) if row else None

    def save_manuscript(self, manuscript_id: str, revision: Revision) -> Manuscript | Stale:
        with self._db.write() as connection:
            before = _locked(connection, manuscript_id)
            if before.content == revision.content and before.status is not ArticleStatus.ARCHIVED:
                return before
            if revision.version != before.version + 1:
                return Stale(before)
            after = replace(before, status=before.status_after(Step.EDITED), latest=revision)
            _add_revision(connection, manuscript_id, revision)
            _save(connection, after)
            if before.latest.is_continued_by(revision) and before.version != before.live_version:
                _supersede(connection, before.id, before.latest)
            return after

    def move_manuscript(self, manuscript_id: str, step: Step, *, deed: Deed) -> Manuscript:
        with self._db.write() as connection:
            before = _locked(connection, manuscript_id)
            after = replace(before, status=before.status_after(step), slot=None)
            _save(connection, after)
            add_deed(connection, deed)
            return after

    def schedule_manuscript(
        self, manuscript_id: str, slot: Slot | None, *, deed: Deed
    ) -> Manuscript | Stale:
        with self._db.write() as connection:
            before = _locked(connection, manuscript_id)
            if slot is not None and slot.version != before.version:
                return Stale(before)
            if slot is not None:
                before.status_after(Step.PUBLISHED)
            after = replace(before, slot=slot)
            _save(connection, after)
            add_deed(connection, deed)
            return after

    def due_manuscripts(self, now: datetime) -> list[Manuscript]:
        query = latest().where(manuscripts.c.slot_at <= now).order_by(manuscripts.c.slot_at)
        with self._db.read() as connection:
            found = [manuscript_from(row) for row in connection.execute(query)]
        return [manuscript for manuscript in found if manuscript.scheduled]

    def publish_manuscript(
        self, manuscript_id: str, edition: Edition, *, version: int, deed: Deed
    ) -> Manuscript | Stale:
        with self._db.write() as connection:
            lock_version(connection)
            before = _locked(connection, manuscript_id)
            if before.version != version:
                return Stale(before)
            status = before.status_after(Step.PUBLISHED)
            _must_be_free(connection, edition.article)
            after = replace(before, status=status, live_version=version, slot=None)
            publish_in(connection, edition, database=self._db, at=self._now())
            _save(connection, after)
            add_deed(connection, deed)
            return after

    def publish_anew(self, edition: Edition, *, instead_of: str) -> bool:
        article = articles.c.id == edition.article.id
        stands = select(articles.c.content_hash).where(article, PUBLISHED)
        with self._db.write() as connection:
            lock_version(connection)
            if connection.execute(stands).scalar_one_or_none() != instead_of:
                return False
            publish_in(connection, edition, database=self._db, at=self._now())
            return True

    def archive_manuscript(self, manuscript_id: str, *, deed: Deed) -> Manuscript:
        with self._db.write() as connection:
            lock_version(connection)
            before = _locked(connection, manuscript_id)
            status = before.status_after(Step.ARCHIVED)
            after = replace(before, status=status, live_version=None, slot=None)
            withdraw_in(connection, [before.article_id])
            _save(connection, after)
            add_deed(connection, deed)
            return after

    def revisions(self, manuscript_id: str) -> list[Revision]:
        of_this = manuscript_revisions.c.manuscript_id == manuscript_id
        newest = manuscript_revisions.c.version.desc()
        with self._db.read() as connection:
            shown = (of_this, manuscript_revisions.c.superseded.is_(False))
            rows = connection.execute(select(manuscript_revisions).where(*shown).order_by(newest))
            found = [revision_from(row) for row in rows]
        if not found:
            raise UnknownThing("article in the editor", manuscript_id)
        return found

    def revision(self, manuscript_id: str, version: int) -> Revision:
        of_this = manuscript_revisions.c.manuscript_id == manuscript_id
        query = select(manuscript_revisions).where(
            of_this, manuscript_revisions.c.version == version
        )
        with self._db.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownThing("revision", f"{manuscript_id} {version}")
        return revision_from(row)


def _must_be_free(connection: Connection, article: Article) -> None:
    """Two that are published at the same moment do not get the same address: the second one is
    refused, as UnfitArticle."""
    here = (articles.c.locale == article.locale, articles.c.slug == article.slug)
    other = select(articles.c.title).where(PUBLISHED, *here, articles.c.id != article.id)
    title = connection.execute(other.limit(1)).scalar_one_or_none()
    if title is not None:
        said = f"{title!r} has the address {article.slug!r} already; choose another."
        raise UnfitArticle("slug_taken", said, title=title, slug=article.slug)


def _found(connection: Connection, manuscript_id: str) -> Manuscript:
    row = connection.execute(latest().where(manuscripts.c.id == manuscript_id)).one_or_none()
    if row is None:
        raise UnknownThing("article in the editor", manuscript_id)
    return manuscript_from(row)


def _locked(connection: Connection, manuscript_id: str) -> Manuscript:
    """As it stands now; nobody else changes it before this transaction ends."""
    lock = select(manuscripts.c.id).where(manuscripts.c.id == manuscript_id).with_for_update()
    connection.execute(lock)
    return _found(connection, manuscript_id)


def _add_revision(connection: Connection, manuscript_id: str, revision: Revision) -> None:
    row = {"manuscript_id": manuscript_id, **revision_row(revision)}
    connection.execute(manuscript_revisions.insert().values(row))


def _save(connection: Connection, manuscript: Manuscript) -> None:
    this = update(manuscripts).where(manuscripts.c.id == manuscript.id)
    connection.execute(this.values(manuscript_row(manuscript)))


def _supersede(connection: Connection, manuscript_id: str, revision: Revision) -> None:
    """A later autosave stands for it; it is kept for those who write upon it at this moment."""
    columns = manuscript_revisions.c
    this = (columns.manuscript_id == manuscript_id, columns.version == revision.version)
    connection.execute(update(manuscript_revisions).where(*this).values(superseded=True))
    old = (columns.superseded.is_(True), columns.saved_at < revision.saved_at - SUPERSEDED_FOR)
    of_this = columns.manuscript_id == manuscript_id
    connection.execute(delete(manuscript_revisions).where(of_this, *old))
