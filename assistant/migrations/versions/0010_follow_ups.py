"""Customers to whom a person goes back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("cause", _TEXT, nullable=False),
        sa.Column("csat", sa.Integer()),
        sa.Column("effort", sa.Integer(), nullable=False),
        sa.Column("predicted", sa.Double()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT),
        sa.Column("step", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT),
        sa.Column("done", _TEXT, nullable=False),
        sa.Column("done_at", _INSTANT),
        sa.Column("answered_at", _INSTANT),
        sa.Column("comment", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_follow_ups_conversation_id"
        ),
        sa.UniqueConstraint("conversation_id", name="uq_follow_ups_conversation_id"),
    )
    op.create_index("ix_follow_ups_step_due_at", "follow_ups", ["step", "due_at"])
