"""Counts over cohorts of conversations: one statement says what became of each of them, and every
count, list and trend is read from it, so that a number and the list behind it cannot disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.figures_engine import first_article, seconds
from assistant.adapters.sql.figures_tally import tallied
from assistant.adapters.sql.log_rows import conversation_from
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import (
    conversations,
    events,
    feedback,
    handoffs,
    judgements,
    messages,
    surveys,
    turns,
)
from assistant.case_ports import Verdict
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Conversation
from assistant.domain.handoff import Reason
from assistant.domain.ownership import Event
from assistant.ports.figures import (
    BACK_WITHIN,
    SIMULATED,
    By,
    Cohort,
    Counted,
    Rung,
    Tally,
    Took,
    surveyed,
)

_C = conversations.c
_QUESTIONS = [Decision.ANSWER.value, Decision.CLARIFY.value, Decision.HANDOFF.value]
_NO_ANSWER = [
    reason.value
    for reason in (
        Reason.NOT_COVERED,
        Reason.LOW_CONFIDENCE,
        Reason.STILL_UNCLEAR,
        Reason.EMPTY_HELP_CENTER,
        Reason.FAILURE,
    )
]
_GOOD, _BAD = 4, 2
"""CSAT from here up says that it helped, from here down that it did not."""


class FiguresTables(StorePart):
    """What was counted is never kept: it is read from the log whenever asked for."""

    def tally(self, cohort: Cohort) -> Tally:
        facts = self._facts(cohort)
        sets = _sets(facts)
        columns = [case((of, 1), else_=0).label(f"is_{name}") for name, of in sets.items()]
        query = select(facts, *columns).order_by(facts.c.created_at)
        given = select(surveys).join(conversations).where(*_began(cohort))
        with self._db.read() as connection:
            rows = connection.execute(query).all()
            responses = connection.execute(given).all()
        return tallied(rows, responses, names=list(sets), at=cohort.at)

    def counted(
        self, cohort: Cohort, name: str, *, limit: int = 50, skip: int = 0
    ) -> Sequence[Conversation]:
        facts = self._facts(cohort)
        query = select(conversations).join(facts, facts.c.id == _C.id)
        query = query.where(_sets(facts).get(name, false()))
        newest = query.order_by(_C.created_at.desc(), _C.id.desc()).limit(limit).offset(skip)
        with self._db.read() as connection:
            return [conversation_from(row) for row in connection.execute(newest)]

    def simulated_conversations(self) -> int:
        query = select(func.count()).where(_C.visitor_id.startswith(SIMULATED))
        with self._db.read() as connection:
            return connection.execute(query).scalar_one()

    # -- what became of each conversation

    def _facts(self, cohort: Cohort) -> CTE:
        """A row for each conversation of the cohort."""
        seen = _once(self._seen(cohort), "seen")
        moved = _once(
            select(
                *seen.c,
                self._back(seen, later=True).label("returned"),
                self._back(seen, later=False).label("returns"),
                self._is_over(seen, cohort).label("mature"),
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

    def _is_over(self, seen: CTE, cohort: Cohort) -> ColumnElement[bool]:
        """Old enough to know whether the customer came back."""
        quiet = seconds(seen.c.last_at, literal(cohort.at, Instant), self._db)
        return quiet >= BACK_WITHIN.total_seconds()

    def _seen(self, cohort: Cohort) -> Select[Any]:
        """What the log holds of each conversation of the cohort."""
        of_customer = messages.c.author == Author.CUSTOMER.value
        columns = {
            "with_person": or_(_has(handoffs), _has(messages, _by(Author.AGENT))),
            "handed": _has(handoffs),
            "asked": _has(turns, turns.c.decision.in_(_QUESTIONS)),
            "answered": _has(turns, turns.c.decision == Decision.ANSWER.value),
            "unanswered": _has(
                turns,
                turns.c.decision == Decision.HANDOFF.value,
                turns.c.reason.in_(_NO_ANSWER),
            ),
            "praised": or_(_thumb(up=True), _has(surveys, surveys.c.csat >= _GOOD)),
            "blamed": or_(_thumb(up=False), _has(surveys, surveys.c.csat <= _BAD)),
            "wrong": or_(_thumb(messages.c.citations != [], up=False), self._judged_wrong()),
            "surveyed": _has(events, events.c.kind == "survey_asked"),
            "responded": _has(surveys),
            "reopened": _has(messages, of_customer, messages.c.created_at > _resolved_at()),
            "last_decision": _last_decision(),
            "first_reason": _first_of(handoffs, handoffs.c.reason),
            "first_call_at": _first_of(handoffs, handoffs.c.created_at),
            "person_at": _first_of(handoffs, handoffs.c.answered_at),
            "closed_at": _first_of(handoffs, handoffs.c.closed_at),
            "first_at": _of(messages, func.min(messages.c.created_at), of_customer),
            "last_at": _of(messages, func.max(messages.c.created_at)),
            "replied_at": _replied_at(),
            "resolved_at": _resolved_at(),
        }
        query = select(_C.id, _C.visitor_id, _C.created_at).add_columns(
            *(column.label(name) for name, column in columns.items())
        )
        query = query.where(*_began(cohort), _has(messages, of_customer))
        if cohort.locale:
            query = query.where(_C.locale == cohort.locale)
        if cohort.reason:
            query = query.where(_first_of(handoffs, handoffs.c.reason) == cohort.reason)
        return query

    def _back(self, seen: CTE, *, later: bool) -> ColumnElement[bool]:
        """Whether the visitor wrote in another conversation about the same thing within seven days:
        after this one, or before it. Where one of them found no article, any other one counts."""
        other = conversations.alias("later" if later else "earlier")
        first, last = (seen.c, other.c) if later else (other.c, seen.c)
        ended = (
            seen.c.last_at if later else _of(messages, func.max(messages.c.created_at), of=other)
        )
        apart = seconds(ended, last.created_at, self._db)
        (here, one), (there, another) = self._found_in(seen.c.id), self._found_in(other.c.id)

        def found(*where: ColumnElement[bool]) -> ColumnElement[bool]:
            return exists().where(*where).correlate(seen, other)

        same = or_(~found(here), ~found(there), found(here, there, one == another))
        return exists().where(
            other.c.visitor_id == seen.c.visitor_id,
            other.c.id != seen.c.id,
            last.created_at > first.created_at,
            apart <= BACK_WITHIN.total_seconds(),
            exists().where(
                messages.c.conversation_id == other.c.id,
                messages.c.author == Author.CUSTOMER.value,
            ),
            same,
        )

    def _found_in(self, id: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[str]]:
        """That an article was found first for a question of the conversation, and which."""
        asked = turns.alias()
        article = first_article(asked.c.hits, self._db)
        return and_(asked.c.conversation_id == id, article.is_not(None)), article

    def _judged_wrong(self) -> ColumnElement[bool]:
        """An agent says that another article answers what was answered, or that none does."""
        none = judgements.c.verdict == Verdict.NOTHING_ANSWERS.value
        another = judgements.c.article_id != first_article(turns.c.hits, self._db)
        return exists().where(
            judgements.c.conversation_id == _C.id,
            turns.c.conversation_id == _C.id,
            turns.c.question == judgements.c.question,
            turns.c.decision == Decision.ANSWER.value,
            or_(none, another),
        )


def _began(cohort: Cohort) -> tuple[ColumnElement[bool], ...]:
    """In the cohort's period, real or made up."""
    made_up = _C.visitor_id.startswith(SIMULATED)
    period = (_C.created_at >= cohort.since, _C.created_at < cohort.until)
    return (*period, made_up if cohort.simulated else not_(made_up))


