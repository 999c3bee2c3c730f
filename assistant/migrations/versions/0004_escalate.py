"""Articles whose writers want a person for who asks."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column(
        "articles",
        sa.Column("escalate", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
