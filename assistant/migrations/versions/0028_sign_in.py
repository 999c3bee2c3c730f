"""The first account by a link that works once; accounts of an identity provider."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "first_codes",
        sa.Column("code_hash", _TEXT, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_first_codes"),
    )
    op.create_table(
        "subjects",
        sa.Column("issuer", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("person_id", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_subjects"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_subjects_person_id"),
    )
    op.create_index("ix_subjects_person_id", "subjects", ["person_id"])
