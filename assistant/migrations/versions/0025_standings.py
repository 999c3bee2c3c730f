"""How conversations stood from one moment until another: what figures are added up from."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "standings",
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("day", _TEXT, nullable=False),
        sa.Column("began_us", sa.BigInteger(), nullable=False),
        sa.Column("locale", _TEXT, nullable=False),
        sa.Column("sets", sa.BigInteger()),
        sa.Column("reason", _TEXT),
        sa.Column("called_us", sa.BigInteger()),
        sa.Column("reply_us", sa.BigInteger()),
        sa.Column("person_us", sa.BigInteger()),
        sa.Column("resolution_us", sa.BigInteger()),
        *(
            sa.Column(field, sa.Integer())
            for field in ("csat", "ces", "nps", "useful", "easy", "enjoyable")
        ),
        sa.PrimaryKeyConstraint("conversation_id", "since_us", name="pk_standings"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_standings_conversation_id"
        ),
    )
    op.create_index(
        "ix_standings_sums",
        "standings",
        [
            *("simulated", "day", "sets", "reason", "locale", "began_us", "since_us", "until_us"),
            *("called_us", "reply_us", "person_us", "resolution_us"),
        ],
    )
    unknown = sa.text("sets IS NULL")
    op.create_index(
        "ix_standings_unknown",
        "standings",
        ["conversation_id"],
        sqlite_where=unknown,
        postgresql_where=unknown,
    )
