"""The table of gaps: what was decided about them. All else of them is read from the log."""

from __future__ import annotations

from sqlalchemy import Column, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

gap_decisions = Table(
    "gap_decisions",
    metadata,
    Column("gap_id", CleanText, primary_key=True),
    Column("state", CleanText, nullable=False),
    Column("anchors", JsonText, nullable=False),
    Column("by", CleanText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("article_id", CleanText),
    Column("article_hash", CleanText),
)
