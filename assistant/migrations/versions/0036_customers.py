"""What the company tells of its customers, and tokens by which scripts tell it."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "customer_attributes",
        sa.Column("visitor_id", _TEXT, nullable=False),
        sa.Column("attribute", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("number", sa.Double()),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("visitor_id", "attribute", name="pk_customer_attributes"),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name="fk_customer_attributes_visitor_id"
        ),
    )
    op.create_index(
        "ix_customer_attributes_value",
        "customer_attributes",
        ["attribute", "value", "visitor_id", "number"],
    )
    op.add_column("api_tokens", sa.Column("scope", _TEXT, nullable=False, server_default="read"))
