"""What a person does with a conversation: take it, answer, hand it on, give it back, close it.

Whose it is, is checked where the store has it locked: of two who act at once, in whichever
process, one is refused and nothing of theirs is stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.answering.wordings import say
from assistant.case_ports import DeskStore, Judgement, Note, Verdict
from assistant.domain.conversation import Author, Conversation, Message, Priority
from assistant.domain.ownership import Event, Move
from assistant.domain.schedule import ServiceLevels
from assistant.errors import Refused, TooLong
from assistant.markup import to_html
from assistant.ports import Clock, Deed, Person
from assistant.support.mentions import mentioned
from assistant.support.promising import NO_PROMISE, Promise, promised
from assistant.support.roles import May, allows, must_answer

LONGEST_ANSWER = 20_000
_MOST_TAGS, _LONGEST_TAG = 10, 40


@dataclass(frozen=True)
class Beginning:
    """What a person's reply began from: the words, and whose they were: "help_center" for what the
    assistant would say, "passage", or a language model's name."""

    text: str = ""
    by: str = ""


def as_tag(words: str) -> str:
    """A tag as it is kept, and so as it is looked for; empty where nothing is left of the words."""
    return " ".join(words.replace('"', " ").split()).lower()[:_LONGEST_TAG].rstrip()


def as_sent(words: str) -> str:
    """The HTML of what a person writes, as the customer reads it."""
    # People end their lines on purpose; Markdown by itself would join them.
    return to_html(words.replace("\n", "  \n"))


