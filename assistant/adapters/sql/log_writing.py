"""What happens in a conversation: each thing is one transaction, on disk when it returns."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from assistant.adapters.sql import schema
from assistant.adapters.sql.log_rows import conversation_row, turn_row
from assistant.adapters.sql.log_steps import (
    WITH_PEOPLE,
    add_status_event,
    append_message,
    conversation_of,
    locked,
    move,
    reply_to,
    save_conversation,
    save_handoff,
    sent_before,
    set_email,
)
from assistant.adapters.sql.part import StorePart
from assistant.domain.conversation import Conversation, Message, Turn
from assistant.domain.handoff import Handoff
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import NotAllowed
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
            query = select(schema.visitors.c.token_hash).where(
                schema.visitors.c.id == conversation.visitor_id
            )
            if connection.execute(query).scalar_one_or_none() != visitor_token_hash:
                raise NotAllowed("This visitor has another token; send the one that was given out.")
            row = conversation_row(conversation) | {"token_hash": token_hash}
            connection.execute(schema.conversations.insert().values(row))

    def add_message(self, message: Message) -> Message:
        with self._db.write() as connection:
            locked(connection, message.conversation_id)
            if (stored := sent_before(connection, message)) is not None:
                return stored
            return append_message(connection, message, at=self._now())

    def add_reply(
        self,
        turn: Turn,
        *,
        message: Message | None,
        conversation: Conversation,
        reply: ReplyOf,
        handoff: Handoff | None = None,
        system_message: Message | None = None,
    ) -> dict[str, Any]:
        """If people own the conversation by now, they keep it, and the reply is not said."""
        at = self._now()
        with self._db.write() as connection:
            before = locked(connection, conversation.id)
            if (given := reply_to(connection, turn.message_id)) is not None:
                return given
            if before.status in WITH_PEOPLE:
                turn = turn.left_to_people(message.text) if message else turn
                message, system_message, handoff, conversation = None, None, None, before
            connection.execute(schema.turns.insert().values(turn_row(turn, created_at=at)))
            for said in filter(None, (message, system_message)):
                append_message(connection, said, at=at)
            move(connection, before, conversation, handoff=handoff, at=at)
            given = reply(turn, message, conversation)
            answer = {"message_id": turn.message_id, "reply": given}
            connection.execute(schema.replies.insert().values(answer))
        return given

    def update(
        self,
        conversation: Conversation,
        *,
        handoff: Handoff | None = None,
        message: Message | None = None,
        kind: str = "status",
    ) -> None:
        at = self._now()
        with self._db.write() as connection:
            locked(connection, conversation.id)
            save_conversation(connection, conversation, at=at)
            if message is not None:
                append_message(connection, message, at=at)
            if handoff is not None:
                save_handoff(connection, handoff, at=at)
            add_status_event(connection, conversation, kind, at=at)

    def call_person(self, handoff: Handoff, *, notice: Message) -> Conversation:
        at = self._now()
        with self._db.write() as connection:
            before = locked(connection, handoff.conversation_id)
            if before.status in WITH_PEOPLE:
                if handoff.email is not None:
                    set_email(connection, before.id, handoff.email)
                return before
            waiting = before.call_person()
            save_conversation(connection, waiting, at=at)
            append_message(connection, notice, at=at)
            save_handoff(connection, handoff, at=at)
            add_status_event(connection, waiting, "handoff", at=at)
        return waiting

    def add_survey(self, response: SurveyResponse) -> None:
        with self._db.write() as connection:
            locked(connection, response.conversation_id)
            connection.execute(schema.surveys.insert().values(asdict(response)))

    def add_feedback(self, feedback: Feedback) -> None:
        row = asdict(feedback)
        insert = self._db.insert(schema.feedback).values(row)
        with self._db.write() as connection:
            conversation_of(connection, feedback.message_id)
            connection.execute(
                insert.on_conflict_do_update(index_elements=["message_id"], set_=row)
            )
