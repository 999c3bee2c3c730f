"""The tables of ways in beside a password."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from assistant.adapters.sql.columns import CleanText, Instant, TokenHash
from assistant.adapters.sql.schema import metadata

first_codes = Table(
    "first_codes",
    metadata,
    Column("code_hash", TokenHash, primary_key=True),
    Column("expires_at", Instant, nullable=False),
)

# Whom an identity provider means; `subject` is its own name for them, which never changes.
subjects = Table(
    "subjects",
    metadata,
    Column("issuer", CleanText, primary_key=True),
    Column("subject", CleanText, primary_key=True),
    Column("person_id", CleanText, ForeignKey("people.id"), nullable=False),
    Index(None, "person_id"),
)
