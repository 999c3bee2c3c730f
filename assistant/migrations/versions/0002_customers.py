"""What customers own: who they are, the devices they come back on, links, opinions of articles."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("visitors", sa.Column("subject", _TEXT))
    op.add_column("visitors", sa.Column("profile", sa.Text()))
    op.create_index("ix_visitors_subject", "visitors", ["subject"], unique=True)
    op.create_table(
        "visitor_tokens",
        sa.Column("token_hash", _TEXT, nullable=False),
        sa.Column("visitor_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_visitor_tokens"),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name="fk_visitor_tokens_visitor_id"
        ),
    )
    op.create_index("ix_visitor_tokens_visitor_id", "visitor_tokens", ["visitor_id"])
    op.create_table(
        "links",
        sa.Column("code_hash", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_links"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_links_conversation_id"
        ),
    )
    op.create_index("ix_links_conversation_id", "links", ["conversation_id"])
    op.create_index("ix_links_expires_at", "links", ["expires_at"])
    op.create_table(
        "article_opinions",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("article_id", _TEXT, nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("comment", _TEXT),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_opinions"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_article_opinions_article_id"
        ),
    )
    op.create_index("ix_article_opinions_article_id", "article_opinions", ["article_id"])
