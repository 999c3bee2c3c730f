"""Experiments, and the conversations in which visitors met them."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("id", _TEXT, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("subject", _TEXT, nullable=False),
        sa.Column("value", _TEXT, nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("goal", _TEXT, nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("runs_on", _TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_experiments"),
        sa.UniqueConstraint("runs_on", name="uq_experiments_runs_on"),
    )
    op.create_table(
        "exposures",
        sa.Column("experiment_id", _TEXT, nullable=False),
        sa.Column("conversation_id", _TEXT, nullable=False),
        sa.Column("arm", _TEXT, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("experiment_id", "conversation_id", name="pk_exposures"),
        sa.ForeignKeyConstraint(
            ["experiment_id"], ["experiments.id"], name="fk_exposures_experiment_id"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_exposures_conversation_id"
        ),
    )
    op.create_index("ix_exposures_conversation_id", "exposures", ["conversation_id"])
