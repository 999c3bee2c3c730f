"""What a customer said of the assistant stays beside what they said of people later."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    for field in ("csat", "ces", "nps", "useful", "easy", "enjoyable"):
        op.add_column("standings", sa.Column(f"{field}_people", sa.Integer()))
