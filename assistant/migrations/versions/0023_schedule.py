"""When a version of an article is to be published, and who approved it."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("manuscripts", sa.Column("slot_version", sa.Integer()))
    op.add_column("manuscripts", sa.Column("slot_at", sa.DateTime(timezone=True)))
    op.add_column("manuscripts", sa.Column("slot_by", _TEXT))
    op.create_index("ix_manuscripts_slot_at", "manuscripts", ["slot_at"])
