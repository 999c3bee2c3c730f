"""Reviews, and the answers that wait for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, not_, or_, select, type_coerce

from assistant.adapters.sql.columns import CleanText
from assistant.adapters.sql.judged import stands
from assistant.adapters.sql.log_rows import turn_from
from assistant.adapters.sql.log_steps import add_event
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import (
    conversations,
    feedback,
    judgements,
    messages,
    replies,
    surveys,
    turns,
)
from assistant.adapters.sql.schema_reviews import reviews
from assistant.domain.answer import Decision
from assistant.domain.review import WRONG_MARKS, Given, Label, Mark, Pick, Review
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.ports.figures import SIMULATED

_ANSWERED = turns.c.decision == Decision.ANSWER.value
_BAD = 2
"""CSAT from here down."""


class ReviewTables(StorePart):
    """What leads say of answers."""

    def to_review(self, pick: Pick, *, limit: int) -> list[Given]:
        done = exists().where(reviews.c.message_id == turns.c.message_id)
        if pick is Pick.RANDOM:
            done = done.where(reviews.c.pick == Pick.RANDOM.value)
        query = (
            select(turns, replies.c.reply)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .join(replies, replies.c.message_id == turns.c.message_id)
            .where(
                _ANSWERED,
                not_(conversations.c.visitor_id.startswith(SIMULATED)),
                ~done,
            )
        )
        if pick is Pick.BADLY_RATED:
            query = query.where(_badly_rated())
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(*_ORDER[pick]).limit(limit))
            return [_given(row) for row in rows]

    def add_review(self, review: Review, *, deed: Deed) -> None:
        row = asdict(review) | {"mark": review.mark.value, "pick": review.pick.value}
        insert = self._db.insert(reviews).values(row)
        this = and_(
            turns.c.message_id == review.message_id,
            turns.c.conversation_id == review.conversation_id,
        )
        with self._db.write() as connection:
            if (
                connection.execute(select(turns.c.message_id).where(this, _ANSWERED)).first()
                is None
            ):
                raise UnknownThing("answer to the message", review.message_id)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["message_id"], set_=row)
            )
            add_event(connection, review.conversation_id, "reviewed", {}, at=self._now())
            add_deed(connection, deed)

    def labels(self, *, limit: int) -> list[Label]:
        reviewed = (
            select(turns.c.rewritten, turns.c.locale, turns.c.hits, reviews.c.mark)
            .add_columns(reviews.c.created_at)
            .join(turns, turns.c.message_id == reviews.c.message_id)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
        )
        judged = select(judgements, conversations.c.locale).join(conversations).where(stands())
        real = not_(conversations.c.visitor_id.startswith(SIMULATED))
        with self._db.read() as connection:
            found = [
                *((row.created_at, _reviewed(row)) for row in connection.execute(
                    reviewed.where(real).order_by(reviews.c.created_at.desc()).limit(limit)
                )),
                *((row.created_at, _judged(row)) for row in connection.execute(
                    judged.where(real).order_by(judgements.c.created_at.desc()).limit(limit)
                )),
            ]  # fmt: skip
        latest = sorted(found, key=lambda pair: pair[0], reverse=True)
        return list(dict.fromkeys(label for _, label in latest if label))[:limit]

    def marks(self, pick: Pick) -> Mapping[Mark, int]:
        query = select(reviews.c.mark, func.count()).where(reviews.c.pick == pick.value)
        with self._db.read() as connection:
            rows = connection.execute(query.group_by(reviews.c.mark)).all()
        counted = {row[0]: row[1] for row in rows}
        return {mark: counted.get(mark.value, 0) for mark in Mark}


def _reviewed(row: Row[*tuple[Any, ...]]) -> Label | None:
    """None where it is not known any more which article answered."""
    mark = Mark(row.mark)
    if mark is Mark.PERSON_NEEDED:
        return Label(row.rewritten, row.locale, None, right=False)
    first = str(row.hits[0]["passage_id"]).rpartition("#")[0] if row.hits else ""
    return Label(row.rewritten, row.locale, first, mark not in WRONG_MARKS) if first else None


def _judged(row: Row[*tuple[Any, ...]]) -> Label:
    return Label(row.question, row.locale, row.article_id, right=row.article_id is not None)


_ORDER: Mapping[Pick, tuple[Any, ...]] = {
    Pick.LEAST_SURE: (turns.c.confidence, turns.c.created_at.desc(), turns.c.message_id),
    Pick.BADLY_RATED: (turns.c.created_at.desc(), turns.c.message_id),
    Pick.RANDOM: (func.random(),),
}


def _badly_rated() -> ColumnElement[bool]:
    """A thumb down under this very answer, or a survey that says so of its conversation."""
    thumb = exists().where(
        feedback.c.message_id == messages.c.id,
        messages.c.conversation_id == turns.c.conversation_id,
        feedback.c.helpful.is_(False),
        type_coerce(replies.c.reply, CleanText).contains(messages.c.id),
    )
    survey = exists().where(
        surveys.c.conversation_id == turns.c.conversation_id, surveys.c.csat <= _BAD
    )
    return or_(thumb, survey)


def _given(row: Row[*tuple[Any, ...]]) -> Given:
    said = row.reply["reply"]["message"]
    return Given(turn_from(row), said["text"], said["html"], row.created_at)
