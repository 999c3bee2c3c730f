"""Which questions failed, as the log tells it, and what was decided about the gaps they make.

Every statement begins with the conversations of the window, by their index: turns and handoffs
carry long texts, and a scan of their tables would read all of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)

from assistant.adapters.sql.deliveries import store_deliveries
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.figures_log import QUESTIONS
from assistant.adapters.sql.gaps_schema import gap_decisions, gap_tellings
from assistant.adapters.sql.judged import NOTHING, stands
from assistant.adapters.sql.log_steps import append_message, locked
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import (
    conversations,
    feedback,
    handoffs,
    judgements,
    messages,
    turns,
)
from assistant.adapters.sql.schema_reviews import reviews
from assistant.domain.answer import Decision
from assistant.domain.gap import Decided, Failing, GapState
from assistant.domain.handoff import Reason
from assistant.domain.ownership import WITH_PEOPLE
from assistant.domain.review import WRONG_MARKS
from assistant.errors import UnknownThing, WrongStatus
from assistant.ports import Deed
from assistant.ports.figures import SIMULATED
from assistant.ports.gaps import AskedQuestion, FailedQuestion, Telling

_C = conversations.c
_UNANSWERED = [Reason.NOT_COVERED, Reason.EMPTY_HELP_CENTER, Reason.STILL_UNCLEAR]
_CALLED_ABOUT = [
    *_UNANSWERED,
    Reason.LOW_CONFIDENCE,
    Reason.ASKED_FOR_HUMAN,
    Reason.ASKED_AGAIN,
    Reason.NOT_HELPFUL,
    Reason.DISSATISFIED,
]
"""Not what people keep for themselves (sensitive topics, articles that escalate), nor failures of
the machine."""


_QUESTION = (
    turns.c.message_id,
    turns.c.conversation_id,
    _C.visitor_id,
    turns.c.question,
    turns.c.rewritten,
    turns.c.locale,
    messages.c.created_at.label("asked_at"),
)
_ASKED = conversations.join(turns, turns.c.conversation_id == _C.id).join(
    messages, messages.c.id == turns.c.message_id
)


class GapTables(StorePart):
    """Failed questions are never kept: they are read from the log whenever asked for."""

    def failed_questions(
        self, *, since: datetime, limit: int, simulated: bool = False
    ) -> list[FailedQuestion]:
        window = _window(since, simulated=simulated)
        ways = (_undecided(), _called_about(), _disliked(), _marked(), _reviewed())
        with self._db.read() as connection:
            rows = chain.from_iterable(connection.execute(way.where(window)) for way in ways)
            failed = sorted(_by_question(rows), key=lambda each: (each.failed_at, each.message_id))
        return failed[-limit:]

    def asked_questions(
        self, *, since: datetime, limit: int, simulated: bool = False
    ) -> list[AskedQuestion]:
        asked = select(*_QUESTION).select_from(_ASKED).where(_is_question(turns))
        latest = asked.order_by(_C.created_at.desc(), messages.c.sequence.desc(), _C.id)
        window = _window(since, simulated=simulated)
        with self._db.read() as connection:
            rows = connection.execute(latest.where(window).limit(limit)).all()
        return [AskedQuestion(**_question(row)) for row in reversed(rows)]

    def meanings(self, message_ids: Iterable[str]) -> dict[str, str]:
        return self._by_message(turns.c.rewritten, message_ids)

    def gap_decisions(self) -> list[Decided]:
        query = select(gap_decisions).order_by(gap_decisions.c.gap_id)
        with self._db.read() as connection:
            return [_decided(row) for row in connection.execute(query)]

    def decide_gap(self, decided: Decided, *, was: GapState | None, deed: Deed) -> None:
        row = {
            "gap_id": decided.gap_id,
            "state": decided.state.value,
            "anchors": list(decided.anchors),
            "by": decided.by,
            "at": decided.at,
            "article_id": decided.article_id,
            "article_hash": decided.article_hash,
        }
        with self._db.write() as connection:
            if not _kept(connection, row, was, database=self._db):
                raise WrongStatus(
                    decided.gap_id, status="decided anew", wanted=["read again"], kind="Gap"
                )
            add_deed(connection, deed)

    def told(self, message_ids: Iterable[str]) -> dict[str, datetime]:
        return self._by_message(gap_tellings.c.told_at, message_ids)

    def tell(self, tellings: Sequence[Telling], *, deed: Deed) -> list[Telling]:
        # Each locks its conversation: in one order, so that two who tell never wait for each other.
        in_order = sorted(tellings, key=lambda telling: telling.said.conversation_id)
        with self._db.write() as connection:
            told = [each for each in in_order if _told(connection, each, self._db, at=deed.at)]
            if told:
                customers = {**deed.detail, "customers": len(told)}
                add_deed(connection, replace(deed, detail=customers))
        return told

    def _by_message(self, column: Any, message_ids: Iterable[str]) -> dict[str, Any]:
        """What stands in the column of each message that its table knows."""
        of = column.table.c.message_id
        found: dict[str, Any] = {}
        with self._db.read() as connection:
            for batch in batches(message_ids):
                rows = connection.execute(select(of, column).where(of.in_(batch)))
                found.update((id, value) for id, value in rows)
        return found


def _told(connection: Connection, telling: Telling, database: Database, *, at: datetime) -> bool:
    try:
        conversation = locked(connection, telling.said.conversation_id)
    except UnknownThing:
        return False
    if conversation.status in WITH_PEOPLE:
        return False
    rows = [
        {"message_id": id, "conversation_id": conversation_id, "told_at": at}
        for id, conversation_id in telling.questions.items()
    ]
    known = select(gap_tellings.c.message_id).where(
        gap_tellings.c.message_id.in_(list(telling.questions))
    )
    if connection.execute(known.limit(1)).first() is not None:
        return False
    connection.execute(gap_tellings.insert().values(rows))
    append_message(connection, conversation, telling.said, at=at)
    store_deliveries(connection, database, [telling.mail])
    return True


def _kept(
    connection: Connection, row: dict[str, Any], was: GapState | None, *, database: Database
) -> bool:
    """False where another decision is there than the one that was read."""
    if was is None:
        # Of two at the same moment one waits here, and finds the other's.
        first = database.insert(gap_decisions).values(row).on_conflict_do_nothing()
        return connection.execute(first.returning(gap_decisions.c.gap_id)).first() is not None
    same = (gap_decisions.c.gap_id == row["gap_id"], gap_decisions.c.state == was.value)
    return bool(connection.execute(update(gap_decisions).where(*same).values(row)).rowcount)


def _window(since: datetime, *, simulated: bool) -> ColumnElement[bool]:
    made_up = _C.visitor_id.startswith(SIMULATED)
    return and_(_C.created_at >= since, made_up if simulated else not_(made_up))


# -- the ways to fail


def _asked(way: Any, failed_at: Any) -> Select[Any]:
    """A row for each question, with how and when it failed; to be narrowed."""
    told = (way.label("way"), failed_at.label("failed_at"))
    return select(*_QUESTION, *told).select_from(_ASKED)


def _undecided() -> Select[Any]:
    """No answer was given: none was found, or it was not sure enough, or it asked back and nothing
    was answered after that."""
    unanswered = turns.c.reason.in_(_UNANSWERED)
    later, answer = messages.alias("later"), turns.alias("answer")
    answered_later = exists().where(
        answer.c.conversation_id == _C.id,
        answer.c.decision == Decision.ANSWER.value,
        later.c.id == answer.c.message_id,
        later.c.sequence > messages.c.sequence,
    )
    unsure = or_(
        turns.c.reason == Reason.LOW_CONFIDENCE.value,
        and_(turns.c.decision == Decision.CLARIFY.value, not_(answered_later)),
    )
    way = case((unanswered, Failing.UNANSWERED.value), else_=Failing.UNSURE.value)
    declined = turns.c.decision.in_([Decision.CLARIFY.value, Decision.HANDOFF.value])
    return _asked(way, messages.c.created_at).where(declined, or_(unanswered, unsure))


def _called_about() -> Select[Any]:
    """The last question before a person was called."""
    before, asked = messages.alias("before"), turns.alias("asked")
    last = (
        select(func.max(before.c.sequence))
        .select_from(before)
        .join(asked, asked.c.message_id == before.c.id)
        .where(
            before.c.conversation_id == handoffs.c.conversation_id,
            before.c.created_at <= handoffs.c.created_at,
            _is_question(asked),
        )
        .correlate(handoffs)
        .scalar_subquery()
    )
    query = _asked(literal(Failing.HANDED_OVER.value), handoffs.c.created_at)
    query = query.join(handoffs, handoffs.c.conversation_id == _C.id)
    return query.where(handoffs.c.reason.in_(_CALLED_ABOUT), messages.c.sequence == last)


def _disliked() -> Select[Any]:
    """The question whose answer got a thumb down: the last one before it."""
    said, before, asked = messages.alias("said"), messages.alias("before"), turns.alias("asked")
    last = (
        select(func.max(before.c.sequence))
        .select_from(before)
        .join(asked, asked.c.message_id == before.c.id)
        .where(
            before.c.conversation_id == said.c.conversation_id,
            before.c.sequence < said.c.sequence,
        )
        .correlate(said)
        .scalar_subquery()
    )
    query = _asked(literal(Failing.NOT_HELPFUL.value), feedback.c.created_at)
    query = query.join(said, said.c.conversation_id == _C.id)
    query = query.join(feedback, feedback.c.message_id == said.c.id)
    answered = turns.c.decision == Decision.ANSWER.value
    return query.where(feedback.c.helpful.is_(False), answered, messages.c.sequence == last)


def _marked() -> Select[Any]:
    """A person says that no article answers it."""
    query = _asked(literal(Failing.MARKED.value), judgements.c.created_at)
    query = query.join(judgements, judgements.c.conversation_id == _C.id)
    return query.where(NOTHING, stands(), judgements.c.question == turns.c.question)


def _reviewed() -> Select[Any]:
    """A lead says that its answer was wrong."""
    query = _asked(literal(Failing.REVIEWED.value), reviews.c.created_at)
    query = query.join(reviews, reviews.c.message_id == turns.c.message_id)
    return query.where(reviews.c.mark.in_([mark.value for mark in WRONG_MARKS]))


def _is_question(asked: Any) -> Any:
    """A wish for a person is none."""
    wish = Reason.ASKED_FOR_HUMAN.value
    return and_(asked.c.decision.in_(QUESTIONS), func.coalesce(asked.c.reason, "") != wish)


# -- rows


def _by_question(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[FailedQuestion]:
    """Each question once, with all its ways to fail, since the first of them."""
    found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault(row.message_id, []).append(row)
    return [
        FailedQuestion(
            **_question(same[0]),
            failed_at=min(row.failed_at for row in same),
            ways=frozenset(Failing(row.way) for row in same),
        )
        for same in found.values()
    ]


def _question(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    return {
        "message_id": row.message_id,
        "conversation_id": row.conversation_id,
        "visitor_id": row.visitor_id,
        "text": row.question,
        "meaning": row.rewritten,
        "locale": row.locale,
        "asked_at": row.asked_at,
    }


def _decided(row: Row[*tuple[Any, ...]]) -> Decided:
    return Decided(
        gap_id=row.gap_id,
        state=GapState(row.state),
        anchors=tuple(row.anchors),
        by=row.by,
        at=row.at,
        article_id=row.article_id,
        article_hash=row.article_hash,
    )
