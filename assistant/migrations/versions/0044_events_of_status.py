"""What people took in a period is found without reading every event."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    status = sa.text("kind = 'status'")
    op.create_index(
        "ix_events_created_at",
        "events",
        ["created_at"],
        sqlite_where=status,
        postgresql_where=status,
    )
