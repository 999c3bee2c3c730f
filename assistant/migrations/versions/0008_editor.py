"""What writers work on in the editor, with every revision."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "manuscripts",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("article_id", _TEXT, nullable=False),
        sa.Column("status", _TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("live_version", sa.Integer()),
        sa.Column("origin", _TEXT),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_manuscripts"),
    )
    op.create_index("ix_manuscripts_article_id", "manuscripts", ["article_id"], unique=True)
    op.create_table(
        "manuscript_revisions",
        sa.Column("manuscript_id", _TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("locale", _TEXT, nullable=False),
        sa.Column("body", _TEXT, nullable=False),
        sa.Column("slug", _TEXT, nullable=False),
        sa.Column("url", _TEXT),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("translation_of", _TEXT),
        sa.Column("escalate", sa.Boolean(), nullable=False),
        sa.Column("owner", _TEXT, nullable=False),
        sa.Column("review_on", sa.Date()),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("saved_by", _TEXT, nullable=False),
        sa.Column("autosaved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("manuscript_id", "version", name="pk_manuscript_revisions"),
        sa.ForeignKeyConstraint(
            ["manuscript_id"], ["manuscripts.id"], name="fk_manuscript_revisions_manuscript_id"
        ),
    )
