"""Whoever came by a link that was mailed has that conversation, and nothing else of its visitor."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "guest_tokens",
        sa.Column("token_hash", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_guest_tokens"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_guest_tokens_conversation_id"
        ),
    )
    op.create_index("ix_guest_tokens_conversation_id", "guest_tokens", ["conversation_id"])