class Casework:
    """The events that people cause. NotAllowed for who may not, WrongStatus where it is late."""

    def __init__(
        self,
        store: DeskStore,
        *,
        levels: Callable[[], ServiceLevels],
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._store, self._levels, self._now, self._new_id = store, levels, now, new_id

    def claim(self, conversation_id: str, person: Person) -> Conversation:
        """Take a waiting conversation out of the queue."""
        return self._move(Event.CLAIMED, conversation_id, person, agent_id=person.id)

    def take_up(self, conversation_id: str, person: Person) -> Conversation:
        """Step into what the assistant has, or reopen what was resolved."""
        return self._move(Event.TAKEN_UP, conversation_id, person, agent_id=person.id)

    def answer(
        self,
        conversation_id: str,
        person: Person,
        text: str,
        *,
        key: str | None = None,
        began: Beginning | None = None,
    ) -> Message:
        """Write to the customer; a waiting conversation is claimed by that. The same `key` again
        sends nothing a second time. `began`: what the person began from, for the record."""
        must_answer(person.role)
        words = _words(text)
        conversation = self._store.conversation(conversation_id)
        message = self._message(conversation, Author.AGENT, words, client_id=key)
        sent = self._store.answer(message, by=person.id)
        if sent.id == message.id:
            used = {"message_id": sent.id, **_used(began, words)}
            self._store.record(Deed(self._now(), person.id, "answered", conversation_id, used))
        return sent

    def note(self, conversation_id: str, person: Person, text: str) -> Note:
        """For colleagues alone."""
        must_answer(person.role)
        note = Note(f"n-{self._new_id()}", conversation_id, person.id, _words(text), self._now())
        names = mentioned(self._store.people(), note.text, by=person)
        self._store.add_note(note, names=names)
        return note

    def sort(
        self, conversation_id: str, person: Person, *, priority: Priority, tags: Sequence[str]
    ) -> Conversation:
        """File it: what is due follows from the priority."""
        must_answer(person.role)
        conversation = self._store.conversation(conversation_id)
        promise = promised(
            self._store, conversation, levels=self._levels(), priority=priority, now=self._now()
        )
        return self._store.sort(
            conversation_id,
            priority=priority,
            tags=_tags(tags),
            due_at=promise.due_at,
            resolve_by=promise.resolve_by,
            by=person.id,
        )

    def judge(
        self, conversation_id: str, person: Person, *, question: str, passage_id: str | None
    ) -> Judgement:
        """Mark the passage that answers the question; None: nothing in the help center does."""
        must_answer(person.role)
        verdict = Verdict.RIGHT_PASSAGE if passage_id else Verdict.NOTHING_ANSWERS
        judgement = Judgement(
            conversation_id=conversation_id,
            person_id=person.id,
            verdict=verdict,
            # As it was asked: a form sends other ends of lines than it was given.
            question=question.replace("\r\n", "\n"),
            created_at=self._now(),
            passage_id=passage_id,
            article_id=passage_id.rpartition("#")[0] if passage_id else None,
        )
        self._store.judge(judgement)
        return judgement

    def hand_on(self, conversation_id: str, person: Person, *, to: Person) -> Conversation:
        """Give it to a colleague; a lead may give what another person has, to themselves too."""
        if not allows(to.role, May.ANSWER) or to.disabled_at is not None:
            raise Refused(f"{to.email} does not answer customers; choose another colleague.")
        return self._move(Event.HANDED_ON, conversation_id, person, agent_id=to.id)

    def requeue(self, conversation_id: str, person: Person) -> Conversation:
        """Back to the queue, for whoever is free; what was promised before holds."""
        conversation, levels, at = (
            self._store.conversation(conversation_id),
            self._levels(),
            self._now(),
        )
        promise = Promise(
            levels.due(at, priority=conversation.priority, first=False),
            levels.resolved_by(at, priority=conversation.priority),
        )
        return self._move(Event.REQUEUED, conversation_id, person, promise=promise)

    def release(self, conversation_id: str, person: Person) -> Conversation:
        """Back to the assistant, which says so: the customer knows who answers from now on."""
        return self._move(Event.RELEASED, conversation_id, person, says="given_back")

    def resolve(self, conversation_id: str, person: Person) -> Conversation:
        """Done: nobody owns it any more."""
        return self._move(Event.RESOLVED, conversation_id, person)

    def snooze(self, conversation_id: str, person: Person, *, until: datetime) -> Conversation:
        """Out of sight until then, or until the customer writes."""
        if until <= self._now():
            raise Refused("That moment is over; choose one to come.")
        return self._move(Event.SNOOZED, conversation_id, person, until=until)

    def _move(
        self,
        event: Event,
        conversation_id: str,
        person: Person,
        *,
        agent_id: str | None = None,
        promise: Promise = NO_PROMISE,
        until: datetime | None = None,
        says: str | None = None,
    ) -> Conversation:
        must_answer(person.role)
        move = Move(
            event,
            by=person.id,
            at=self._now(),
            agent_id=agent_id,
            due_at=promise.due_at,
            resolve_by=promise.resolve_by,
            until=until,
            overrides=allows(person.role, May.STEER),
        )
        return self._store.move(conversation_id, move, message=self._said(conversation_id, says))

    def _said(self, conversation_id: str, wording: str | None) -> Message | None:
        if wording is None:
            return None
        conversation = self._store.conversation(conversation_id)
        return self._message(conversation, Author.ASSISTANT, say(wording, conversation.locale))

    def _message(
        self,
        conversation: Conversation,
        author: Author,
        words: str,
        *,
        client_id: str | None = None,
    ) -> Message:
        return Message(
            id=f"m-{self._new_id()}",
            conversation_id=conversation.id,
            author=author,
            text=words,
            html=as_sent(words) if author is Author.AGENT else to_html(words),
            locale=conversation.locale,
            created_at=self._now(),
            client_id=client_id,
        )


def _used(began: Beginning | None, words: str) -> dict[str, str | None]:
    """How much of a suggestion a person took over, and whose it was."""
    if began is None or not began.text.strip():
        return {"from_suggestion": None}
    as_it_was = began.text.replace("\r\n", "\n").strip() == words
    return {"from_suggestion": "as_it_was" if as_it_was else "edited", "suggested_by": began.by}


def _tags(tags: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(as_tag, tags))))[:_MOST_TAGS]


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("The answer is empty; write a few words.")
    if len(words) > LONGEST_ANSWER:
        raise TooLong(len(words), limit=LONGEST_ANSWER)
    return words
