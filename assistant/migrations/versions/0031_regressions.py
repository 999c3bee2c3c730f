"""Batches of questions that are kept, to be asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "regression_sets",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("lines", _TEXT, nullable=False),
        sa.Column("kept_by", _TEXT, nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_regression_sets"),
    )
