"""What became of each conversation, and the sets that this puts it into: one statement says it, and
every count, list and trend is read from it, so that a number and the list behind it cannot
disagree."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, case, not_, or_, select

from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.figures_log import LogAsOf
from assistant.adapters.sql.standings import SURVEYED
from assistant.domain.answer import Decision
from assistant.ports.figures import HELPED, Counted, Rung, Took


def facts(held: Select[Any], database: Database) -> Select[Any]:
    """A row for each of what `LogAsOf` held, with a column `is_…` for each set."""
    seen = _once(held, "seen")
    log = LogAsOf(seen.c.at, database, beside=seen)
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
    first = and_(m.mature, not_(m.returns))
    labelled = (_rung(moved, back).label("rung"), back.label("back"), first.label("first"))
    found = _once(select(*m, *labelled), "facts")
    columns = [case((of, 1), else_=0).label(f"is_{name}") for name, of in _sets(found).items()]
    return select(found, *columns)


def _rung(moved: CTE, back: ColumnElement[bool]) -> ColumnElement[str]:
    m = moved.c
    said_so = and_(m.praised, not_(m.blamed))
    # What was blamed before a person came was not what the person did.
    failed = or_(m.blamed_people, and_(m.blamed, not_(m.with_person)))
    resolved = or_(said_so, and_(m.resolved_at.is_not(None), not_(failed)))
    trouble = or_(m.blamed, m.unanswered, m.last_decision != Decision.ANSWER.value)
    return case(
        (and_(resolved, m.mature, not_(back)), Rung.DURABLE.value),
        (said_so, Rung.CONFIRMED.value),
        (m.with_person, Rung.PERSON.value),
        (not_(m.answered), Rung.ABANDONED.value),
        (or_(trouble, back), Rung.CONTAINED.value),
        else_=Rung.ASSUMED.value,
    )


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
        Counted.HANDED: f.handed,
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
