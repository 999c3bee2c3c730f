"""What happens in a conversation: each thing is one transaction, on disk when it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from assistant.adapters.sql import schema
from assistant.adapters.sql.attachments import add_content
from assistant.adapters.sql.log_rows import conversation_row, turn_row
from assistant.adapters.sql.log_steps import (
    add_event,
    add_handoff,
    append_message,
    apply_move,
    asked_and_given,
    claimed,
    conversation_of,
    is_said,
    locked,
    save_conversation,
    sent_before,
    set_email,
)
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.visitors import visitor_of
from assistant.domain.answer import Decision
from assistant.domain.conversation import Conversation, Message, Turn
from assistant.domain.handoff import Handoff
from assistant.domain.ownership import WITH_PEOPLE, Move, call, must_own, replied
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import NotAllowed, WrongStatus
from assistant.ports import ReplyOf


class LogWriting(StorePart):
    """The writing half of the conversation store: each change with its events."""

    def start(
        self, conversation: Conversation, *, token_hash: str, visitor_token_hash: str
    ) -> None:
        """NotAllowed where the visitor is known under another token."""
        visitor = {
            "id": conversation.visitor_id,
            "token_hash": visitor_token_hash,
            "created_at": conversation.created_at,
        }
        with self._db.write() as connection:
            connection.execute(
                self._db.insert(schema.visitors).values(visitor).on_conflict_do_nothing()
            )
            if visitor_of(connection, visitor_token_hash) != conversation.visitor_id:
                raise NotAllowed("This visitor has another token; send the one that was given out.")
            row = conversation_row(conversation) | {"token_hash": token_hash}
            connection.execute(schema.conversations.insert(), row)

    def set_context(self, conversation_id: str, context: Mapping[str, Any]) -> None:
        table = schema.conversations
        with self._db.write() as connection:
            locked(connection, conversation_id)
            this = table.c.id == conversation_id
            connection.execute(update(table).where(this).values(context=dict(context)))

    def add_message(
        self, message: Message, *, due_at: datetime | None = None, owed: bool = True
    ) -> Message:
        with self._db.write() as connection:
            now = locked(connection, message.conversation_id)
            if (stored := sent_before(connection, message)) is not None:
                return stored
            at = self._now()
            return append_message(connection, now, message, at=at, due_at=due_at, owed=owed)

    def attach(
        self, message: Message, content: bytes, *, due_at: datetime | None, by: str | None = None
    ) -> Message:
        with self._db.write() as connection:
            now = locked(connection, message.conversation_id)
            if (stored := sent_before(connection, message)) is not None:
                return stored
            if now.status not in WITH_PEOPLE:
                raise WrongStatus(now.id, status=now.status, wanted=WITH_PEOPLE)
            if by is not None:
                now = claimed(connection, now, by=by, at=self._now())
                must_own(now, by)
            stored = append_message(connection, now, message, at=self._now(), due_at=due_at)
            add_content(connection, message.attachments[0].id, content)
            return stored

    def add_reply(
        self,
        turn: Turn,
        *,
        message: Message | None,
        locale: str,
        reply: ReplyOf,
        handoff: Handoff | None = None,
    ) -> dict[str, Any]:
        """If people own the conversation by now, they keep it, and the reply is not said."""
        at = self._now()
        with self._db.write() as connection:
            now = locked(connection, turn.conversation_id)
            asked_at, given = asked_and_given(connection, turn.message_id)
            if given is not None:
                return given
            if now.status in WITH_PEOPLE:
                turn = turn.left_to_people(message.text) if message else turn
                message, handoff = None, None
            elif turn.decision is Decision.NONE:
                raise WrongStatus(now.id, status=now.status, wanted=WITH_PEOPLE)
            elif now.locale != locale:
                now = replace(now, locale=locale)
                save_conversation(connection, now)
            connection.execute(schema.turns.insert(), turn_row(turn, created_at=at))
            if message is not None and not is_said(connection, message.id):
                append_message(connection, now, message, at=at)
            for event in replied(now, handoff, asked_at=asked_at):
                now = apply_move(connection, now, event, at=at)
            if handoff is not None:
                add_handoff(connection, handoff, at=at)
            given = reply(turn, message, now)
            answer = {"message_id": turn.message_id, "reply": given}
            connection.execute(schema.replies.insert(), answer)
        return given

    def call_person(self, handoff: Handoff, *, by: str, notice: Message) -> Conversation:
        at = self._now()
        with self._db.write() as connection:
            before = locked(connection, handoff.conversation_id)
            if before.status in WITH_PEOPLE:
                if handoff.email is not None:
                    self._take_email(connection, before, handoff, handoff.email)
                return before
            append_message(connection, before, notice, at=at)
            waiting = apply_move(connection, before, call(handoff, by=by), at=at)
            add_handoff(connection, handoff, at=at)
        return waiting

    def _take_email(
        self, connection: Connection, now: Conversation, handoff: Handoff, email: str
    ) -> None:
        """Who has a person that nobody called has no case yet that it could stand in."""
        if not set_email(connection, now.id, email):
            as_promised = replace(handoff, due_at=now.due_at, resolve_by=now.resolve_by)
            add_handoff(connection, as_promised, at=self._now())

    def move(
        self, conversation_id: str, move: Move, *, message: Message | None = None
    ) -> Conversation:
        at = self._now()
        with self._db.write() as connection:
            after = apply_move(connection, locked(connection, conversation_id), move, at=at)
            if message is not None:
                append_message(connection, after, message, at=at)
                after = locked(connection, conversation_id)
        return after

    def answer(self, message: Message, *, by: str) -> Message:
        at = self._now()
        with self._db.write() as connection:
            now = locked(connection, message.conversation_id)
            if (stored := sent_before(connection, message)) is not None:
                return stored
            now = claimed(connection, now, by=by, at=at)
            must_own(now, by)
            return append_message(connection, now, message, at=at)

    def add_survey(self, response: SurveyResponse) -> None:
        with self._db.write() as connection:
            locked(connection, response.conversation_id)
            connection.execute(schema.surveys.insert().values(asdict(response)))
            told = {"csat": response.csat, "ces": response.ces}
            add_event(connection, response.conversation_id, "rated", told, at=self._now())

    def survey_asked(self, conversation_id: str) -> None:
        with self._db.write() as connection:
            locked(connection, conversation_id)
            add_event(connection, conversation_id, "survey_asked", {}, at=self._now())

    def add_feedback(self, feedback: Feedback) -> None:
        row = asdict(feedback)
        table = schema.feedback
        insert = self._db.insert(table).values(row)
        thumb = select(table.c.helpful).where(table.c.message_id == feedback.message_id)
        with self._db.write() as connection:
            rated = conversation_of(connection, feedback.message_id)
            locked(connection, rated)
            before = connection.execute(thumb).scalar_one_or_none()
            connection.execute(
                insert.on_conflict_do_update(index_elements=["message_id"], set_=row)
            )
            if before != feedback.helpful:
                told = {"message_id": feedback.message_id, "helpful": feedback.helpful}
                add_event(connection, rated, "rated", told, at=self._now())
