"""The tables of what goes out: deliveries, how far the log was followed, who wants what."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("channel", CleanText, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("address", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("conversation_id", CleanText, ForeignKey("conversations.id")),
    Column("tries", Integer, nullable=False),
    Column("next_at", Instant),
    Column("sent_at", Instant),
    Column("dead_at", Instant),
    Column("problem", CleanText, nullable=False),
    Index(None, "next_at"),
    Index(None, "dead_at"),
    Index(None, "sent_at"),
    Index(None, "conversation_id", "sent_at"),
)

followers = Table(
    "followers",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("event_id", BigInteger, nullable=False),
)

notice_choices = Table(
    "notice_choices",
    metadata,
    Column("person_id", CleanText, ForeignKey("people.id"), primary_key=True),
    Column("notices", JsonText, nullable=False),
    Column("locale", CleanText, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("url", CleanText, nullable=False),
    Column("secret", CleanText, nullable=False),
    Column("form", CleanText, nullable=False),
    Column("topics", JsonText, nullable=False),
    Column("words", Boolean, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)
