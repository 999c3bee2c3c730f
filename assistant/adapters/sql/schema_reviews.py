"""The table of what leads say of the assistant's answers."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.schema import metadata

reviews = Table(
    "reviews",
    metadata,
    Column("message_id", CleanText, ForeignKey("messages.id"), primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("person_id", CleanText, nullable=False),
    Column("mark", CleanText, nullable=False),
    Column("pick", CleanText, nullable=False),
    Column("note", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "conversation_id"),
)
