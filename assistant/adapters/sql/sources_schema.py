"""The tables of sources, and of what was fetched from those beyond this machine."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

sources = Table(
    "sources",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("report", JsonText),
    Column("trial", JsonText),
    Column("problem", CleanText, nullable=False),
    Column("synced_at", Instant),
    Column("begun_at", Instant),
    Column("every_hours", Integer),
    # Set, nothing else is known of it: it keeps out what a sync brings that began before.
    Column("taken_down_at", Instant),
)

source_pages = Table(
    "source_pages",
    metadata,
    Column("source", CleanText, primary_key=True),
    Column("url", CleanText, primary_key=True),
    Column("etag", CleanText, nullable=False),
    Column("modified", CleanText, nullable=False),
    Column("content", JsonText, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)
