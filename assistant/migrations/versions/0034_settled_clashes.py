"""Texts that writers found to be fine beside each other."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "settled_clashes",
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("settled_by", _TEXT, nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_settled_clashes"),
    )
