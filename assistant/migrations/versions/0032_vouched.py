"""When a visitor's site vouched for them last. Of whom it did before this nothing is known: what is
not for everybody is theirs again with their next page."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("visitors", sa.Column("vouched_at", sa.DateTime(timezone=True)))
