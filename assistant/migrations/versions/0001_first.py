"""The first tables: knowledge with its lexical index, the log, the people.

A migration stands for itself: it imports nothing of ours, for what it makes must stay as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Sorted by code point on both engines.
_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _knowledge()
    _lexical_index()
    _conversations()
    _turns()
    _opinions()
    _people()


def _knowledge() -> None:
    op.create_table(
        "articles",
        _text("id"),
        _text("source"),
        _text("locale"),
        _text("title"),
        _text("slug"),
        _text("url", nullable=True),
        _text("body"),
        _json("questions"),
        _json("tags"),
        _text("translation_of", nullable=True),
        sa.Column("updated", sa.Date()),
        _text("status"),
        _text("content_hash"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _instant("published_at"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    _index("articles", "source")
    op.create_table(
        "article_revisions",
        _text("article_id"),
        sa.Column("revision", sa.Integer(), nullable=False, autoincrement=False),
        _json("content"),
        _text("content_hash"),
        _instant("published_at"),
        sa.PrimaryKeyConstraint("article_id", "revision", name="pk_article_revisions"),
        _foreign("article_revisions", "article_id", "articles.id"),
    )
    op.create_table(
        "passages",
        sa.Column("key", _SERIAL, nullable=False),
        _text("article_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("kind"),
        _text("locale"),
        _text("fingerprint"),
        _json("heading_path"),
        _text("anchor", nullable=True),
        _text("text"),
        _text("tokens"),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_passages"),
        _foreign("passages", "article_id", "articles.id"),
        _unique("passages", "article_id", "position"),
    )
    _index("passages", "locale", "fingerprint")
    board = ["locale", "kind", "article_id", "position", "length", "key"]
    op.create_index("ix_passages_board", "passages", board)
    op.create_table(
        "vectors",
        _text("model"),
        _text("fingerprint"),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("model", "fingerprint", name="pk_vectors"),
    )
    version = op.create_table(
        "knowledge_version", sa.Column("version", sa.Integer(), nullable=False)
    )
    op.bulk_insert(version, [{"version": 0}])


def _lexical_index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in (_FTS5, _VOCABULARY, _AFTER_INSERT, _AFTER_DELETE, _AFTER_UPDATE):
            op.get_bind().exec_driver_sql(statement)
    else:
        op.get_bind().exec_driver_sql(_LEXEMES)
        op.get_bind().exec_driver_sql(_GIN)


def _conversations() -> None:
    op.create_table(
        "visitors",
        _text("id"),
        _text("token_hash"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_visitors"),
        _unique("visitors", "token_hash"),
    )
    op.create_table(
        "conversations",
        _text("id"),
        _text("visitor_id"),
        _text("token_hash"),
        _text("status"),
        _text("locale"),
        _instant("created_at"),
        _text("page_url", nullable=True),
        _json("context"),
        _text("agent_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        _foreign("conversations", "visitor_id", "visitors.id"),
    )
    _index("conversations", "visitor_id", "created_at")
    _index("conversations", "status", "created_at")
    _index("conversations", "created_at")
    op.create_table(
        "messages",
        _text("id"),
        _text("conversation_id"),
        sa.Column("sequence", sa.Integer(), nullable=False),
        _text("author"),
        _text("text"),
        _text("html"),
        _text("locale"),
        _instant("created_at"),
        _text("client_id", nullable=True),
        _json("citations"),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        _foreign("messages", "conversation_id", "conversations.id"),
        _unique("messages", "conversation_id", "sequence"),
        _unique("messages", "conversation_id", "client_id"),
    )
    op.create_table(
        "events",
        sa.Column("id", _SERIAL, nullable=False),
        _text("conversation_id"),
        _text("kind"),
        _json("payload"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        _foreign("events", "conversation_id", "conversations.id"),
        sqlite_autoincrement=True,
    )
    _index("events", "conversation_id", "id")


def _turns() -> None:
    op.create_table(
        "turns",
        _text("message_id"),
        _text("conversation_id"),
        _text("decision"),
        _text("reason", nullable=True),
        sa.Column("confidence", sa.Double(), nullable=False),
        _text("question"),
        _text("rewritten"),
        _text("locale"),
        _json("suggestions"),
        _json("hits"),
        _json("signals"),
        _text("withheld", nullable=True),
        _json("timings"),
        _text("model", nullable=True),
        _json("tokens"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("message_id", name="pk_turns"),
        _foreign("turns", "message_id", "messages.id"),
        _foreign("turns", "conversation_id", "conversations.id"),
    )
    _index("turns", "conversation_id")
    op.create_table(
        "replies",
        _text("message_id"),
        _json("reply"),
        sa.PrimaryKeyConstraint("message_id", name="pk_replies"),
        _foreign("replies", "message_id", "messages.id"),
    )
    op.create_table(
        "handoffs",
        _text("id"),
        _text("conversation_id"),
        _text("reason"),
        _json("case_file"),
        _instant("created_at"),
        _text("email", nullable=True),
        sa.Column("closed_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
        _foreign("handoffs", "conversation_id", "conversations.id"),
    )
    _index("handoffs", "conversation_id", "created_at")


def _opinions() -> None:
    marks = ("csat", "ces", "nps", "useful", "easy", "enjoyable")
    op.create_table(
        "surveys",
        sa.Column("id", _SERIAL, nullable=False),
        _text("conversation_id"),
        _instant("created_at"),
        *(sa.Column(mark, sa.Integer()) for mark in marks),
        _text("comment", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_surveys"),
        _foreign("surveys", "conversation_id", "conversations.id"),
    )
    _index("surveys", "conversation_id")
    op.create_table(
        "feedback",
        _text("message_id"),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        _instant("created_at"),
        _text("reason", nullable=True),
        _text("comment", nullable=True),
        sa.PrimaryKeyConstraint("message_id", name="pk_feedback"),
        _foreign("feedback", "message_id", "messages.id"),
    )


def _people() -> None:
    op.create_table(
        "people",
        _text("id"),
        _text("email"),
        _text("role"),
        _text("password_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        _unique("people", "email"),
    )
    op.create_table(
        "sessions",
        _text("token_hash"),
        _text("person_id"),
        _instant("expires_at"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
        _foreign("sessions", "person_id", "people.id"),
    )
    _index("sessions", "expires_at")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=nullable)


def _json(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(name, _INSTANT, nullable=False)


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


# Tokens are words already: every visible ASCII character belongs to them, as all others do anyway.
# No content is kept a second time, no places in the text, no lengths: the passages have them.
_MARKS = "".join(mark for mark in map(chr, range(33, 127)) if not mark.isalnum())
_FTS5 = (
    "CREATE VIRTUAL TABLE passage_terms USING fts5("
    "terms, content='', detail=none, columnsize=0, "
    "tokenize=\"ascii tokenchars '" + _MARKS.replace("'", "''").replace('"', '""') + "'\")"
)
_VOCABULARY = "CREATE VIRTUAL TABLE passage_vocabulary USING fts5vocab(passage_terms, 'row')"
_PREFIXED = (
    "{row}.locale || ':' || {row}.kind || ':' || "
    "replace({row}.tokens, ' ', ' ' || {row}.locale || ':' || {row}.kind || ':')"
)
_NEW = _PREFIXED.format(row="new")
_OLD = _PREFIXED.format(row="old")
_ADD = f"INSERT INTO passage_terms(rowid, terms) VALUES (new.key, {_NEW});"
_TAKE = (
    f"INSERT INTO passage_terms(passage_terms, rowid, terms) VALUES ('delete', old.key, {_OLD});"
)
_AFTER_INSERT = f"CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN {_ADD} END"
_AFTER_DELETE = f"CREATE TRIGGER passage_removed AFTER DELETE ON passages BEGIN {_TAKE} END"
_AFTER_UPDATE = f"CREATE TRIGGER passage_changed AFTER UPDATE ON passages BEGIN {_TAKE} {_ADD} END"

_LEXEMES = """
CREATE FUNCTION passage_lexemes(locale text, kind text, tokens text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(string_to_array(
        locale || ':' || kind || ':'
            || replace(tokens, ' ', ' ' || locale || ':' || kind || ':'),
        ' '))
$$
"""
# Without fastupdate, which leaves what is new in a list that each search reads from end to end.
_GIN = (
    "CREATE INDEX ix_passages_lexemes ON passages "
    "USING gin (passage_lexemes(locale, kind, tokens)) WITH (fastupdate = off)"
)
