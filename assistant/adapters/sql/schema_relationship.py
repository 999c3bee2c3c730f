"""The table of customers who were asked whether they would recommend us."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.schema import metadata

relationship_askings = Table(
    "relationship_askings",
    metadata,
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("way", CleanText, primary_key=True),
    Column("asked_at", Instant, nullable=False),
    Column("shown_at", Instant),
    Column("declined_at", Instant),
    Index(None, "asked_at"),
)
