"""A follow-up keeps what its customer said of the effort, and whether they would recommend us."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.add_column("follow_ups", sa.Column("ces", sa.Integer()))
    op.add_column("follow_ups", sa.Column("nps", sa.Integer()))
