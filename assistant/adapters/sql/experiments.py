"""Experiments, and the conversations in which visitors met them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Row,
    Table,
    UniqueConstraint,
    select,
    update,
)

from assistant.adapters.sql.cases import store_team_setting, team_setting_in
from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.figures import FiguresTables
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import conversations, metadata
from assistant.domain.experiment import Arm, Experiment, Exposure, Goal, Subject
from assistant.errors import Refused, UnknownThing
from assistant.ports import Deed
from assistant.ports.experiments import Met
from assistant.ports.figures import Cohort

experiments = Table(
    "experiments",
    metadata,
    Column("id", CleanText, primary_key=True),
    Column("name", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("value", JsonText, nullable=False),
    Column("share", Double, nullable=False),
    Column("goal", CleanText, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("adopted", Boolean, nullable=False),
    Column("replaced", JsonText),
    # The subject while it runs, else nothing: of each subject one runs at most.
    Column("runs_on", CleanText),
    UniqueConstraint("runs_on"),
)

exposures = Table(
    "exposures",
    metadata,
    Column("experiment_id", CleanText, ForeignKey("experiments.id"), primary_key=True),
    Column("conversation_id", CleanText, ForeignKey("conversations.id"), primary_key=True),
    Column("arm", CleanText, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "conversation_id"),
)

_E, _X, _C = experiments.c, exposures.c, conversations.c
_KEPT = [column for column in experiments.c if column.name != "runs_on"]


class ExperimentTables(FiguresTables):
    """Who met an experiment is told by conversation, so that whoever signs in takes it along."""

    def experiments(self) -> list[Experiment]:
        query = select(*_KEPT).order_by(_E.started_at.desc(), _E.id)
        with self._db.read() as connection:
            return [_experiment(row) for row in connection.execute(query)]

    def start_experiment(self, experiment: Experiment, *, deed: Deed) -> None:
        row = asdict(experiment) | {"runs_on": experiment.subject}
        insert = self._db.insert(experiments).values(row)
        with self._db.write() as connection:
            started = insert.on_conflict_do_nothing(index_elements=["runs_on"])
            if connection.execute(started.returning(_E.id)).first() is None:
                raise Refused(
                    f"Another experiment with {experiment.subject.value!r} runs; stop it first."
                )
            add_deed(connection, deed)

    def end_experiment(
        self, experiment_id: str, *, at: datetime, adopt: bool, deed: Deed
    ) -> Experiment:
        this = _E.id == experiment_id
        ending: dict[str, Any] = {"ended_at": at, "adopted": adopt, "runs_on": None}
        with self._db.write() as connection:
            row = connection.execute(select(*_KEPT).where(this)).one_or_none()
            if row is None:
                raise UnknownThing("experiment", experiment_id)
            ended = _experiment(row)
            if adopt:
                ending["replaced"] = team_setting_in(connection, row.subject)
            running = update(experiments).where(this, _E.ended_at.is_(None))
            if not connection.execute(running.values(**ending)).rowcount:
                raise Refused("This experiment has ended already.")
            if adopt:
                now = ended.over(ending["replaced"])
                store_team_setting(connection, self._db, row.subject, now)
            add_deed(connection, deed)
        return replace(ended, ended_at=at, adopted=adopt, replaced=ending.get("replaced"))

    def expose(self, exposure: Exposure) -> None:
        this = (
            _X.experiment_id == exposure.experiment_id,
            _X.conversation_id == exposure.conversation_id,
        )
        with self._db.read() as connection:
            if connection.execute(select(_X.at).where(*this)).first() is not None:
                return
        insert = self._db.insert(exposures).values(asdict(exposure))
        with self._db.write() as connection:
            connection.execute(insert.on_conflict_do_nothing())

    def met(self, experiment_id: str, *, until: datetime) -> Sequence[Met]:
        query = select(_C.visitor_id, _X.conversation_id, _X.arm, _X.at).join(conversations)
        query = query.where(_X.experiment_id == experiment_id, _X.at < until)
        query = query.order_by(_X.at, _X.conversation_id)
        with self._db.read() as connection:
            rows = connection.execute(query)
            return [Met(row[0], row[1], Arm(row[2]), row[3]) for row in rows]

    def outcomes(self, cohort: Cohort, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        with self._db.read() as connection:
            return {
                each.conversation_id: frozenset(name for name in names if each.is_in(name))
                for each in self._standings_of(connection, cohort)
            }


def _experiment(row: Row[*tuple[Any, ...]]) -> Experiment:
    typed = {"subject": Subject(row.subject), "goal": Goal(row.goal)}
    return Experiment(**dict(row._mapping) | typed)
