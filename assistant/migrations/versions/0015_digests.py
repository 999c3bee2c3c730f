"""What is derived from each conversation and kept: effort, prediction, theme."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "themes",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("total", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_themes"),
    )
    op.create_table(
        "digests",
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("effort", sa.Integer(), nullable=False),
        sa.Column("predicted", sa.Double()),
        sa.Column("theme_id", _TEXT),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_digests"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_digests_conversation_id"
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name="fk_digests_theme_id"),
    )
    op.create_index("ix_digests_theme_id", "digests", ["theme_id"])
