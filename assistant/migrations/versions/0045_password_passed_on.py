"""Whose password somebody else chose is asked to choose their own."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column("password_passed_on", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
