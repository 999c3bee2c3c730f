"""Who asked in vain, and was told of an answer since."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "gap_tellings",
        sa.Column("message_id", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_gap_tellings"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_gap_tellings_conversation_id"
        ),
    )
    op.create_index("ix_gap_tellings_conversation_id", "gap_tellings", ["conversation_id"])
