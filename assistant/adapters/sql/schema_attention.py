"""The table of what asks for one person's attention."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.schema import metadata

attention = Table(
    "attention",
    metadata,
    Column("person_id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("cause", CleanText, primary_key=True),
    Column("by", CleanText, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),
    Index(None, "person_id", "seen_at", "at"),
    Index(None, "conversation_id"),
)
