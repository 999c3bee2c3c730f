"""Answers that writers want said word for word, and which turn was given one."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "curated_answers",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("locale", _TEXT, nullable=False),
        sa.Column("phrasings", sa.Text(), nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("by", _TEXT, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_curated_answers"),
    )
    op.add_column("turns", sa.Column("curated_id", _TEXT))
    op.create_index("ix_turns_curated_id", "turns", ["curated_id"])
