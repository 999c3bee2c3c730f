"""The tables of how people work: what they are given, the lists that they keep."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

agents = Table(
    "agents",
    metadata,
    Column("person_id", CleanText, ForeignKey("people.id"), primary_key=True),
    Column("locales", JsonText, nullable=False),
    Column("skills", JsonText, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("takes", Boolean, nullable=False),
    Column("given_at", Instant),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("person_id", CleanText, ForeignKey("people.id"), nullable=False),
    Column("name", CleanText, nullable=False),
    Column("query", JsonText, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "person_id"),
)
