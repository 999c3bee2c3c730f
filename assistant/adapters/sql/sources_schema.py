"""The table of what was fetched from sources beyond this machine."""

from __future__ import annotations

from sqlalchemy import Column, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

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
