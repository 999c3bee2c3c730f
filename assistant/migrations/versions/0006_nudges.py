"""Proactive messages, and the conversations in which they were taken up."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "nudges",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("place", _TEXT, nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_nudges"),
    )
    op.create_table(
        "nudge_openings",
        sa.Column("nudge_id", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("nudge_id", "conversation_id", name="pk_nudge_openings"),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudges.id"], name="fk_nudge_openings_nudge_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_nudge_openings_conversation_id"
        ),
    )
    op.create_index("ix_nudge_openings_conversation_id", "nudge_openings", ["conversation_id"])
