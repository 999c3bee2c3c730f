"""Comments on articles in the editor, who has one open, and autosaves that later ones supersede."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "manuscript_revisions",
        sa.Column("superseded", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "manuscript_comments",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("manuscript_id", _TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("text", _TEXT, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_manuscript_comments"),
        sa.ForeignKeyConstraint(
            ["manuscript_id"], ["manuscripts.id"], name="fk_manuscript_comments_manuscript_id"
        ),
    )
    op.create_index(
        "ix_manuscript_comments_manuscript_id_created_at",
        "manuscript_comments",
        ["manuscript_id", "created_at"],
    )
    op.create_table(
        "manuscript_presence",
        sa.Column("manuscript_id", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("manuscript_id", "person_id", name="pk_manuscript_presence"),
        sa.ForeignKeyConstraint(
            ["manuscript_id"], ["manuscripts.id"], name="fk_manuscript_presence_manuscript_id"
        ),
    )
