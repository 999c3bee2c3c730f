"""Where articles stood in the help center before their address changed."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "former_addresses",
        sa.Column("locale", _TEXT, nullable=False),
        sa.Column("slug", _TEXT, nullable=False),
        sa.Column("article_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("locale", "slug", name="pk_former_addresses"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_former_addresses_article_id"
        ),
    )
