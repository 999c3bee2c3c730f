"""Sources that were taken down: what a sync brings that began before is kept out."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("sources", sa.Column("taken_down_at", sa.DateTime(timezone=True)))
