"""The table of whoever came by a link that somebody else sent them: one conversation is theirs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from assistant.adapters.sql.columns import CleanText, TokenHash
from assistant.adapters.sql.schema import metadata

guest_tokens = Table(
    "guest_tokens",
    metadata,
    Column("token_hash", TokenHash, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Index(None, "conversation_id"),
)
