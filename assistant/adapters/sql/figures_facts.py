"""What became of each conversation, and the sets that this puts it into: one statement says it, and
every count, list and trend is read from it, so that a number and the list behind it cannot
disagree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, func, not_, or_, select

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.figures_log import LogAsOf
from assistant.adapters.sql.standings import SURVEYED
from assistant.domain.answer import Decision
from assistant.ports.figures import HELPED, Counted, Rung, Took

_UNMET = [Decision.CLARIFY.value, Decision.HANDOFF.value]


def facts(held: Select[Any], database: Database) -> Select[Any]:
    """A row for each of what `LogAsOf` held, with a column `is_…` for each set."""
    seen = _once(held, "seen")
    log = LogAsOf(seen.c.at, database, beside=seen)
    s = seen.c
    moments = {
        "ended_at": log.ended_at(seen),
        "people_at": _earlier(s.handed_at, s.written_at),
        "praised_at": _later(s.thumb_up_at, s.rated_well_at),
        "blamed_at": _later(s.thumb_down_at, s.rated_badly_at),
    }
    ended = _once(select(*s, *(at.label(name) for name, at in moments.items())), "ended")
    log = LogAsOf(ended.c.at, database, beside=ended)
    moved = _once(
        select(
            *ended.c,
            log.reopened(ended, soon=False).label("reopened"),
            log.reopened(ended, soon=True).label("soon"),
            log.back(ended, later=True).label("returned"),
            log.back(ended, later=False).label("returns"),
            log.is_over(ended.c.ended_at).label("mature"),
        ),
        "moved",
    )
    m = moved.c
    back = or_(m.returned, m.soon)
    first = and_(m.mature, not_(m.returns))
    labelled = (_rung(moved, back).label("rung"), back.label("back"), first.label("first"))
    found = _once(select(*m, *labelled), "facts")
    columns = [case((of, 1), else_=0).label(f"is_{name}") for name, of in _sets(found).items()]
    return select(found, *columns)


def _rung(moved: CTE, back: ColumnElement[bool]) -> ColumnElement[str]:
    m = moved.c
    # What was said before a person came was not said of what the person did.
    failed = _since(m.people_at, m.blamed_at)
    # Nor does a thumb up tell of what was asked afterwards, and not answered.
    met = or_(m.last_decision.not_in(_UNMET), _since(m.last_asked_at, m.praised_at))
    said_so = and_(_since(m.people_at, m.praised_at), met, not_(failed))
    resolved = or_(said_so, and_(m.resolved_at.is_not(None), not_(failed)))
    unclear = or_(m.unanswered, m.last_decision != Decision.ANSWER.value)
    trouble = or_(m.blamed_at.is_not(None), unclear)
    return case(
        (m.waits_since.is_not(None), Rung.PERSON.value),
        (and_(resolved, m.mature, not_(back)), Rung.DURABLE.value),
        (said_so, Rung.CONFIRMED.value),
        (m.people_at.is_not(None), Rung.PERSON.value),
        (not_(m.answered), Rung.ABANDONED.value),
        (or_(trouble, back), Rung.CONTAINED.value),
        else_=Rung.ASSUMED.value,
    )


def _since(start: Any, moment: Any) -> ColumnElement[bool]:
    """Whether it is a moment at all, and not before the start where there is one."""
    return and_(moment.is_not(None), or_(start.is_(None), moment >= start))


def _later(one: Any, other: Any) -> Any:
    """Of two moments; where one is unknown, the other."""
    return case((one >= other, one), else_=func.coalesce(other, one))


def _earlier(one: Any, other: Any) -> Any:
    return case((one <= other, one), else_=func.coalesce(other, one))


def _once(query: Select[Any], name: str) -> CTE:
    """Read once, however often its columns are named: each of them is a search of its own."""
    return query.cte(name).prefix_with("MATERIALIZED")


def _sets(facts: CTE) -> dict[str, ColumnElement[bool]]:
    """Every set that is counted, by name."""
    f = facts.c
    good = f.rung.in_([rung.value for rung in HELPED])
    rungs = {rung.value: f.rung == rung.value for rung in Rung}
    resolved = f.resolved_at.is_not(None)
    others: dict[Counted, ColumnElement[bool]] = {
        Counted.ALL: f.id.is_not(None),
        Counted.HELPED: good,
        Counted.ASKED: f.asked,
        Counted.UNANSWERED: f.unanswered,
        Counted.ANSWERED: f.answered,
        Counted.WRONG: and_(f.answered, f.wrong),
        Counted.HANDED: f.handed_at.is_not(None),
        Counted.FIRST_CONTACT: f.first,
        Counted.FIRST_CONTACT_RESOLVED: and_(f.first, good, not_(f.back)),
        Counted.RESOLVED: resolved,
        Counted.REOPENED: and_(resolved, f.reopened),
        Counted.RETURNED: f.back,
    }
    timed: dict[Took, ColumnElement[bool]] = {
        Took.FIRST_REPLY: f.replied_at.is_not(None),
        Took.TO_PERSON: f.person_at.is_not(None),
        Took.WAITING: f.waits_since.is_not(None),
        Took.RESOLUTION: resolved,
    }
    asked = {name: f[name] for name in SURVEYED}
    found = {counted.value: others[counted] for counted in Counted}
    times = {took.value: timed[took] for took in Took}
    return rungs | found | times | asked
