"""What the assistant said in answer to a question: customers are asked whether that helped."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column(
        "messages",
        sa.Column("rateable", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    # Of what was said before only the sources tell.
    op.execute("UPDATE messages SET rateable = TRUE WHERE citations <> '[]'")