def _once(query: Select[Any], name: str) -> CTE:
    """Read once, however often its columns are named: each of them is a search of its own."""
    return query.cte(name).prefix_with("MATERIALIZED")


def _sets(facts: CTE) -> dict[str, ColumnElement[bool]]:
    """Every set that is counted, by name."""
    f = facts.c
    good = f.rung.in_([Rung.ASSUMED.value, Rung.CONFIRMED.value, Rung.DURABLE.value])
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


def _has(table: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(table.c.conversation_id == _C.id, *where)


def _by(author: Author) -> ColumnElement[bool]:
    return messages.c.author == author.value


def _of(table: Any, value: Any, *where: ColumnElement[bool], of: Any = conversations) -> Any:
    query = select(value).where(table.c.conversation_id == of.c.id, *where)
    return query.correlate(of).scalar_subquery()


def _first_of(table: Any, column: Any) -> Any:
    query = select(column).where(table.c.conversation_id == _C.id)
    first = query.order_by(table.c.created_at, table.c.id).limit(1)
    return first.correlate(conversations).scalar_subquery()


def _thumb(*where: ColumnElement[bool], up: bool) -> ColumnElement[bool]:
    return exists().where(
        feedback.c.message_id == messages.c.id,
        messages.c.conversation_id == _C.id,
        feedback.c.helpful.is_(up),
        *where,
    )


def _last_decision() -> Any:
    """On the customer's last question."""
    query = select(turns.c.decision).where(
        turns.c.conversation_id == _C.id,
        turns.c.message_id == messages.c.id,
        turns.c.decision.in_(_QUESTIONS),
    )
    last = query.order_by(messages.c.sequence.desc()).limit(1)
    return func.coalesce(last.correlate(conversations).scalar_subquery(), "")


def _replied_at() -> Any:
    """The assistant's first words after the customer's."""
    asked = messages.alias("asked")
    first = select(func.min(asked.c.sequence)).where(
        asked.c.conversation_id == _C.id, asked.c.author == Author.CUSTOMER.value
    )
    after = messages.c.sequence > first.correlate(conversations).scalar_subquery()
    return _of(messages, func.min(messages.c.created_at), _by(Author.ASSISTANT), after)


def _resolved_at() -> Any:
    """When a person first resolved it. The event says so in the JSON that it was written with."""
    payload = type_coerce(events.c.payload, CleanText)
    resolved = payload.contains(f'"event": "{Event.RESOLVED.value}"', autoescape=True)
    return _of(events, func.min(events.c.created_at), events.c.kind == "status", resolved)
