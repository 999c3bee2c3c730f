"""What writers decided about gaps in the help center."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "gap_decisions",
        sa.Column("gap_id", _TEXT, nullable=False),
        sa.Column("state", _TEXT, nullable=False),
        sa.Column("anchors", sa.Text(), nullable=False),
        sa.Column("by", _TEXT, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("article_id", _TEXT),
        sa.Column("article_hash", _TEXT),
        sa.PrimaryKeyConstraint("gap_id", name="pk_gap_decisions"),
    )
