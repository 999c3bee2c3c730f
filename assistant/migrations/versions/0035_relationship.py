"""Customers who were asked whether they would recommend us."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "relationship_askings",
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("way", _TEXT, nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("shown_at", _INSTANT),
        sa.Column("declined_at", _INSTANT),
        sa.PrimaryKeyConstraint("conversation_id", "way", name="pk_relationship_askings"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_relationship_askings_conversation_id",
        ),
    )
    op.create_index("ix_relationship_askings_asked_at", "relationship_askings", ["asked_at"])
