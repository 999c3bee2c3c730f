"""Who may read an article; so far everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for table in ("articles", "manuscript_revisions"):
        op.add_column(table, sa.Column("audience", _TEXT, nullable=False, server_default=""))
