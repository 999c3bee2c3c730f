"""The table of answers that writers want said word for word."""

from __future__ import annotations

from sqlalchemy import Column, Date, Table

from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.schema import metadata

curated_answers = Table(
    "curated_answers",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("locale", CleanText, nullable=False),
    Column("phrasings", JsonText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("expires_on", Date),
    Column("by", CleanText, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
