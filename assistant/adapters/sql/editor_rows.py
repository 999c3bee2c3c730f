"""Manuscripts and revisions as rows, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, Select, select

from assistant.adapters.sql.editor_schema import manuscript_revisions, manuscripts
from assistant.domain.article import ArticleStatus
from assistant.domain.manuscript import Content, Manuscript, Revision, Slot

_MANUSCRIPT = (
    *(column for column in manuscripts.c if column.name != "version"),
    *(column for column in manuscript_revisions.c if column.name != "manuscript_id"),
)


def latest() -> Select[Any]:
    """Each manuscript with its newest revision."""
    is_latest = manuscript_revisions.c.version == manuscripts.c.version
    of_it = manuscript_revisions.c.manuscript_id == manuscripts.c.id
    return select(*_MANUSCRIPT).join(manuscript_revisions, of_it & is_latest)


def manuscript_from(row: Row[*tuple[Any, ...]]) -> Manuscript:
    """A manuscript from a row of `latest`."""
    return Manuscript(
        id=row.id,
        article_id=row.article_id,
        status=ArticleStatus(row.status),
        latest=revision_from(row),
        created_at=row.created_at,
        live_version=row.live_version,
        origin=row.origin,
        slot=Slot(row.slot_version, row.slot_at, row.slot_by) if row.slot_at else None,
    )


def manuscript_row(manuscript: Manuscript) -> dict[str, Any]:
    """What is stored of it beside its revisions."""
    return {
        "id": manuscript.id,
        "article_id": manuscript.article_id,
        "status": manuscript.status.value,
        "version": manuscript.version,
        "live_version": manuscript.live_version,
        "origin": manuscript.origin,
        "created_at": manuscript.created_at,
        "slot_version": manuscript.slot.version if manuscript.slot else None,
        "slot_at": manuscript.slot.at if manuscript.slot else None,
        "slot_by": manuscript.slot.by if manuscript.slot else None,
    }


def revision_from(row: Row[*tuple[Any, ...]]) -> Revision:
    """A revision from a row that holds its columns."""
    content = Content(
        title=row.title,
        locale=row.locale,
        body=row.body,
        slug=row.slug,
        url=row.url,
        questions=tuple(row.questions),
        tags=tuple(row.tags),
        translation_of=row.translation_of,
        escalate=row.escalate,
        audience=row.audience,
        owner=row.owner,
        review_on=row.review_on,
    )
    return Revision(
        version=row.version,
        content=content,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        autosaved=row.autosaved,
    )


def revision_row(revision: Revision) -> dict[str, Any]:
    """Its own columns; the manuscript's id comes beside them."""
    content = revision.content
    return {
        "version": revision.version,
        "title": content.title,
        "locale": content.locale,
        "body": content.body,
        "slug": content.slug,
        "url": content.url,
        "questions": content.questions,
        "tags": content.tags,
        "translation_of": content.translation_of,
        "escalate": content.escalate,
        "audience": content.audience,
        "owner": content.owner,
        "review_on": content.review_on,
        "saved_at": revision.saved_at,
        "saved_by": revision.saved_by,
        "autosaved": revision.autosaved,
        "superseded": False,
    }
