"""Images that articles show."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "images",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_images"),
    )
    op.create_table(
        "image_parts",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", "position", name="pk_image_parts"),
        sa.ForeignKeyConstraint(["name"], ["images.name"], name="fk_image_parts_name"),
    )
