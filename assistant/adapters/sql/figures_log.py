"""What the log held of each conversation at a moment: whatever was written later is not seen.

So an earlier period can stand beside a later one at the same age: seven days after its end, nobody
knew either who would come back on the eighth. The moment is one for all, or each row's own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.figures_cohort import began, narrowed
from assistant.adapters.sql.figures_engine import first_article, seconds
from assistant.adapters.sql.judged import NOTHING, stands
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
from assistant.adapters.sql.schema_insights import GIVEN
from assistant.adapters.sql.schema_reviews import reviews
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author
from assistant.domain.handoff import Reason
from assistant.domain.ownership import Event
from assistant.domain.review import WRONG_MARKS
from assistant.ports.figures import BACK_WITHIN, FIELDS, By, Cohort, surveyed

_C = conversations.c
QUESTIONS = [Decision.ANSWER.value, Decision.CLARIFY.value, Decision.HANDOFF.value]
NO_ANSWER = [
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
_OF_CONVERSATION = or_(
    surveys.c.nps.is_(None),
    *(surveys.c[field].is_not(None) for field in FIELDS if field != "nps"),
)
"""Who only says whether they would recommend us speaks of the whole, not of a conversation."""
_OF_CUSTOMER = messages.c.author == Author.CUSTOMER.value
_RESOLVED = and_(
    events.c.kind == "status",
    type_coerce(events.c.payload, CleanText).contains(
        f'"event": "{Event.RESOLVED.value}"', autoescape=True
    ),
)
"""A person did: the event says so in the JSON that it was written with."""


class LogAsOf:
    """The log as it was at the moment: a literal, or a column of `beside`, which is then joined."""

    def __init__(
        self, at: ColumnElement[Any], database: Database, *, beside: FromClause | None = None
    ) -> None:
        self._at, self._db = at, database
        self._around: tuple[FromClause, ...] = () if beside is None else (beside,)

    def seen(self, cohort: Cohort) -> Select[Any]:
        """A row for each conversation of the cohort in which the customer wrote."""
        query = self.held().where(*began(cohort))
        if cohort.locale:
            query = query.where(_C.locale == cohort.locale)
        query = query.where(*narrowed(cohort, _C.id))
        if cohort.reason:
            query = query.where(self._first_handoff(handoffs.c.reason) == cohort.reason)
        return query

    def held(self) -> Select[Any]:
        """Of every conversation in which the customer wrote by then."""
        answered = handoffs.c.answered_at <= self._at
        columns = {
            "handed_at": self._of(handoffs, func.min(handoffs.c.created_at)),
            "written_at": self._of(messages, func.min(messages.c.created_at), _by(Author.AGENT)),
            "asked": self._has(turns, turns.c.decision.in_(QUESTIONS)),
            "answered": self._has(turns, turns.c.decision == Decision.ANSWER.value),
            "unanswered": self._has(
                turns,
                turns.c.decision == Decision.HANDOFF.value,
                turns.c.reason.in_(NO_ANSWER),
            ),
            "thumb_up_at": self._thumb(up=True),
            "thumb_down_at": self._thumb(up=False),
            "rated_well_at": self._rated_at(surveys.c.csat >= _GOOD),
            "rated_badly_at": self._rated_at(surveys.c.csat <= _BAD),
            "wrong": or_(
                self._thumb(messages.c.citations != [], up=False).is_not(None),
                self._judged_wrong(),
                self._has(reviews, reviews.c.mark.in_(WRONG_MARKS)),
            ),
            "last_decision": func.coalesce(self._last_question(turns.c.decision), ""),
            "last_asked_at": self._last_question(messages.c.created_at),
            "first_reason": self._first_handoff(handoffs.c.reason),
            "called_at": self._first_handoff(handoffs.c.created_at, answered),
            "person_at": self._first_handoff(handoffs.c.answered_at, answered),
            "waits_since": self._waits_since(),
            "first_at": self._of(messages, func.min(messages.c.created_at), _OF_CUSTOMER),
            "replied_at": self._replied_at(),
            "resolved_at": self._of(events, func.min(events.c.created_at), _RESOLVED),
            "resolved_last_at": self._of(events, func.max(events.c.created_at), _RESOLVED),
        }
        for by in By:
            columns |= self._surveyed(by)
        query = select(_C.id, _C.visitor_id, _C.created_at, _C.locale, self._at.label("at"))
        query = query.add_columns(*(column.label(name) for name, column in columns.items()))
        return query.where(_C.created_at <= self._at, self._has(messages, _OF_CUSTOMER))

    def ended_at(self, seen: CTE) -> Any:
        """When its last word was said: what follows a week and more after a person resolved it is
        of another matter."""
        of_it = or_(
            seen.c.resolved_last_at.is_(None),
            self._within(seen.c.resolved_last_at, messages.c.created_at),
        )
        return self._of(messages, func.max(messages.c.created_at), of_it, of=seen)

    def is_over(self, ended: ColumnElement[Any]) -> ColumnElement[bool]:
        """Old enough to know whether the customer came back."""
        quiet = seconds(ended, self._at, self._db)
        return quiet >= BACK_WITHIN.total_seconds()

    def reopened(self, seen: CTE, *, soon: bool) -> ColumnElement[bool]:
        """Whether the customer asked something after a person had resolved it, or called a person,
        or wrote what people went on with: thanks reopen nothing. `soon`: within seven days."""
        later = messages.alias("later")
        went_on = exists().where(
            later.c.conversation_id == seen.c.id,
            later.c.author == Author.AGENT.value,
            later.c.sequence > messages.c.sequence,
            self._by_then(later),
        )
        left_to_people = turns.c.decision == Decision.NONE.value
        matters = or_(turns.c.decision.in_(QUESTIONS), and_(left_to_people, went_on))
        wrote = (turns.c.conversation_id == seen.c.id, self._by_then(turns), matters)

        def follows(moment: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
            here = (events.c.conversation_id == seen.c.id, _RESOLVED, self._by_then(events))
            after = [moment > events.c.created_at]
            after += [self._within(events.c.created_at, moment)] if soon else []
            return exists().where(*here, *after, *where).correlate(seen)

        called = (handoffs.c.conversation_id == seen.c.id, self._by_then(handoffs))
        return and_(
            seen.c.resolved_at.is_not(None),
            or_(
                follows(messages.c.created_at, turns.c.message_id == messages.c.id, *wrote),
                follows(handoffs.c.created_at, *called),
            ),
        )

    def back(self, seen: CTE, *, later: bool) -> ColumnElement[bool]:
        """Whether the visitor wrote in another conversation about the same thing within seven days:
        after this one, or before it. Where one of them found no article, any other one counts."""
        other = conversations.alias("later" if later else "earlier")
        first, last = (seen.c, other.c) if later else (other.c, seen.c)
        ends = self._of(messages, func.max(messages.c.created_at), of=other)
        ended = seen.c.ended_at if later else ends
        (here, one), (there, another) = self._found_in(seen.c.id), self._found_in(other.c.id)

        def found(*where: ColumnElement[bool]) -> ColumnElement[bool]:
            return exists().where(*where).correlate(seen, other)

        same = or_(~found(here), ~found(there), found(here, there, one == another))
        return exists().where(
            other.c.visitor_id == seen.c.visitor_id,
            other.c.id != seen.c.id,
            last.created_at > first.created_at,
            self._within(ended, last.created_at),
            found(messages.c.conversation_id == other.c.id, _OF_CUSTOMER, self._by_then(messages)),
            same,
        )

    def _found_in(self, id: ColumnElement[str]) -> tuple[ColumnElement[bool], ColumnElement[str]]:
        """That an article was found first for a question of the conversation, and which."""
        asked = turns.alias()
        article = first_article(asked.c.hits, self._db)
        here = and_(asked.c.conversation_id == id, self._by_then(asked), article.is_not(None))
        return here, article

    def _judged_wrong(self) -> ColumnElement[bool]:
        """An agent says that another article answers what was answered, and this one does not, or
        that none does."""
        article, right = first_article(turns.c.hits, self._db), judgements.alias("right")
        as_well = exists().where(
            right.c.conversation_id == _C.id,
            right.c.question == turns.c.question,
            right.c.article_id == article,
            self._by_then(right),
            stands(right, seen=self._by_then),
        )
        return self._has(
            judgements,
            stands(seen=self._by_then),
            turns.c.conversation_id == _C.id,
            turns.c.question == judgements.c.question,
            turns.c.decision == Decision.ANSWER.value,
            or_(NOTHING, and_(judgements.c.article_id != article, ~as_well)),
        )

    def _thumb(self, *where: ColumnElement[bool], up: bool) -> Any:
        """When the last message that has it was written, whenever it was given."""
        query = select(func.max(messages.c.created_at)).where(
            feedback.c.message_id == messages.c.id,
            messages.c.conversation_id == _C.id,
            feedback.c.helpful.is_(up),
            self._by_then(feedback),
            *where,
        )
        return self._of_each(query)

    def _rated_at(self, *where: ColumnElement[bool]) -> Any:
        return self._of(surveys, func.max(surveys.c.created_at), *where)

    def _last_question(self, value: Any) -> Any:
        query = select(value).where(
            turns.c.conversation_id == _C.id,
            turns.c.message_id == messages.c.id,
            turns.c.decision.in_(QUESTIONS),
            self._by_then(turns),
        )
        return self._of_each(query.order_by(messages.c.sequence.desc()).limit(1))

    def _replied_at(self) -> Any:
        """The assistant's first words after the customer's."""
        asked = messages.alias("asked")
        first = select(func.min(asked.c.sequence)).where(
            asked.c.conversation_id == _C.id, asked.c.author == Author.CUSTOMER.value
        )
        after = messages.c.sequence > self._of_each(first)
        return self._of(messages, func.min(messages.c.created_at), _by(Author.ASSISTANT), after)

    def _surveyed(self, by: By) -> dict[str, ColumnElement[Any]]:
        """What the customer was asked and said while this party had the conversation."""
        asked = self._had(by, events.c.created_at)
        shown = self._has(events, events.c.kind == "survey_asked", asked)
        responded = self._rated(by, _OF_CONVERSATION)
        answers = {field: self._last_answer(by, field) for field in FIELDS}
        # Of all others an answer says by itself that they are.
        answers["nps"] = case((responded, answers["nps"]))
        return {
            # What was filled was shown, even where the note of that is missing.
            surveyed(by, answered=False): or_(shown, responded),
            surveyed(by, answered=True): responded,
            **dict(zip(GIVEN[by], answers.values(), strict=True)),
        }

    def _rated(self, by: By, *where: ColumnElement[bool]) -> ColumnElement[bool]:
        return self._has(surveys, self._had(by, surveys.c.created_at), *where)

    def _last_answer(self, by: By, field: str) -> Any:
        """To this question of a survey."""
        value = surveys.c[field]
        query = select(value).where(surveys.c.conversation_id == _C.id, self._by_then(surveys))
        query = query.where(value.is_not(None), self._had(by, surveys.c.created_at))
        return self._of_each(query.order_by(surveys.c.id.desc()).limit(1))

    def _had(self, by: By, moment: Any) -> ColumnElement[bool]:
        people = self._with_people(moment)
        return people if by is By.PEOPLE else not_(people)

    def _with_people(self, moment: Any) -> ColumnElement[bool]:
        """Whether a person had been called, or had written, at a moment that a row tells."""
        wrote = messages.alias("wrote")
        called = exists().where(
            handoffs.c.conversation_id == _C.id, handoffs.c.created_at <= moment
        )
        answered = exists().where(
            wrote.c.conversation_id == _C.id,
            wrote.c.author == Author.AGENT.value,
            wrote.c.created_at <= moment,
        )
        return or_(*(each.correlate(conversations, moment.table) for each in (called, answered)))

    def _waits_since(self) -> Any:
        """When the person was called who has neither answered nor is needed any more."""
        unknown = (self._known(m).is_(None) for m in (handoffs.c.answered_at, handoffs.c.closed_at))
        return self._of(handoffs, func.min(handoffs.c.created_at), *unknown)

    def _first_handoff(self, value: Any, *where: ColumnElement[bool]) -> Any:
        query = select(value).where(handoffs.c.conversation_id == _C.id, self._by_then(handoffs))
        query = query.where(*where).order_by(handoffs.c.created_at, handoffs.c.id)
        return self._of_each(query.limit(1))

    def _of_each(self, query: Select[Any]) -> Any:
        return query.correlate(conversations, *self._around).scalar_subquery()

    def _has(self, table: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
        return exists().where(table.c.conversation_id == _C.id, self._by_then(table), *where)

    def _of(
        self, table: Any, value: Any, *where: ColumnElement[bool], of: Any = conversations
    ) -> Any:
        query = select(value).where(table.c.conversation_id == of.c.id, self._by_then(table))
        return query.where(*where).correlate(of, *self._around).scalar_subquery()

    def _by_then(self, table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.c.created_at <= self._at
        return found

    def _within(self, start: Any, end: Any) -> ColumnElement[bool]:
        """In the time in which who comes back was not helped."""
        return seconds(start, end, self._db) <= BACK_WITHIN.total_seconds()

    def _known(self, moment: Any) -> Any:
        return case((moment <= self._at, moment), else_=None)


def one_moment(at: datetime) -> ColumnElement[Any]:
    """The same for every row."""
    return literal(at, Instant)


def _by(author: Author) -> ColumnElement[bool]:
    return messages.c.author == author.value
