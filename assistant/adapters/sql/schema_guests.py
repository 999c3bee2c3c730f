"""The tables of links into a conversation, and of whoever came by one that somebody else sent them:
that conversation is theirs."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from assistant.adapters.sql.columns import CleanText, Instant, TokenHash
from assistant.adapters.sql.schema import metadata

links = Table(
    "links",
    metadata,
    Column("code_hash", TokenHash, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index(None, "conversation_id"),
    Index(None, "expires_at"),
)

guest_tokens = Table(
    "guest_tokens",
    metadata,
    Column("token_hash", TokenHash, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Index(None, "conversation_id"),
)
