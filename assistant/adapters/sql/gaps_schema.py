"""The tables of gaps: what was decided about them, and whose askers were told of an answer. All
else of them is read from the log."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

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

gap_tellings = Table(
    "gap_tellings",
    metadata,
    Column("message_id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("told_at", Instant, nullable=False),
    Index(None, "conversation_id"),
)
