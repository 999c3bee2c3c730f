"""What the console shows: lists of conversations, and everything about one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import takewhile
from operator import attrgetter
from typing import Any

from assistant.answering.intents import Intent
from assistant.answering.understanding import understand
from assistant.case_ports import (
    AT_THE_KEYS,
    Box,
    InboxQuery,
    Judgement,
    Note,
    Onlooker,
    WholeStore,
    standing,
)
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Conversation, Message, Turn
from assistant.domain.handoff import Handoff, address_left
from assistant.domain.ownership import CUSTOMER, WITH_PEOPLE
from assistant.domain.ticket import Ticket
from assistant.domain.visitor import Profile
from assistant.errors import UnknownThing
from assistant.insights.beside import beside_in
from assistant.insights.effort import EffortScore, effort_of
from assistant.insights.transcript import said_in
from assistant.ports import Clock, Person, StoredEvent
from assistant.support.roles import May, allows
from assistant.support.turns import asks

LOOKS_FOR = timedelta(seconds=15)
"""Whose page has not been heard of for this long has gone."""
WRITES_FOR = timedelta(seconds=8)
"""The customer's page tells every few seconds that they are writing; a silence ends it."""
_PAST = 5
_ALL_EVENTS = 10_000


@dataclass(frozen=True)
class Page:
    """One page of a box. `more`: there is another one."""

    conversations: Sequence[Conversation]
    sizes: Mapping[Box, int]
    people: Mapping[str, Person]
    more: bool


@dataclass(frozen=True)
class Case:
    """A conversation with all that is known. `asked`: the turns that hold a question; `tried`:
    these, and those whose answer was kept back; `answers`: message id → the answer it was given;
    `unanswered`: what the customer wrote since a colleague last answered; `left_to_people`: what
    they asked last of that, where the assistant did not consider it;
    `moves`, `looks`: events of who had it, and of what the customer looked at; `profile`: what the
    site has signed about who it is; `judgements`: those that stand; `email`: the address that was
    left last; `ticket`: the case in another helpdesk."""

    conversation: Conversation
    handoff: Handoff | None
    messages: Sequence[Message]
    asked: Sequence[Turn]
    tried: Sequence[Turn]
    answers: Mapping[str, str]
    unanswered: Sequence[Message]
    left_to_people: Message | None
    notes: Sequence[Note]
    judgements: Sequence[Judgement]
    moves: Sequence[StoredEvent]
    looks: Sequence[StoredEvent]
    past: Sequence[Conversation]
    profile: Profile | None
    effort: EffortScore
    people: Mapping[str, Person]
    email: str | None
    ticket: Ticket | None

    @property
    def question(self) -> str:
        """What the customer wants to know, in their words: of the case, or where the person was
        called before the question arrived, what was written since."""
        held = self.handoff.case_file.get("question") if self.handoff else None
        return str(held or self.conversation.subject or self._last_words())

    @property
    def thread(self) -> list[Message | Note]:
        """What was said and noted, in the order of time."""
        return sorted([*self.messages, *self.notes], key=attrgetter("created_at"))

    @property
    def suggestion(self) -> str:
        """What the assistant kept back from what nobody has answered; "" where there is none. What
        the customer was given was of no use to them, or they would not be here."""
        last = self.tried[-1] if self.tried else None
        if last is None or last.message_id not in {each.id for each in self.unanswered}:
            return ""
        return last.withheld or ""

    @property
    def found(self) -> Sequence[Mapping[str, Any]]:
        """The passages found for what was asked last, the likeliest first."""
        return self.tried[-1].hits if self.tried else ()

    @property
    def likely(self) -> Mapping[str, Any] | None:
        """The passage that probably answers what was asked last."""
        return next(iter(self.found), None)

    def _last_words(self) -> str:
        written = [m.text for m in self.messages if m.author is Author.CUSTOMER]
        return written[-1] if written else ""


