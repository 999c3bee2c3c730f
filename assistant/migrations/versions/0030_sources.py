"""What is known of each source: its last sync, and how often it is synced."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("report", _TEXT),
        sa.Column("trial", _TEXT),
        sa.Column("problem", _TEXT, nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True)),
        sa.Column("begun_at", sa.DateTime(timezone=True)),
        sa.Column("every_hours", sa.Integer()),
        sa.PrimaryKeyConstraint("name", name="pk_sources"),
    )
