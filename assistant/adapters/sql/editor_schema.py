"""The tables of the editor, beside those in `schema`."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

manuscripts = Table(
    "manuscripts",
    metadata,
    Column("id", CleanText, primary_key=True),
    # No foreign key: the article is there once it was published.
    Column("article_id", CleanText, nullable=False),
    Column("status", CleanText, nullable=False),
    Column("version", Integer, nullable=False),
    Column("live_version", Integer),
    Column("origin", CleanText),
    Column("created_at", Instant, nullable=False),
    # When a version is to be published, and who approved it.
    Column("slot_version", Integer),
    Column("slot_at", Instant),
    Column("slot_by", CleanText),
    Index(None, "article_id", unique=True),
    Index(None, "slot_at"),
)

manuscript_revisions = Table(
    "manuscript_revisions",
    metadata,
    Column("manuscript_id", CleanText, ForeignKey("manuscripts.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("title", CleanText, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("body", CleanText, nullable=False),
    Column("slug", CleanText, nullable=False),
    Column("url", CleanText),
    Column("questions", JsonText, nullable=False),
    Column("tags", JsonText, nullable=False),
    Column("translation_of", CleanText),
    Column("escalate", Boolean, nullable=False),
    Column("audience", CleanText, nullable=False),
    Column("owner", CleanText, nullable=False),
    Column("review_on", Date),
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", CleanText, nullable=False),
    Column("autosaved", Boolean, nullable=False),
    # By a later autosave of the same sitting.
    Column("superseded", Boolean, nullable=False),
)

manuscript_comments = Table(
    "manuscript_comments",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("manuscript_id", CleanText, ForeignKey("manuscripts.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("person_id", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "manuscript_id", "created_at"),
)

manuscript_presence = Table(
    "manuscript_presence",
    metadata,
    Column("manuscript_id", CleanText, ForeignKey("manuscripts.id"), primary_key=True),
    Column("person_id", CleanText, primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("writing", Boolean, nullable=False),
)

# Readers who come by an earlier address are led on. The article that has it now goes first.
former_addresses = Table(
    "former_addresses",
    metadata,
    Column("locale", CleanText, primary_key=True),
    Column("slug", CleanText, primary_key=True),
    Column("article_id", CleanText, ForeignKey("articles.id"), nullable=False),
)
