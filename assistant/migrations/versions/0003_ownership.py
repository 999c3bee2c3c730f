"""What people own: what is due, notes, who looks on, judgements, sessions and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_JSON = sa.Text()


def upgrade() -> None:
    _conversations()
    _handoffs()
    _console()
    _people()


def _conversations() -> None:
    for name in ("since", "waiting_since", "due_at", "snoozed_until", "told_late_at"):
        op.add_column("conversations", sa.Column(name, _INSTANT))
    op.add_column("conversations", sa.Column("reason", _TEXT))
    _add("conversations", "subject", _TEXT, "")
    _add("conversations", "priority", sa.Integer(), "0")
    _add("conversations", "tags", _JSON, "[]")
    op.create_index(
        "ix_conversations_status_due_at_since_id",
        "conversations",
        ["status", "due_at", "since", "id"],
    )
    op.create_index("ix_conversations_agent_id_status", "conversations", ["agent_id", "status"])
    op.execute("UPDATE conversations SET since = created_at")
    # Who waits already has waited since the case was opened, and for a reason.
    opened = "FROM handoffs WHERE conversation_id = conversations.id AND closed_at IS NULL"
    op.execute(
        f"UPDATE conversations SET waiting_since = (SELECT max(created_at) {opened}), "
        f"reason = (SELECT max(reason) {opened}) WHERE status IN ('waiting', 'with_agent')"
    )


def _handoffs() -> None:
    for name in ("due_at", "answered_at"):
        op.add_column("handoffs", sa.Column(name, _INSTANT))


def _console() -> None:
    op.create_table(
        "notes",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        _of_conversation("notes"),
    )
    _index("notes", "conversation_id", "created_at")
    op.create_table(
        "presence",
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "person_id", name="pk_presence"),
        _of_conversation("presence"),
    )
    op.create_table(
        "judgements",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("verdict", _TEXT, nullable=False),
        sa.Column("question", _TEXT, nullable=False),
        sa.Column("passage_id", _TEXT),
        sa.Column("article_id", _TEXT),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_judgements"),
        _of_conversation("judgements"),
    )
    _index("judgements", "conversation_id")
    _index("judgements", "verdict", "created_at")
    op.create_table(
        "audit",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("action", _TEXT, nullable=False),
        sa.Column("thing", _TEXT, nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    _index("audit", "person_id", "id")


def _people() -> None:
    _add("people", "name", _TEXT, "")
    op.add_column("people", sa.Column("disabled_at", _INSTANT))
    # Sessions begun before have no id to be revoked by: people sign in once more.
    op.execute("DELETE FROM sessions")
    _add("sessions", "id", _TEXT, "")
    _add("sessions", "created_at", _INSTANT, "1970-01-01 00:00:00")
    _add("sessions", "browser", _TEXT, "")
    _index("sessions", "person_id")


def _add(table: str, name: str, type: sa.types.TypeEngine, otherwise: str) -> None:
    op.add_column(table, sa.Column(name, type, nullable=False, server_default=otherwise))


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_conversation_id"
    return sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=name)


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))
