"""Counts over cohorts of conversations: from the roll-ups where they hold, from the log where
something happened since. What the roll-ups say of those is taken out, what the log says put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, not_, select

from assistant.adapters.sql.figures_engine import listed
from assistant.adapters.sql.figures_facts import facts
from assistant.adapters.sql.figures_log import LogAsOf, one_moment
from assistant.adapters.sql.figures_tally import Sums, summed
from assistant.adapters.sql.log_rows import conversation_from
from assistant.adapters.sql.part import batches
from assistant.adapters.sql.rollups import Neighbours, RollUpTables, rolled_up_to
from assistant.adapters.sql.rollups_kept import Kept
from assistant.adapters.sql.schema import conversations, events, surveys
from assistant.adapters.sql.schema_insights import digests
from assistant.adapters.sql.standings import Standing, moment, standing_from
from assistant.domain.conversation import Conversation
from assistant.ports.figures import (
    SIMULATED,
    Cohort,
    Counted,
    Fact,
    Outcome,
    RatedConversation,
    Rung,
    Tally,
)

_C = conversations.c
_READ = (digests.c.effort, digests.c.theme_id)
_MOST_LIVE = 5000
"""With more events that were not rolled up yet the log alone is asked."""
_CHECKED = timedelta(days=7)
"""Conversations that began in so long a time are held against the log at once."""
_AGES = (timedelta(), timedelta(days=30))


class FiguresTables(RollUpTables):
    """What is counted of conversations."""

    def tally(self, cohort: Cohort) -> Tally:
        kept = Kept(cohort)
        with self._db.read() as connection:
            if (live := self._live(connection, kept)) is None:
                return summed(self._in_log(connection, cohort), at_us=kept.at_us).tally()
            sums = Sums(kept.at_us)
            kept.add_to(sums, connection)
            for standing in kept.of(connection, live):
                sums.take_out(standing)
            for standing in self._in_log(connection, cohort, live):
                sums.add(standing)
        return sums.tally()

    def recount(self, cohort: Cohort) -> Tally:
        with self._db.read() as connection:
            found = self._in_log(connection, cohort)
            return summed(found, at_us=Kept(cohort).at_us).tally()

    def facts(self, cohort: Cohort) -> Sequence[Fact]:
        query = select(digests.c.conversation_id, *_READ).join(conversations)
        found, rows = self._beside(cohort, query)
        read = {id: (effort, theme_id) for id, effort, theme_id in rows}
        unread = (None, None)
        return [_fact(each, *read.get(each.conversation_id, unread)) for each in found]

    def outcomes(self, cohort: Cohort) -> Sequence[Outcome]:
        query = select(_C.id, *_READ, _C.channel, digests.c.predicted).outerjoin(digests)
        found, rows = self._beside(cohort, query)
        told = {id: beside for id, *beside in rows}
        return [_outcome(each, *told[each.conversation_id]) for each in found]

    def counted(
        self, cohort: Cohort, name: str, *, limit: int = 50, skip: int = 0
    ) -> Sequence[Conversation]:
        kept = Kept(cohort)
        with self._db.read() as connection:
            live = self._live(connection, kept)
            found = self._in_log(connection, cohort, live)
            latest = [(each.began_us, each.conversation_id) for each in found if each.is_in(name)]
            if live is not None:
                but = listed(live, self._db)
                rows = connection.execute(kept.latest(name, but=but, limit=skip + limit))
                latest += [(began_us, id) for began_us, id in rows]
            ids = [id for _, id in sorted(latest, reverse=True)[skip : skip + limit]]
            rows = connection.execute(select(conversations).where(_C.id.in_(ids)))
            read = {row.id: conversation_from(row) for row in rows}
        return [read[id] for id in ids]

    def wrong_roll_ups(self) -> Sequence[date]:
        with self._db.read() as connection:
            if rolled_up_to(connection) is None:
                return []
            ends = connection.execute(select(func.min(_C.created_at), func.max(_C.created_at)))
            first, last = ends.one()
        wrong: set[str] = set()
        now = self._now()
        while first is not None and first <= last:
            following = _midnight(first.date()) + _CHECKED
            for age in _AGES:
                cohort = Cohort(_midnight(first.date()), following, now - age)
                for simulated in (False, True):
                    wrong |= self._wrong(replace(cohort, simulated=simulated))
            first = following
        return sorted(map(date.fromisoformat, wrong))

    def rated(self, *, limit: int, simulated: bool) -> Sequence[RatedConversation]:
        made_up = _C.visitor_id.startswith(SIMULATED)
        query = select(
            surveys.c.conversation_id, _C.locale, surveys.c.csat, surveys.c.created_at.label("at")
        ).join(conversations)
        query = query.where(surveys.c.csat.is_not(None), made_up if simulated else not_(made_up))
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(surveys.c.id.desc()).limit(limit))
            return [RatedConversation(**row._mapping) for row in rows]

    def simulated_conversations(self) -> int:
        query = select(func.count()).where(_C.visitor_id.startswith(SIMULATED))
        with self._db.read() as connection:
            return connection.execute(query).scalar_one()

    def _beside(
        self, cohort: Cohort, query: Select[Any]
    ) -> tuple[list[Standing], Sequence[Row[*tuple[Any, ...]]]]:
        """The cohort's conversations in time, and what the query tells of those of its period."""
        period = (_C.created_at >= cohort.since, _C.created_at < cohort.until)
        with self._db.read() as connection:
            found = sorted(self._standings_of(connection, cohort), key=_in_time)
            return found, connection.execute(query.where(*period)).all()

    def _standings_of(self, connection: Connection, cohort: Cohort) -> Iterator[Standing]:
        kept = Kept(cohort)
        if (live := self._live(connection, kept)) is not None:
            yield from (each for each in kept.all(connection) if each.conversation_id not in live)
        yield from self._in_log(connection, cohort, live)

    def _live(self, connection: Connection, kept: Kept) -> set[str] | None:
        """Conversations of which the roll-ups may not tell the latest; None: they tell nothing."""
        touched = self._touched(connection)
        return None if touched is None else {*touched, *kept.unknown(connection)}

    def _touched(self, connection: Connection) -> Sequence[str] | None:
        """Those that something was written about since; None as above."""
        if (to := rolled_up_to(connection)) is None:
            return None
        query = select(events.c.conversation_id).where(events.c.id > to).limit(_MOST_LIVE + 1)
        touched = connection.execute(query).scalars().all()
        if len(touched) > _MOST_LIVE:
            return None
        return Neighbours(connection, touched).ids

    def _in_log(
        self, connection: Connection, cohort: Cohort, only: set[str] | None = None
    ) -> Iterator[Standing]:
        seen = LogAsOf(one_moment(cohort.at), self._db).seen(cohort)
        if only is None:
            yield from map(standing_from, connection.execute(facts(seen, self._db)))
            return
        for batch in batches(only):
            of_these = facts(seen.where(_C.id.in_(batch)), self._db)
            yield from map(standing_from, connection.execute(of_these))

    def _wrong(self, cohort: Cohort) -> set[str]:
        """Days of conversations that stood otherwise than the roll-ups say."""
        kept = Kept(cohort)
        with self._db.read() as connection:
            if (live := self._live(connection, kept)) is None:
                return set()
            pairs = {(each.conversation_id, each) for each in kept.all(connection)}
            differ = pairs ^ {
                (each.conversation_id, each) for each in self._in_log(connection, cohort)
            }
        return {each.day for id, each in differ if id not in live}


def _fact(standing: Standing, effort: int | None, theme_id: str | None) -> Fact:
    return Fact(
        conversation_id=standing.conversation_id,
        locale=standing.locale,
        helped=standing.is_in(Counted.HELPED),
        reason=standing.reason,
        waited=None if standing.person_us is None else standing.person_us / 1e6,
        csat=standing.last("csat"),
        effort=effort,
        theme_id=theme_id,
    )


def _outcome(
    standing: Standing,
    effort: int | None,
    theme_id: str | None,
    channel: str | None,
    predicted: float | None,
) -> Outcome:
    return Outcome(
        **vars(_fact(standing, effort, theme_id)),
        began=moment(standing.began_us),
        rung=next(rung for rung in Rung if standing.is_in(rung)),
        channel=channel,
        ces=standing.last("ces"),
        wrong=standing.is_in(Counted.WRONG),
        reopened=standing.is_in(Counted.REOPENED),
        predicted=predicted,
    )


def _in_time(standing: Standing) -> tuple[int, str]:
    return standing.began_us, standing.conversation_id


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
