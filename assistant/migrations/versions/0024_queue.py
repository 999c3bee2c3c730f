"""How people take part in automatic assignment, by when conversations are to be resolved, and the
lists that people keep."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "agents",
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("locales", sa.Text(), nullable=False),
        sa.Column("skills", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("takes", sa.Boolean(), nullable=False),
        sa.Column("given_at", _MOMENT),
        sa.PrimaryKeyConstraint("person_id", name="pk_agents"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_agents_person_id"),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_saved_views_person_id"),
    )
    op.create_index("ix_saved_views_person_id", "saved_views", ["person_id"])
    op.add_column("handoffs", sa.Column("resolve_by", _MOMENT))
    op.create_index("ix_handoffs_created_at", "handoffs", ["created_at"])
    op.add_column("conversations", sa.Column("resolve_by", _MOMENT))
    op.add_column("conversations", sa.Column("next_due", _MOMENT))
    op.execute("UPDATE conversations SET next_due = due_at")
    op.drop_index("ix_conversations_status_due_at_since_id", "conversations")
    op.create_index(
        "ix_conversations_status_next_due_since_id",
        "conversations",
        ["status", "next_due", "since", "id"],
    )
    op.create_index("ix_conversations_status_due_at", "conversations", ["status", "due_at"])
