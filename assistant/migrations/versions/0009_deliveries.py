"""What goes out: mails to customers and agents, and who wants them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("channel", _TEXT, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("address", _TEXT, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("locale", _TEXT, nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("conversation_id", _TEXT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", _INSTANT),
        sa.Column("sent_at", _INSTANT),
        sa.Column("dead_at", _INSTANT),
        sa.Column("problem", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_deliveries_conversation_id"
        ),
    )
    for columns in (["next_at"], ["dead_at"], ["sent_at"], ["conversation_id", "sent_at"]):
        op.create_index(f"ix_deliveries_{'_'.join(columns)}", "deliveries", columns)
    op.create_table(
        "followers",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_followers"),
    )
    op.create_table(
        "notice_choices",
        sa.Column("person_id", _TEXT, nullable=False),
        sa.Column("notices", sa.Text(), nullable=False),
        sa.Column("locale", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_notice_choices"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notice_choices_person_id"),
    )
