"""Experiments, and the conversations in which visitors met them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    Column,
    Connection,
    Double,
    ForeignKey,
    Index,
    Row,
    Select,
    Table,
    UniqueConstraint,
    and_,
    case,
    func,
    not_,
    or_,
    select,
    true,
    update,
)

from assistant.adapters.sql.cases import store_team_setting, team_setting_in
from assistant.adapters.sql.columns import CleanText, Instant, JsonText
from assistant.adapters.sql.figures import FiguresTables
from assistant.adapters.sql.figures_engine import listed
from assistant.adapters.sql.figures_facts import facts
from assistant.adapters.sql.figures_log import LogAsOf, one_moment
from assistant.adapters.sql.part import batches
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.rollups_kept import counts
from assistant.adapters.sql.schema import conversations, metadata
from assistant.adapters.sql.schema_insights import standings
from assistant.adapters.sql.standings import microseconds, standing_from
from assistant.domain.experiment import Arm, Experiment, Exposure, Goal, Subject
from assistant.errors import Refused, UnknownThing
from assistant.ports import Deed
from assistant.ports.experiments import Met

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

_E, _X, _C, _S = experiments.c, exposures.c, conversations.c, standings.c
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

    def expose(self, exposure: Exposure) -> Arm:
        ids = exposure.experiment_id, exposure.conversation_id
        if (met := self.arm_met(*ids)) is not None:
            return met
        insert = self._db.insert(exposures).values(asdict(exposure))
        with self._db.write() as connection:
            connection.execute(insert.on_conflict_do_nothing())
            # Of two at once the other's may stand.
            return _arm_met(connection, *ids) or exposure.arm

    def arm_met(self, experiment_id: str, conversation_id: str) -> Arm | None:
        with self._db.read() as connection:
            return _arm_met(connection, experiment_id, conversation_id)

    def met(
        self, experiment_id: str, reached: Collection[str], *, settled: datetime, at: datetime
    ) -> Met:
        arms, fresh, crossed = dict.fromkeys(Arm, (0, 0)), 0, 0
        with self._db.read() as connection:
            first = _first_of_each(experiment_id, at)
            touched = self._touched(connection)
            unsure = None if touched is None else listed(touched, self._db)
            by_roll_up = _by_roll_up(first, reached, at, unsure=unsure)
            lately = (first.c.at > settled).label("lately")
            query = by_roll_up.add_columns(first.c.arm, first.c.crossed, lately)
            query = query.group_by(first.c.arm, first.c.crossed, lately)
            for row in connection.execute(query):
                if row.crossed:
                    crossed += row.n
                elif row.lately:
                    fresh += row.n
                else:
                    asked = row.unsure.split(",") if row.unsure else []
                    by_log = self._reached(connection, asked, reached, at)
                    arms[Arm(row.arm)] = row.reached + by_log, row.n
        return Met(arms, fresh, crossed)

    def _reached(
        self, connection: Connection, ids: Iterable[str], names: Collection[str], at: datetime
    ) -> int:
        """How many of these the log says reached it."""
        held, count = LogAsOf(one_moment(at), self._db).held(), 0
        for batch in batches(ids):
            of_these = facts(held.where(_C.id.in_(batch)), self._db)
            stood = map(standing_from, connection.execute(of_these))
            count += sum(any(map(each.is_in, names)) for each in stood)
        return count


def _arm_met(connection: Connection, experiment_id: str, conversation_id: str) -> Arm | None:
    this = (_X.experiment_id == experiment_id, _X.conversation_id == conversation_id)
    met = connection.execute(select(_X.arm).where(*this)).scalar_one_or_none()
    return None if met is None else Arm(met)


def _first_of_each(experiment_id: str, at: datetime) -> CTE:
    """Of each visitor the first conversation in which they met it, and whether they met both."""
    theirs = _C.visitor_id
    nth = func.row_number().over(partition_by=theirs, order_by=(_X.at, _X.conversation_id))
    arms = [end(_X.arm).over(partition_by=theirs) for end in (func.min, func.max)]
    both = arms[0] != arms[1]
    query = select(_X.conversation_id, _X.arm, _X.at, nth.label("nth"), both.label("crossed"))
    query = query.join(conversations).where(_X.experiment_id == experiment_id, _X.at < at)
    met = query.subquery()
    return select(met).where(met.c.nth == 1).cte("first")


def _by_roll_up(
    first: CTE, names: Collection[str], at: datetime, *, unsure: Select[str] | None
) -> Select[*tuple[Any, ...]]:
    """How many there are, how many of them reached it, and the ids of which only the log can tell:
    all of them where the roll-ups tell nothing. Of whoever never wrote there is no roll-up."""
    at_us = microseconds(at)
    stood = and_(_S.conversation_id == first.c.conversation_id, _S.since_us <= at_us)
    unread = and_(_S.conversation_id.is_not(None), _S.sets.is_(None))
    asked = true() if unsure is None else or_(first.c.conversation_id.in_(unsure), unread)
    reached = and_(not_(asked), or_(*map(counts, names)))
    return select(
        func.count().label("n"),
        func.sum(case((reached, 1), else_=0)).label("reached"),
        func.aggregate_strings(case((asked, first.c.conversation_id)), ",").label("unsure"),
    ).select_from(first.outerjoin(standings, and_(stood, _S.until_us > at_us)))


def _experiment(row: Row[*tuple[Any, ...]]) -> Experiment:
    typed = {"subject": Subject(row.subject), "goal": Goal(row.goal)}
    return Experiment(**dict(row._mapping) | typed)
