"""Counts over cohorts of conversations: one statement says what became of each of them, and every
count, list and trend is read from it, so that a number and the list behind it cannot disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, false, func, not_, or_, select

from assistant.adapters.sql.figures_engine import seconds
from assistant.adapters.sql.figures_log import LogAsOf, began
from assistant.adapters.sql.figures_tally import tallied
from assistant.adapters.sql.log_rows import conversation_from
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import conversations, surveys
from assistant.adapters.sql.schema_insights import digests
from assistant.domain.answer import Decision
from assistant.domain.conversation import Conversation
from assistant.ports.figures import (
    FIELDS,
    GOOD,
    SIMULATED,
    By,
    Cohort,
    Counted,
    Fact,
    RatedConversation,
    Rung,
    Tally,
    Took,
    answers,
    surveyed,
)

_C = conversations.c
_GOOD_RUNGS = [Rung.ASSUMED.value, Rung.CONFIRMED.value, Rung.DURABLE.value]


class FiguresTables(StorePart):
    """What was counted is never kept: it is read from the log whenever asked for."""

    def tally(self, cohort: Cohort) -> Tally:
        facts = self._facts(cohort)
        sets = _sets(facts)
        columns = [case((of, 1), else_=0).label(f"is_{name}") for name, of in sets.items()]
        query = select(facts, *columns).order_by(facts.c.created_at)
        given = select(surveys).join(conversations)
        given = given.where(*began(cohort), surveys.c.created_at <= cohort.at)
        given = given.order_by(surveys.c.id)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
            responses = connection.execute(given).all()
        return tallied(rows, responses, names=list(sets), at=cohort.at)

    def facts(self, cohort: Cohort) -> Sequence[Fact]:
        facts = self._facts(cohort)
        f = facts.c
        query = (
            select(
                f.id.label("conversation_id"),
                _C.locale,
                f.rung.in_(_GOOD_RUNGS).label("helped"),
                f.first_reason.label("reason"),
                seconds(f.first_call_at, f.person_at, self._db).label("waited"),
                _last_answer(surveys.c.csat, facts, cohort).label("csat"),
                digests.c.effort,
                digests.c.theme_id,
            )
            .join(conversations, _C.id == f.id)
            .outerjoin(digests, digests.c.conversation_id == f.id)
            .order_by(f.created_at, f.id)
        )
        with self._db.read() as connection:
            return [Fact(**row._mapping) for row in connection.execute(query)]

    def counted(
        self, cohort: Cohort, name: str, *, limit: int = 50, skip: int = 0
    ) -> Sequence[Conversation]:
        facts = self._facts(cohort)
        query = select(conversations).join(facts, facts.c.id == _C.id)
        sets = _sets(facts) | _answers(facts, cohort)
        query = query.where(sets.get(name, false()))
        newest = query.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit).offset(skip)
        with self._db.read() as connection:
            return [conversation_from(row) for row in connection.execute(newest)]

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

    # -- what became of each conversation

    def _facts(self, cohort: Cohort) -> CTE:
        """A row for each conversation of the cohort."""
        log = LogAsOf(cohort.at, self._db)
        seen = _once(log.seen(cohort), "seen")
        moved = _once(
            select(
                *seen.c,
                log.back(seen, later=True).label("returned"),
                log.back(seen, later=False).label("returns"),
                log.is_over(seen).label("mature"),
            ),
            "moved",
        )
        m = moved.c
        back = or_(m.returned, m.reopened)
        said_so = and_(m.praised, not_(m.blamed))
        resolved = or_(said_so, m.resolved_at.is_not(None))
        trouble = or_(m.blamed, m.unanswered, m.last_decision != Decision.ANSWER.value)
        rung = case(
            (and_(resolved, m.mature, not_(back)), Rung.DURABLE.value),
            (said_so, Rung.CONFIRMED.value),
            (m.with_person, Rung.PERSON.value),
            (not_(m.answered), Rung.ABANDONED.value),
            (or_(trouble, back), Rung.CONTAINED.value),
            else_=Rung.ASSUMED.value,
        )
        first = and_(m.mature, not_(m.returns))
        labelled = (rung.label("rung"), back.label("back"), first.label("first"))
        return _once(select(*m, *labelled), "facts")


def _once(query: Select[Any], name: str) -> CTE:
    """Read once, however often its columns are named: each of them is a search of its own."""
    return query.cte(name).prefix_with("MATERIALIZED")


def _sets(facts: CTE) -> dict[str, ColumnElement[bool]]:
    """Every set that is counted, by name."""
    f = facts.c
    good = f.rung.in_(_GOOD_RUNGS)
    rungs = {rung.value: f.rung == rung.value for rung in Rung}
    resolved = f.resolved_at.is_not(None)
    others: dict[Counted, ColumnElement[bool]] = {
        Counted.ALL: f.id.is_not(None),
        Counted.HELPED: good,
        Counted.ASKED: f.asked,
        Counted.UNANSWERED: f.unanswered,
        Counted.ANSWERED: f.answered,
        Counted.WRONG: and_(f.answered, f.wrong),
        Counted.HANDED: f.handed,
        Counted.FIRST_CONTACT: f.first,
        Counted.FIRST_CONTACT_RESOLVED: and_(f.first, good, not_(f.back)),
        Counted.RESOLVED: resolved,
        Counted.REOPENED: and_(resolved, f.reopened),
    }
    timed: dict[Took, ColumnElement[bool]] = {
        Took.FIRST_REPLY: f.replied_at.is_not(None),
        Took.TO_PERSON: f.person_at.is_not(None),
        Took.WAITING: and_(f.handed, f.person_at.is_(None), f.closed_at.is_(None)),
        Took.RESOLUTION: resolved,
    }
    asked = {
        surveyed(by, answered=answered): and_(
            f.with_person if by is By.PEOPLE else not_(f.with_person),
            f.responded if answered else f.surveyed,
        )
        for by in By
        for answered in (False, True)
    }
    found = {counted.value: others[counted] for counted in Counted}
    return rungs | found | {took.value: timed[took] for took in Took} | asked


def _answers(facts: CTE, cohort: Cohort) -> dict[str, ColumnElement[bool]]:
    """The sets behind what customers answered, which no count needs."""
    found: dict[str, ColumnElement[bool]] = {}
    for field in FIELDS:
        last = _last_answer(surveys.c[field], facts, cohort)
        for by in By:
            mine = facts.c.with_person if by is By.PEOPLE else not_(facts.c.with_person)
            found[answers(field, by)] = and_(mine, last.is_not(None))
            if field in GOOD:
                found[answers(field, by, good=True)] = and_(mine, last >= GOOD[field])
    return found


def _last_answer(value: Any, facts: CTE, cohort: Cohort) -> Any:
    """The last that the conversation's customer gave to this question of a survey."""
    of_it = (surveys.c.conversation_id == facts.c.id, surveys.c.created_at <= cohort.at)
    query = select(value).where(*of_it, value.is_not(None)).order_by(surveys.c.id.desc())
    return query.limit(1).correlate(facts).scalar_subquery()
