"""What asks for one person's attention in the console."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "attention",
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("cause", _TEXT, nullable=False),
        sa.Column("by", _TEXT, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT),
        sa.PrimaryKeyConstraint("person_id", "conversation_id", "cause", name="pk_attention"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_attention_conversation_id"
        ),
    )
    op.create_index(
        "ix_attention_person_id_seen_at_at", "attention", ["person_id", "seen_at", "at"]
    )
    op.create_index("ix_attention_conversation_id", "attention", ["conversation_id"])
