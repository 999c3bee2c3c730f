"""What asks for one person's attention: one row a person, case and cause, which is the latest."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Row,
    and_,
    case,
    delete,
    exists,
    or_,
    select,
    update,
)

from assistant.adapters.sql.log_rows import conversation_from
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import conversations, events, people
from assistant.adapters.sql.schema_attention import attention
from assistant.domain.attention import DUE_SOON, LEFT_LONG, Attention, Cause
from assistant.domain.conversation import Conversation, Status
from assistant.domain.ownership import NOT_PEOPLE, WATCHDOG
from assistant.ports.attention import MOST_UNSEEN

_C = attention.c
_OF_A_PERSON = and_(
    conversations.c.status == Status.WITH_AGENT.value, conversations.c.agent_id.not_in(NOT_PEOPLE)
)
_LEFT = (Cause.IDLE.value, Cause.OVERRUN.value)
# A lead is asked of everybody's: of these there may be more than a list holds.
_RANK = case((_C.seen_at.is_not(None), 2), (_C.cause.in_(_LEFT), 1), else_=0)
_AT_ONCE = 100


class AttentionTables(StorePart):
    """Reads, and what is over. What is new is stored where it is caused, by `ask_for`."""

    def attention(
        self, person_id: str, *, limit: int = 100
    ) -> list[tuple[Attention, Conversation]]:
        asked = select(attention).where(_C.person_id == person_id)
        latest = asked.order_by(_RANK, _C.at.desc(), _C.conversation_id, _C.cause).limit(limit)
        with self._db.read() as connection:
            found = [_attention(row) for row in connection.execute(latest)]
            ids = {each.conversation_id for each in found}
            about = select(conversations).where(conversations.c.id.in_(ids))
            cases = {row.id: conversation_from(row) for row in connection.execute(about)}
        of_each = ((each, cases.get(each.conversation_id)) for each in found)
        # Between the two queries one may have been erased.
        return [(each, case) for each, case in of_each if case is not None]

    def unseen(self, person_id: str) -> list[str]:
        asking = (_C.person_id == person_id, _C.seen_at.is_(None))
        query = select(_C.conversation_id).where(*asking).distinct().limit(MOST_UNSEEN)
        with self._db.read() as connection:
            return sorted(connection.execute(query).scalars())

    def attended(
        self,
        person_id: str,
        *,
        at: datetime,
        conversation_id: str | None = None,
        until: datetime | None = None,
    ) -> bool:
        asking = [_C.person_id == person_id, _C.seen_at.is_(None)]
        if conversation_id is not None:
            asking.append(_C.conversation_id == conversation_id)
        if until is not None:
            asking.append(_C.at <= until)
        with self._db.read() as connection:
            # Each page of a case asks; hardly any has something to write.
            if connection.execute(select(_C.cause).where(*asking).limit(1)).first() is None:
                return False
        with self._db.write() as connection:
            return bool(
                connection.execute(update(attention).where(*asking).values(seen_at=at)).rowcount
            )

    def warn_of_due(self, at: datetime) -> int:
        told = and_(
            _C.conversation_id == conversations.c.id,
            _C.person_id == conversations.c.agent_id,
            _C.cause == Cause.DUE.value,
        )
        near = (
            _OF_A_PERSON,
            conversations.c.next_due > at,
            conversations.c.next_due <= at + DUE_SOON,
        )
        query = (
            select(conversations.c.id, conversations.c.agent_id, conversations.c.next_due, _C.at)
            .join_from(conversations, attention, told, isouter=True)
            .where(*near)
        )
        with self._db.read() as connection:
            # Each round asks; hardly any has something to write, and nothing else is locked.
            new = [row.id for row in connection.execute(query) if _is_news(row)]
        if not new:
            return 0
        theirs = query.where(conversations.c.id.in_(new)).with_for_update(of=conversations)
        with self._db.write() as connection:
            rows = [row for row in connection.execute(theirs).all() if _is_news(row)]
            for row in rows:
                ask_for(connection, Attention(row.agent_id, row.id, Cause.DUE, WATCHDOG, at))
        return len(rows)

    def ask_about_left(
        self, at: datetime, *, idle_since: datetime | None, steering: Collection[str]
    ) -> int:
        asked = self._ask(Cause.OVERRUN, _overrun(at), at=at, steering=steering)
        if idle_since is None:
            return asked
        return asked + self._ask(Cause.IDLE, _idle(idle_since), at=at, steering=steering)

    def _ask(
        self, cause: Cause, left: ColumnElement[bool], *, at: datetime, steering: Collection[str]
    ) -> int:
        query = select(conversations.c.id, conversations.c.agent_id).where(_OF_A_PERSON, left)
        with self._db.read() as connection:
            found = connection.execute(query.limit(_AT_ONCE)).scalars().all()
        if not found:
            return 0
        these = conversations.c.id.in_(found)
        lock = select(conversations.c.id).where(these).order_by(conversations.c.id)
        steer = select(people.c.id).where(
            people.c.role.in_(steering), people.c.disabled_at.is_(None)
        )
        with self._db.write() as connection:
            # What another process asked meanwhile is only known once they are locked.
            connection.execute(lock.with_for_update())
            leads = connection.execute(steer.order_by(people.c.id)).scalars().all()
            rows = connection.execute(query.where(these)).all()
            for row in rows:
                for person_id in dict.fromkeys((row.agent_id, *leads)):
                    ask_for(connection, Attention(person_id, row.id, cause, WATCHDOG, at))
        return len(rows)


def ask_for(connection: Connection, asked: Attention) -> None:
    """Store it in the place of what was asked before of the same kind. The conversation is locked
    by whoever changes it."""
    here = (_C.person_id == asked.person_id, _C.conversation_id == asked.conversation_id)
    connection.execute(delete(attention).where(*here, _C.cause == asked.cause.value))
    row = {
        "person_id": asked.person_id,
        "conversation_id": asked.conversation_id,
        "cause": asked.cause.value,
        "by": asked.by,
        "at": asked.at,
    }
    connection.execute(attention.insert().values(row))


def asks_no_more(connection: Connection, conversation_id: str, person_id: str) -> None:
    """The case is not theirs any more; what was said to them stays."""
    here = (_C.person_id == person_id, _C.conversation_id == conversation_id)
    own = _C.cause != Cause.MENTIONED.value
    connection.execute(delete(attention).where(*here, own))


def asks_nobody(connection: Connection, conversation_id: str, *causes: Cause) -> None:
    """What these asked is over."""
    here = (_C.conversation_id == conversation_id, _C.cause.in_([each.value for each in causes]))
    connection.execute(delete(attention).where(*here))


def _overrun(at: datetime) -> ColumnElement[bool]:
    told = _told(Cause.OVERRUN).where(_C.at >= conversations.c.resolve_by)
    long_ago = at - LEFT_LONG
    lately = or_(conversations.c.resolve_by > long_ago, conversations.c.since > long_ago)
    return and_(conversations.c.resolve_by <= at, lately, ~told)


def _idle(since: datetime) -> ColumnElement[bool]:
    """What is due is found by that."""
    happened = exists().where(
        events.c.conversation_id == conversations.c.id,
        events.c.kind.in_(("message", "note", "status")),
    )
    long_ago = since - LEFT_LONG
    lately = or_(conversations.c.since > long_ago, happened.where(events.c.created_at > long_ago))
    return and_(
        conversations.c.due_at.is_(None),
        conversations.c.snoozed_until.is_(None),
        conversations.c.since <= since,
        ~_told(Cause.IDLE),
        ~happened.where(events.c.created_at > since),
        lately,
    )


def _told(cause: Cause) -> Exists:
    return exists().where(_C.conversation_id == conversations.c.id, _C.cause == cause.value)


def _is_news(due: Row[*tuple[Any, ...]]) -> bool:
    """Whether nothing, or another moment than this one, was said to them before."""
    return due.at is None or due.at < due.next_due - DUE_SOON


def _attention(row: Row[*tuple[Any, ...]]) -> Attention:
    return Attention(
        person_id=row.person_id,
        conversation_id=row.conversation_id,
        cause=Cause(row.cause),
        by=row.by,
        at=row.at,
        seen_at=row.seen_at,
    )
