"""What people add to conversations: notes, labels, priorities; who looks on; what is late."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, union_all, update

from assistant.adapters.sql.attention import ask_for, asks_nobody
from assistant.adapters.sql.engine import Database
from assistant.adapters.sql.log_rows import conversation_from, event_from
from assistant.adapters.sql.log_steps import (
    add_event,
    append_message,
    locked,
    promise_anew,
    save_conversation,
)
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import (
    conversations,
    events,
    judgements,
    messages,
    notes,
    people,
    presence,
    team_settings,
)
from assistant.case_ports import Judgement, Note, Onlooker, Verdict
from assistant.domain.attention import Attention, Cause
from assistant.domain.conversation import Author, Conversation, Message, Priority, Status
from assistant.domain.ownership import CUSTOMER, WITH_PEOPLE, owes_without_promise
from assistant.ports import Deed, StoredEvent

_WAITING = conversations.c.status == Status.WAITING.value
_WITH_AGENT = conversations.c.status == Status.WITH_AGENT.value


class CaseTables(StorePart):
    """The part of the console's store that is no list and no account."""

    def add_note(self, note: Note, *, names: Sequence[str] = ()) -> None:
        with self._db.write() as connection:
            locked(connection, note.conversation_id)
            connection.execute(notes.insert().values(asdict(note)))
            told = {"note_id": note.id, "by": note.person_id}
            add_event(connection, note.conversation_id, "note", told, at=self._now())
            asks_nobody(connection, note.conversation_id, Cause.IDLE)
            for each in names:
                told_of = (note.conversation_id, Cause.MENTIONED, note.person_id)
                ask_for(connection, Attention(each, *told_of, self._now()))

    def notes(self, conversation_id: str) -> list[Note]:
        query = select(notes).where(notes.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(notes.c.created_at, notes.c.id))
            return [Note(**row._mapping) for row in rows]

    def sort(
        self,
        conversation_id: str,
        *,
        priority: Priority,
        tags: Sequence[str],
        due_at: datetime | None,
        resolve_by: datetime | None,
        by: str,
    ) -> Conversation:
        with self._db.write() as connection:
            before = locked(connection, conversation_id)
            filed = replace(
                before,
                priority=priority,
                tags=tuple(tags),
                due_at=due_at if before.waiting_since else before.due_at,
                resolve_by=resolve_by if before.status in WITH_PEOPLE else before.resolve_by,
            )
            save_conversation(connection, filed)
            promise_anew(connection, filed)
            if filed.resolve_by is None or filed.resolve_by > self._now():
                asks_nobody(connection, conversation_id, Cause.OVERRUN)
            told = {"priority": int(priority), "tags": list(tags), "by": by}
            add_event(connection, conversation_id, "sorted", told, at=self._now())
            add_deed(connection, Deed(self._now(), by, "sorted", conversation_id, told))
            return locked(connection, conversation_id)

    def told_late(self, words: Message, *, at: datetime) -> bool:
        owed = (
            conversations.c.id == words.conversation_id,
            conversations.c.told_late_at.is_(None),
            conversations.c.waiting_since.is_not(None),
        )
        with self._db.write() as connection:
            before = locked(connection, words.conversation_id)
            change = update(conversations).where(*owed).values(told_late_at=at)
            told = bool(connection.execute(change).rowcount)
            if told:
                add_event(connection, words.conversation_id, "late", {}, at=at)
                append_message(connection, replace(before, told_late_at=at), words, at=at)
            return told

    def judge(self, judgement: Judgement) -> None:
        row = asdict(judgement) | {"verdict": judgement.verdict.value}
        told = {"verdict": judgement.verdict.value, "by": judgement.person_id}
        with self._db.write() as connection:
            locked(connection, judgement.conversation_id)
            connection.execute(judgements.insert().values(row))
            add_event(connection, judgement.conversation_id, "judged", told, at=self._now())

    def judgements(self, conversation_id: str) -> list[Judgement]:
        query = select(judgements).where(judgements.c.conversation_id == conversation_id)
        with self._db.read() as connection:
            return [_judgement(row) for row in connection.execute(query.order_by(judgements.c.id))]

    def look_on(self, conversation_id: str, person_id: str, *, writing: bool) -> None:
        seen = {"seen_at": self._now(), "writing": writing}
        whose = {"conversation_id": conversation_id, "person_id": person_id}
        insert = self._db.insert(presence).values(whose | seen)
        with self._db.write() as connection:
            locked(connection, conversation_id)
            connection.execute(insert.on_conflict_do_update(index_elements=list(whose), set_=seen))

    def seen_since(self, conversation_id: str, at: datetime) -> bool:
        looked = select(presence.c.seen_at).where(
            presence.c.conversation_id == conversation_id,
            presence.c.person_id == CUSTOMER,
            presence.c.seen_at >= at,
        )
        wrote = select(messages.c.created_at).where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.CUSTOMER.value,
            messages.c.created_at >= at,
        )
        with self._db.read() as connection:
            return connection.execute(union_all(looked, wrote).limit(1)).first() is not None

    def onlookers(self, conversation_id: str, *, since: datetime) -> list[Onlooker]:
        here = (presence.c.conversation_id == conversation_id, presence.c.seen_at >= since)
        query = select(presence.c.person_id, presence.c.writing).where(*here)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(presence.c.person_id))
            return [Onlooker(row.person_id, row.writing) for row in rows]

    def last_event(self) -> int:
        with self._db.read() as connection:
            return connection.execute(select(func.max(events.c.id))).scalar() or 0

    def changes(self, *, after: int, limit: int = 200) -> list[StoredEvent]:
        query = select(events).where(events.c.id > after).order_by(events.c.id).limit(limit)
        with self._db.read() as connection:
            return [event_from(row) for row in connection.execute(query)]

    def team_setting(self, name: str) -> Any:
        with self._db.read() as connection:
            return team_setting_in(connection, name)

    def set_team_setting(self, name: str, value: Any, *, deed: Deed) -> None:
        with self._db.write() as connection:
            store_team_setting(connection, self._db, name, value)
            add_deed(connection, deed)

    def overdue(
        self, at: datetime, *, silent_since: datetime, limit: int = 100
    ) -> list[Conversation]:
        untold = and_(_WAITING, conversations.c.told_late_at.is_(None))
        silent = and_(_WITH_AGENT, conversations.c.since <= silent_since)
        query = select(conversations).where(or_(untold, silent), conversations.c.due_at <= at)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(conversations.c.due_at).limit(limit))
            return [conversation_from(row) for row in rows]

    def unpromised(self, *, limit: int = 100) -> list[Conversation]:
        owed = or_(_WAITING, and_(_WITH_AGENT, conversations.c.waiting_since.is_not(None)))
        query = select(conversations).where(owed, conversations.c.due_at.is_(None))
        oldest = func.coalesce(conversations.c.waiting_since, conversations.c.since)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(oldest, conversations.c.id).limit(limit))
            return [conversation_from(row) for row in rows]

    def promise(
        self, conversation_id: str, *, due_at: datetime, resolve_by: datetime | None
    ) -> Conversation:
        with self._db.write() as connection:
            before = locked(connection, conversation_id)
            if not owes_without_promise(before):
                return before
            after = replace(
                before,
                waiting_since=before.waiting_since or before.since,
                due_at=due_at,
                resolve_by=before.resolve_by or resolve_by,
            )
            save_conversation(connection, after)
            promise_anew(connection, after)
            return after

    def to_wake(self, at: datetime, *, limit: int = 100) -> list[Conversation]:
        query = select(conversations).where(_WITH_AGENT, conversations.c.snoozed_until <= at)
        with self._db.read() as connection:
            return [conversation_from(row) for row in connection.execute(query.limit(limit))]

    def left_by_the_gone(
        self, *, answering: Collection[str], limit: int = 100
    ) -> list[Conversation]:
        no_more = or_(people.c.disabled_at.is_not(None), people.c.role.not_in(answering))
        gone = select(people.c.id).where(no_more)
        query = select(conversations).where(_WITH_AGENT, conversations.c.agent_id.in_(gone))
        with self._db.read() as connection:
            return [conversation_from(row) for row in connection.execute(query.limit(limit))]


def team_setting_in(connection: Connection, name: str) -> Any:
    """None where nothing is set."""
    query = select(team_settings.c.value).where(team_settings.c.name == name)
    return connection.execute(query).scalar_one_or_none()


def store_team_setting(connection: Connection, database: Database, name: str, value: Any) -> None:
    """From now on so; nothing is set any more where it is None."""
    if value is None:
        connection.execute(delete(team_settings).where(team_settings.c.name == name))
        return
    insert = database.insert(team_settings).values(name=name, value=value)
    changed = insert.on_conflict_do_update(index_elements=["name"], set_={"value": value})
    connection.execute(changed)


def _judgement(row: Row[*tuple[Any, ...]]) -> Judgement:
    return Judgement(
        conversation_id=row.conversation_id,
        person_id=row.person_id,
        verdict=Verdict(row.verdict),
        question=row.question,
        created_at=row.created_at,
        passage_id=row.passage_id,
        article_id=row.article_id,
    )
