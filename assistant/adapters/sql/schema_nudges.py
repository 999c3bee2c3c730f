"""The tables of proactive messages."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

nudges = Table(
    "nudges",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("kind", CleanText, nullable=False),
    Column("place", CleanText, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("texts", JsonText, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
)

nudge_openings = Table(
    "nudge_openings",
    metadata,
    Column("nudge_id", CleanText, ForeignKey("nudges.id"), primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Index(None, "conversation_id"),
)
