"""More tables of the same schema: what is kept beside the log for insights and what follows."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from assistant.adapters.sql.columns import CleanText, Instant, TokenHash
from assistant.adapters.sql.schema import metadata
from assistant.ports.figures import FIELDS, By

follow_ups = Table(
    "follow_ups",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("cause", CleanText, nullable=False),
    Column("csat", Integer),
    Column("effort", Integer, nullable=False),
    Column("predicted", Double),
    Column("ces", Integer),
    Column("nps", Integer),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("step", CleanText, nullable=False),
    Column("person_id", CleanText),
    Column("done", CleanText, nullable=False),
    Column("done_at", Instant),
    Column("answered_at", Instant),
    Column("comment", CleanText, nullable=False),
    UniqueConstraint("conversation_id"),
    Index(None, "step", "due_at"),
)

themes = Table(
    "themes",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("simulated", Boolean, nullable=False),
    Column("total", LargeBinary, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("effort", Integer, nullable=False),
    Column("predicted", Double),
    Column("theme_id", CleanText, ForeignKey("themes.id")),
    Index(None, "theme_id"),
)

# What the company told of a customer; `number` where the value is one.
customer_attributes = Table(
    "customer_attributes",
    metadata,
    Column("visitor_id", CleanText, ForeignKey("visitors.id"), primary_key=True),
    Column("attribute", CleanText, primary_key=True),
    Column("value", CleanText, nullable=False),
    Column("number", Double),
    Column("told_at", Instant, nullable=False),
    # Who is in a segment, and which segments there are, without reading the table.
    Index("ix_customer_attributes_value", "attribute", "value", "visitor_id", "number"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("token_hash", TokenHash, primary_key=True),
    Column("id", CleanText, nullable=False, unique=True),
    Column("person_id", CleanText, ForeignKey("people.id"), nullable=False),
    Column("name", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("scope", CleanText, nullable=False),
    Index(None, "person_id"),
)

GIVEN = {By.ASSISTANT: FIELDS, By.PEOPLE: tuple(f"{field}_people" for field in FIELDS)}
"""The columns of the last answers to FIELDS while each party had the conversation."""

# How a conversation stood from one moment until another, both in microseconds since 1970: derived
# from the log. `sets` is NULL where nobody may rely on it and the log is to be asked.
standings = Table(
    "standings",
    metadata,
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("since_us", BigInteger, primary_key=True, autoincrement=False),
    Column("until_us", BigInteger, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("day", CleanText, nullable=False),
    Column("began_us", BigInteger, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("sets", BigInteger),
    Column("reason", CleanText),
    Column("called_us", BigInteger),
    Column("reply_us", BigInteger),
    Column("person_us", BigInteger),
    Column("resolution_us", BigInteger),
    *(Column(name, Integer) for names in GIVEN.values() for name in names),
    # Holds all that a tally adds up, in the order in which it is grouped.
    Index(
        "ix_standings_sums",
        *("simulated", "day", "sets", "reason", "locale", "began_us", "since_us", "until_us"),
        *("called_us", "reply_us", "person_us", "resolution_us"),
    ),
)
Index(
    "ix_standings_unknown",
    standings.c.conversation_id,
    sqlite_where=standings.c.sets.is_(None),
    postgresql_where=standings.c.sets.is_(None),
)