class Inbox:
    """Reads; what people do is `casework`."""

    def __init__(self, store: WholeStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def page(self, query: InboxQuery) -> Page:
        """What is due first comes first."""
        found = self._store.inbox(replace(query, limit=query.limit + 1))
        sizes = self._store.box_sizes(query.person_id)
        listed = found[: query.limit]
        return Page(listed, sizes, self._people(), more=len(found) > len(listed))

    def count_waiting(self) -> int:
        """How many wait for a person."""
        return self._store.box_sizes("")[Box.WAITING]

    def case(self, conversation_id: str) -> Case:
        """Everything about one conversation, or UnknownThing."""
        store, conversation = self._store, self._store.conversation(conversation_id)
        handoffs, messages = store.handoffs(conversation_id), store.messages(conversation_id)
        handoff = handoffs[-1] if handoffs else None
        turns = store.turns(conversation_id)
        tried = [turn for turn in turns if asks(turn) or turn.withheld]
        unanswered = _unanswered(messages)
        own = store.conversations(visitor_id=conversation.visitor_id, limit=_PAST + 1)
        events = store.events(conversation_id, limit=_ALL_EVENTS)
        return Case(
            conversation=conversation,
            handoff=handoff,
            messages=messages,
            asked=[turn for turn in turns if asks(turn)],
            tried=tried,
            answers=self._answers(tried),
            unanswered=unanswered,
            left_to_people=_left_to_people(unanswered, turns),
            notes=store.notes(conversation_id),
            judgements=standing(store.judgements(conversation_id)),
            moves=[event for event in events if "event" in event.payload],
            looks=[event for event in events if event.kind == "looked"],
            past=[each for each in own if each.id != conversation_id],
            profile=store.profile(conversation.visitor_id),
            effort=effort_of(
                said_in(messages),
                locale=conversation.locale,
                beside=beside_in(events, now=self._now()),
            ),
            people=self._people(),
            email=address_left(handoffs),
            ticket=store.ticket(conversation_id),
        )

    def look_on(self, conversation_id: str, person: Person, *, writing: bool) -> list[Onlooker]:
        """Say that the case is open here, and learn who else has it open."""
        self._store.look_on(conversation_id, person.id, writing=writing)
        present = self._store.onlookers(conversation_id, since=self._now() - LOOKS_FOR)
        others = (person.id, CUSTOMER, AT_THE_KEYS)
        return [each for each in present if each.person_id not in others]

    def seen_by_customer(self, conversation_id: str) -> None:
        """They have what was written until now."""
        self._store.look_on(conversation_id, CUSTOMER, writing=False)

    def is_written(self, conversation_id: str) -> bool:
        """Whether somebody writes to the customer at this moment."""
        present = self._store.onlookers(conversation_id, since=self._now() - LOOKS_FOR)
        return any(each.writing for each in present if each.person_id != AT_THE_KEYS)

    def customer_writes(self, conversation: Conversation) -> None:
        """They are at it, and have not sent it yet: for the people who have the conversation, so
        that nothing is kept where none do."""
        if conversation.status in WITH_PEOPLE:
            self._store.look_on(conversation.id, AT_THE_KEYS, writing=True)

    def is_customer_writing(self, conversation_id: str) -> bool:
        """Whether they said so just now."""
        present = self._store.onlookers(conversation_id, since=self._now() - WRITES_FOR)
        return any(each.person_id == AT_THE_KEYS for each in present)

    def colleagues(self) -> list[Person]:
        """Who may be given a conversation."""
        people = self._store.people()
        return [p for p in people if p.disabled_at is None and allows(p.role, May.ANSWER)]

    def person(self, person_id: str) -> Person:
        """A colleague, or UnknownThing."""
        found = self._people().get(person_id)
        if found is None:
            raise UnknownThing("person", person_id)
        return found

    def _answers(self, turns: Sequence[Turn]) -> dict[str, str]:
        """The customer's message id → the answer that it was given."""
        given = [turn.message_id for turn in turns if turn.decision is Decision.ANSWER]
        replies = ((id, self._store.reply_to(id)) for id in given)
        return {id: str(stored["reply"]["message"]["text"]) for id, stored in replies if stored}

    def _people(self) -> dict[str, Person]:
        return {person.id: person for person in self._store.people()}


def _unanswered(messages: Sequence[Message]) -> list[Message]:
    """What the assistant said meanwhile, that a person comes or what did not help, answers for no
    colleague."""
    newest = takewhile(lambda each: each.author is not Author.AGENT, reversed(messages))
    return [each for each in newest if each.author is Author.CUSTOMER and each.text][::-1]


def _left_to_people(unanswered: Sequence[Message], turns: Sequence[Turn]) -> Message | None:
    left = {turn.message_id for turn in turns if turn.decision is Decision.NONE and not turn.hits}
    asked = next(filter(_asks_something, reversed(unanswered)), None)
    return asked if asked and asked.id in left else None


def _asks_something(message: Message) -> bool:
    """Nobody looks up "Are you there?" or a greeting."""
    intent = understand(message.text, locale=message.locale).intent
    return intent in (Intent.QUESTION, Intent.REFERENCE)
