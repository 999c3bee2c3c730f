"""Who looks after an article and when it should be read again, as its source says."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("articles", sa.Column("owner", _TEXT, nullable=False, server_default=""))
    op.add_column("articles", sa.Column("review_on", sa.Date()))
