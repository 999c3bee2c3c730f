"""The table of cases that were opened in another system."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, Table

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.schema import metadata

tickets = Table(
    "tickets",
    metadata,
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("helpdesk", CleanText, nullable=False),
    Column("ticket_id", CleanText, nullable=False),
    Column("url", CleanText, nullable=False),
    Column("told", Integer, nullable=False),
    Column("active_at", Instant, nullable=False),
    Column("look_at", Instant),
    Column("solved_at", Instant),
    Index(None, "look_at"),
)
