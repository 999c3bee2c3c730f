"""The tables, as the code uses them. A test compares them with what the migrations make.

The lexical index is not here: it is an FTS5 table kept by triggers on SQLite, and an expression
index on PostgreSQL, both over `passages.tokens`, so that it cannot disagree with the passages.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)

from assistant.adapters.sql.columns import CleanText, Instant, JsonText, TokenHash

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts by itself only in a column that is declared INTEGER; that one has 64 bits too.
Serial = BigInteger().with_variant(Integer, "sqlite")


# -- knowledge

articles = Table(
    "articles",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("source", CleanText, nullable=False, index=True),
    Column("locale", CleanText, nullable=False),
    Column("title", CleanText, nullable=False),
    Column("slug", CleanText, nullable=False),
    Column("url", CleanText),
    Column("body", CleanText, nullable=False),
    Column("questions", JsonText, nullable=False),
    Column("tags", JsonText, nullable=False),
    Column("translation_of", CleanText),
    Column("updated", Date),
    Column("status", CleanText, nullable=False),
    Column("content_hash", CleanText, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("published_at", Instant, nullable=False),
    Column("escalate", Boolean, nullable=False),
    Column("audience", CleanText, nullable=False),
    Column("owner", CleanText, nullable=False),
    Column("review_on", Date),
)

article_revisions = Table(
    "article_revisions",
    metadata,
    Column("article_id", CleanText, ForeignKey("articles.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", JsonText, nullable=False),
    Column("content_hash", CleanText, nullable=False),
    Column("published_at", Instant, nullable=False),
)

passages = Table(
    "passages",
    metadata,
    Column("key", Serial, primary_key=True),
    Column("article_id", CleanText, ForeignKey("articles.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("fingerprint", CleanText, nullable=False),
    Column("heading_path", JsonText, nullable=False),
    Column("anchor", CleanText),
    Column("text", CleanText, nullable=False),
    Column("tokens", CleanText, nullable=False),
    Column("length", Integer, nullable=False),
    UniqueConstraint("article_id", "position"),
    Index(None, "locale", "fingerprint"),
    # Holds all that the lexical ranking asks of passages before it reads any.
    Index("ix_passages_board", "locale", "kind", "article_id", "position", "length", "key"),
)

vectors = Table(
    "vectors",
    metadata,
    Column("model", CleanText, primary_key=True),
    Column("fingerprint", CleanText, primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)

knowledge_version = Table("knowledge_version", metadata, Column("version", Integer, nullable=False))


# -- the log

visitors = Table(
    "visitors",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("token_hash", TokenHash, nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("subject", CleanText),
    Column("profile", JsonText),
    Column("vouched_at", Instant),
    Index(None, "subject", unique=True),
)

# Of the visitor's other devices; the first one's stands with the visitor.
visitor_tokens = Table(
    "visitor_tokens",
    metadata,
    Column("token_hash", TokenHash, primary_key=True),
    Column("visitor_id", CleanText, ForeignKey("visitors.id"), nullable=False),
    Index(None, "visitor_id"),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("visitor_id", CleanText, ForeignKey("visitors.id"), nullable=False),
    Column("token_hash", TokenHash, nullable=False),
    Column("status", CleanText, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("page_url", CleanText),
    Column("channel", CleanText),
    Column("context", JsonText, nullable=False),
    Column("agent_id", CleanText),
    Column("since", Instant),
    Column("reason", CleanText),
    Column("subject", CleanText, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("tags", JsonText, nullable=False),
    Column("waiting_since", Instant),
    Column("due_at", Instant),
    Column("resolve_by", Instant),
    Column("next_due", Instant),
    Column("snoozed_until", Instant),
    Column("told_late_at", Instant),
    Index(None, "visitor_id", "created_at"),
    Index(None, "status", "created_at"),
    Index(None, "created_at"),
    # What the inbox reads: a list, in the order of what is due, without sorting all of it.
    Index(None, "status", "next_due", "since", "id"),
    # What the watchdog looks for.
    Index(None, "status", "due_at"),
    Index(None, "agent_id", "status"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("author", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("html", CleanText, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("client_id", CleanText),
    Column("citations", JsonText, nullable=False),
    Column("rateable", Boolean, nullable=False),
    UniqueConstraint("conversation_id", "sequence"),
    UniqueConstraint("conversation_id", "client_id"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("message_id", CleanText, ForeignKey("messages.id"), nullable=False),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("name", CleanText, nullable=False),
    Column("media_type", CleanText, nullable=False),
    Column("size", Integer, nullable=False),
    Index(None, "conversation_id"),
)

# In pieces: whoever copies the database never holds a whole file.
attachment_parts = Table(
    "attachment_parts",
    metadata,
    Column("attachment_id", CleanText, ForeignKey("attachments.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("message_id", CleanText, ForeignKey("messages.id"), primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("decision", CleanText, nullable=False),
    Column("reason", CleanText),
    Column("confidence", Double, nullable=False),
    Column("question", CleanText, nullable=False),
    Column("rewritten", CleanText, nullable=False),
    Column("locale", CleanText, nullable=False),
    Column("suggestions", JsonText, nullable=False),
    Column("hits", JsonText, nullable=False),
    Column("signals", JsonText, nullable=False),
    Column("withheld", CleanText),
    Column("timings", JsonText, nullable=False),
    Column("model", CleanText),
    Column("tokens", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("curated_id", CleanText),
    Index(None, "conversation_id"),
    Index(None, "curated_id"),
)

replies = Table(
    "replies",
    metadata,
    Column("message_id", CleanText, ForeignKey("messages.id"), primary_key=True),
    Column("reply", JsonText, nullable=False),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("reason", CleanText, nullable=False),
    Column("case_file", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("email", CleanText),
    Column("closed_at", Instant),
    Column("due_at", Instant),
    Column("answered_at", Instant),
    Column("resolve_by", Instant),
    Index(None, "conversation_id", "created_at"),
    Index(None, "created_at"),
)

events = Table(
    "events",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("kind", CleanText, nullable=False),
    Column("payload", JsonText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "conversation_id", "id"),
    # What people took in a period. Kept small: every look and every word has its event, too.
    Index(
        None,
        "created_at",
        sqlite_where=text("kind = 'status'"),
        postgresql_where=text("kind = 'status'"),
    ),
    # A reader resumes after an id: one that was erased must never be given again.
    sqlite_autoincrement=True,
)

surveys = Table(
    "surveys",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("csat", Integer),
    Column("ces", Integer),
    Column("nps", Integer),
    Column("useful", Integer),
    Column("easy", Integer),
    Column("enjoyable", Integer),
    Column("comment", CleanText),
    Index(None, "conversation_id"),
)

article_opinions = Table(
    "article_opinions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("article_id", CleanText, ForeignKey("articles.id"), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("comment", CleanText),
    Column("created_at", Instant, nullable=False),
    Index(None, "article_id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("message_id", CleanText, ForeignKey("messages.id"), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("reason", CleanText),
    Column("comment", CleanText),
)


# -- the console

notes = Table(
    "notes",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("person_id", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index(None, "conversation_id", "created_at"),
)

presence = Table(
    "presence",
    metadata,
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("person_id", CleanText, primary_key=True),
    Column("seen_at", Instant, nullable=False),
    Column("writing", Boolean, nullable=False),
)

team_settings = Table(
    "team_settings",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("value", JsonText, nullable=False),
)

judgements = Table(
    "judgements",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), nullable=False),
    Column("person_id", CleanText, nullable=False),
    Column("verdict", CleanText, nullable=False),
    Column("question", CleanText, nullable=False),
    Column("passage_id", CleanText),
    Column("article_id", CleanText),
    Column("created_at", Instant, nullable=False),
    Index(None, "conversation_id"),
    Index(None, "verdict", "created_at"),
)


# -- people

people = Table(
    "people",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("email", CleanText, nullable=False, unique=True),
    Column("role", CleanText, nullable=False),
    Column("password_hash", CleanText, nullable=False),
    Column("name", CleanText, nullable=False),
    Column("disabled_at", Instant),
    Column("password_passed_on", Boolean, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", TokenHash, primary_key=True),
    Column("person_id", CleanText, ForeignKey("people.id"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("id", CleanText, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("browser", CleanText, nullable=False),
    Index(None, "expires_at"),
    Index(None, "person_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("person_id", CleanText, nullable=False),
    Column("action", CleanText, nullable=False),
    Column("thing", CleanText, nullable=False),
    Column("detail", JsonText, nullable=False),
    Index(None, "person_id", "id"),
)
