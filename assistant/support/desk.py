"""The customer's side of the help desk: start, ask, ask for a person, rate.

Everything is stored before it is sent. A turn runs as a task of its own, so a customer who
disconnects, or retries, finds it finished: the same `client_id` gives the same reply.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, Protocol
from weakref import WeakValueDictionary

from assistant.answering.pipeline import Answerer, Considered
from assistant.answering.wordings import say, spoken
from assistant.concurrency import in_thread
from assistant.domain.answer import Suggestion
from assistant.domain.audience import PUBLIC, VOUCHED_FOR, Reader, reader_of
from assistant.domain.conversation import Author, Conversation, CustomerChannel, Message, Status
from assistant.domain.handoff import Reason
from assistant.domain.ownership import ASSISTANT, CUSTOMER, WITH_PEOPLE
from assistant.domain.survey import Feedback, SurveyResponse
from assistant.errors import AssistantError, NotAllowed, Refused, TooLong, WrongStatus
from assistant.markup import to_html
from assistant.ports import Clock, CustomerStore
from assistant.support.courtesies import asks_for_reply
from assistant.support.credentials import hashed, is_email
from assistant.support.escalation import Lately, escalated, hours_until, told
from assistant.support.redaction import redact
from assistant.support.rules import Rules
from assistant.support.throttle import Throttle
from assistant.support.triggers import Chosen, Trigger, asked_for, unhelpful
from assistant.support.turns import Recorder, exchanges

log = logging.getLogger(__name__)


class Readiness(Protocol):
    """Whether the assistant is warm."""

    async def wait(self) -> None:
        """Until it is."""


@dataclass(frozen=True)
class Started:
    """A new conversation with its tokens, which are shown this once."""

    conversation: Conversation
    token: str
    visitor_token: str
    greeting: str
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class ReplyEvent:
    """`done` carries the reply object whole; the others carry its parts as they come."""

    kind: Literal["sources", "sentence", "done"]
    data: dict[str, Any]


class Opening(Protocol):
    """What to offer at the start."""

    def __call__(
        self, locale: str, page_url: str | None, *, reader: Reader
    ) -> tuple[Suggestion, ...]: ...


def _no_questions(locale: str, page_url: str | None, *, reader: Reader) -> tuple[Suggestion, ...]:
    return ()


@dataclass(frozen=True)
class _Known:
    """What a message is answered with, as it is when its turn comes. `hours`: within how many a
    person promises to reply."""

    answerer: Answerer
    lately: Lately
    hours: int
    chosen: Chosen


class Desk:
    """Use cases of the customer. Synchronous but for `reply` and `recover`."""

    def __init__(
        self,
        *,
        store: CustomerStore,
        answerer_for: Callable[[Reader], Answerer],
        readiness: Readiness,
        rules: Rules,
        now: Clock,
        opening: Opening = _no_questions,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        """`answerer_for`: what answers from all that a reader may read, and nothing else."""
        self._store, self._answerer_for, self._readiness = store, answerer_for, readiness
        self._opening = opening
        # Whatever is broken by then, it says so.
        self._public = answerer_for(PUBLIC)
        self._rules, self._now, self._new_id = rules, now, new_id
        self._throttle = Throttle(per_minute=rules.messages_per_minute, now=now)
        self._recorder = Recorder(store=store, levels=rules.levels, now=now, new_id=new_id)
        self._turns: dict[str, asyncio.Task[dict[str, Any]]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def start(
        self,
        *,
        locale: str | None = None,
        page_url: str | None = None,
        channel: CustomerChannel = CustomerChannel.API,
        context: dict[str, Any] | None = None,
        visitor_token: str | None = None,
    ) -> Started:
        """Open a conversation for a new visitor, or for the one whose token is given."""
        visitor_id = None
        if visitor_token is not None:
            visitor_id = self._store.visitor_for(hashed(visitor_token))
        if visitor_id is None:
            visitor_id, visitor_token = f"v-{self._new_id()}", secrets.token_urlsafe(32)
        conversation = Conversation(
            id=f"c-{self._new_id()}",
            visitor_id=visitor_id,
            status=Status.WITH_ASSISTANT,
            locale=spoken(locale or self._rules.locale),
            created_at=(at := self._now()),
            since=at,
            page_url=page_url,
            channel=channel,
            context=context or {},
        )
        token, visitor_token = secrets.token_urlsafe(32), visitor_token or ""
        self._store.start(
            conversation, token_hash=hashed(token), visitor_token_hash=hashed(visitor_token)
        )
        profile = self._store.profile(visitor_id)
        vouched = self._store.profile(visitor_id, vouched_since=at - VOUCHED_FOR)
        questions = self._opening(conversation.locale, page_url, reader=reader_of(vouched))
        greeting = self._rules.greeting(conversation, profile)
        return Started(conversation, token, visitor_token, greeting, questions)

    def authorise(self, conversation_id: str, token: str | None) -> Conversation:
        """The conversation that the token opens; NotAllowed without one, else UnknownThing."""
        if not token:
            raise NotAllowed("Send the conversation's token as 'Authorization: Bearer …'.")
        return self._store.conversation_for(conversation_id, hashed(token))

    async def reply(
        self,
        conversation_id: str,
        text: str,
        *,
        client_id: str | None = None,
        reader: Reader = PUBLIC,
    ) -> AsyncIterator[ReplyEvent]:
        """The reply to a message of this reader, as events. Raises before the first event:
        UnknownThing, Refused, TooLong, TooManyRequests."""
        message = await in_thread(self._receive, conversation_id, text, client_id)
        stored = await asyncio.shield(self._turn(message, reader=reader))
        if stored["sentences"]:
            yield ReplyEvent("sources", {"citations": stored["reply"]["message"]["citations"]})
        for sentence in stored["sentences"]:
            yield ReplyEvent("sentence", sentence)
        yield ReplyEvent("done", stored["reply"])

    async def recover(
        self, *, older_than: timedelta = timedelta(), conversation_id: str | None = None
    ) -> int:
        """Answer what a crash, here or in another process, left unanswered for so long, or what
        people gave back; how many those were, in all conversations or in one. Who asked is not
        known any more, so that they get what is for everybody."""
        before = self._now() - older_than
        left = [
            message
            for message in await in_thread(self._store.unanswered)
            if message.created_at <= before and conversation_id in (None, message.conversation_id)
        ]
        by_conversation: dict[str, list[Message]] = {}
        for message in left:
            by_conversation.setdefault(message.conversation_id, []).append(message)
        for messages in by_conversation.values():
            # All of them get in line now: what the customer writes meanwhile comes after them.
            for turn in [self._turn(message) for message in messages]:
                await self._recovered(turn)
        return len(left)

    async def _recovered(self, turn: asyncio.Task[dict[str, Any]]) -> None:
        try:
            await turn
        except AssistantError as error:
            # The others still wait for theirs.
            log.error("recovery.failed: %s", error)
        except Exception as error:
            log.exception("recovery.failed: %s", type(error).__name__)

    async def finish(self) -> None:
        """Wait for the turns in work, before the process ends."""
        if self._turns:
            await asyncio.wait(list(self._turns.values()))

    def hand_off(
        self, conversation_id: str, *, reason: str | None = None, email: str | None = None
    ) -> Conversation:
        """Call a person, once; afterwards only the e-mail address is taken."""
        if email is not None and not is_email(email):
            raise Refused("This is not an e-mail address; write it like name@example.com.")
        code = _reason(reason)
        conversation = self._store.conversation(conversation_id)
        called = Trigger(code)
        if code is Reason.ASKED_FOR_HUMAN:
            called = asked_for(self._lately(conversation).turns)
        conversation = self._call_person(conversation, called, by=CUSTOMER, email=email)
        if email is not None:
            self._note_email(conversation, email)
        return conversation

    def survey(self, conversation_id: str, response: SurveyResponse) -> None:
        """Store a filled survey."""
        self._store.conversation(conversation_id)
        self._store.add_survey(response)

    def feedback(self, message_id: str, token: str | None, feedback: Feedback) -> None:
        """Store a thumb, if the token opens the message's conversation; the second one down calls a
        person. TooManyRequests: thumbs count as messages do."""
        conversation = self.authorise(self._store.conversation_of(message_id), token)
        self._throttle.count(conversation.visitor_id)
        self._store.add_feedback(feedback)
        if conversation.status is not Status.WITH_ASSISTANT:
            return
        fresh = {message.id for message in self._lately(conversation).messages}
        thumbs = self._store.feedback(conversation.id)
        down = [id for id, thumb in thumbs.items() if not thumb.helpful and id in fresh]
        if called := unhelpful(down, chosen=self._rules.chosen()):
            self._call_person(conversation, called, by=ASSISTANT)

    # -- one turn

    def _receive(self, conversation_id: str, text: str, client_id: str | None) -> Message:
        if len(text) > self._rules.max_message:
            raise TooLong(len(text), limit=self._rules.max_message)
        with self._store.one_moment():
            conversation = self._store.conversation(conversation_id)
            sent = self._store.sent(conversation_id, client_id) if client_id else None
        if not _sendable(text):
            raise Refused("The message is empty; write what you would like to know.")
        if sent is not None:
            # Sent again for its reply: that costs us nothing, and must not cost the customer.
            return sent
        self._throttle.count(conversation.visitor_id)
        clean = redact(text.replace("\x00", "").strip(), locale=conversation.locale)
        message = self._message(conversation, Author.CUSTOMER, clean)
        due_at = self._rules.levels().due(self._now(), priority=conversation.priority, first=False)
        owed = asks_for_reply(message, conversation, said=self._store.messages)
        message = replace(message, client_id=client_id)
        return self._store.add_message(message, due_at=due_at, owed=owed)

    def _turn(self, message: Message, *, reader: Reader = PUBLIC) -> asyncio.Task[dict[str, Any]]:
        """The task that answers the message: the one in work, or a new one."""
        task = self._turns.get(message.id)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._take_turn(message, reader))
            self._turns[message.id] = task
            task.add_done_callback(lambda _: self._turns.pop(message.id, None))
        return task

    async def _take_turn(self, message: Message, reader: Reader) -> dict[str, Any]:
        # Before anything that others could overtake: messages are answered in the order they came.
        async with self._locks.setdefault(message.conversation_id, asyncio.Lock()):
            given, conversation = await in_thread(self._unless_given, message)
            if given is not None:
                return given
            await self._readiness.wait()
            considered, trigger = await self._consider(conversation, message, reader)
            return await in_thread(
                self._recorder.record, conversation, message, considered, trigger=trigger
            )

    def _unless_given(self, message: Message) -> tuple[dict[str, Any] | None, Conversation]:
        """The reply that the message has, also where people have the conversation and leave it
        none; and the conversation."""
        with self._store.one_moment():
            stored = self._store.reply_to(message.id)
            conversation = self._store.conversation(message.conversation_id)
        if stored is not None or conversation.status not in WITH_PEOPLE:
            return stored, conversation
        # Given back at this moment, it is the assistant's to answer.
        with suppress(WrongStatus):
            return self._recorder.leave_to_people(conversation, message), conversation
        return None, self._store.conversation(conversation.id)

    async def _consider(
        self, conversation: Conversation, message: Message, reader: Reader
    ) -> tuple[Considered, Trigger | None]:
        try:
            known = await in_thread(self._known, conversation, message, reader)
            lately = known.lately
            considered = await known.answerer.consider(
                message.text,
                locale=conversation.locale,
                history=exchanges(lately.turns, lately.messages),
            )
            return escalated(considered, message, lately, hours=known.hours, chosen=known.chosen)
        except Exception as error:
            # Whatever failed inside, the customer gets a person instead of an error.
            log.exception("reply.failed: %s", type(error).__name__)
            return self._public.failed(message.text, locale=conversation.locale), None

    def _known(self, conversation: Conversation, message: Message, reader: Reader) -> _Known:
        # What notes that an experiment is met, or waits for another thread that reads, holds no
        # moment: that is a connection, of which others may have need to let it go on.
        answerer = self._rules.tuned(self._answerer_for(reader), conversation)
        hours = self._promised(conversation)
        with self._store.one_moment():
            lately = self._lately(conversation, until=message.id)
            return _Known(answerer, lately, hours=hours, chosen=self._rules.chosen())

    def _lately(self, conversation: Conversation, *, until: str | None = None) -> Lately:
        turns = self._store.turns(conversation.id)
        messages = self._store.messages(conversation.id)
        return Lately.of(conversation, turns=turns, messages=messages, until=until)

    def _promised(self, conversation: Conversation) -> int:
        """Within how many hours, from now, a person replies."""
        now = self._now()
        due_at = self._rules.levels().due(now, priority=conversation.priority, first=True)
        return hours_until(due_at, now=now, otherwise=self._rules.reply_hours)

    # -- handing over

    def _call_person(
        self, conversation: Conversation, trigger: Trigger, *, by: str, email: str | None = None
    ) -> Conversation:
        handoff = replace(self._recorder.handoff(conversation, trigger), email=email)
        # Whoever presses a button asked for a person, whatever was offered before it.
        reason = Reason.ASKED_FOR_HUMAN if by == CUSTOMER else trigger.reason
        text = told(reason, conversation.locale, hours=self._promised(conversation))
        notice = self._message(conversation, Author.ASSISTANT, text)
        # Whether people own it already is only known where the store has it locked.
        return self._store.call_person(handoff, by=by, notice=notice)

    def _note_email(self, conversation: Conversation, email: str) -> None:
        text = say("email_noted", conversation.locale, email=email)
        said = [m for m in self._store.messages(conversation.id) if m.author is Author.SYSTEM]
        # A customer who was never told that it arrived sends it again.
        if not said or said[-1].text != text:
            self._store.add_message(self._message(conversation, Author.SYSTEM, text))

    def _message(self, conversation: Conversation, author: Author, text: str) -> Message:
        return Message(
            id=f"m-{self._new_id()}",
            conversation_id=conversation.id,
            author=author,
            text=text,
            html=to_html(text) if author is not Author.CUSTOMER else "",
            locale=conversation.locale,
            created_at=self._now(),
        )


def _sendable(text: str) -> bool:
    return bool(text.strip("\x00 \t\r\n"))


def _reason(reason: str | None) -> Reason:
    if reason is None:
        return Reason.ASKED_FOR_HUMAN
    try:
        return Reason(reason)
    except ValueError:
        known = ", ".join(Reason)
        raise Refused(
            f"{reason[:40]!r} is not a reason; leave it out or use one of {known}."
        ) from None
