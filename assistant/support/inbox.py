"""Conversations that people own or should: who waits, their case, what an agent does with it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.domain.conversation import Author, Conversation, Message, Status
from assistant.domain.handoff import Handoff
from assistant.errors import NotAllowed, Refused, TooLong, WrongStatus
from assistant.markup import to_html
from assistant.ports import Clock, ConversationStore, Person

ANSWERING_ROLES = ("agent", "lead", "admin")
LONGEST_ANSWER = 20_000
# Far beyond what a queue may hold; the store gives the newest first, and none may be missed.
_ALL = 10_000


@dataclass(frozen=True)
class Case:
    """A conversation with what the assistant passed on; without a handoff `handoff` is None."""

    conversation: Conversation
    handoff: Handoff | None
    messages: tuple[Message, ...]

    @property
    def question(self) -> str:
        """What the customer wants to know, in their words: of the case, or where the person was
        called before the question arrived, what was written since."""
        held = self.handoff.case_file.get("question") if self.handoff else None
        written = [m.text for m in self.messages if m.author is Author.CUSTOMER]
        return str(held or (written[-1] if written else ""))

    @property
    def waiting_for_agent(self) -> bool:
        """Whether the last word is the customer's."""
        spoken = [
            message.author for message in self.messages if message.author is not Author.SYSTEM
        ]
        return bool(spoken) and spoken[-1] is Author.CUSTOMER


class Inbox:
    """The agents' side of a conversation. Thread-safe within one process."""

    def __init__(
        self,
        store: ConversationStore,
        *,
        now: Clock,
        new_id: Callable[[], str] = lambda: uuid.uuid4().hex,
    ) -> None:
        self._store, self._now, self._new_id = store, now, new_id
        # Reading the status, checking and storing it must not interleave between two agents.
        self._changing = threading.Lock()

    def waiting(self) -> list[Case]:
        """Who waits for a person, the longest first."""
        return self._with_status(Status.WAITING)

    def taken(self) -> list[Case]:
        """Whom a person has taken over, the oldest first."""
        return self._with_status(Status.WITH_AGENT)

    def count_waiting(self) -> int:
        """How many wait for a person."""
        return len(self._store.conversations(status=Status.WAITING, limit=_ALL))

    def case(self, conversation_id: str) -> Case:
        """Everything about one conversation, or UnknownThing."""
        return self._case(self._store.conversation(conversation_id))

    def take_over(self, conversation_id: str, person: Person) -> Conversation:
        """The person takes a waiting conversation; WrongStatus where another was quicker."""
        _must_answer(person)
        with self._changing:
            taken = self._store.conversation(conversation_id).take_over(person.id)
            self._store.update(taken)
        return taken

    def answer(self, conversation_id: str, person: Person, text: str) -> Message:
        """Write to the customer; a waiting conversation is taken over by that."""
        _must_answer(person)
        words = _words(text)
        with self._changing:
            conversation = self._store.conversation(conversation_id)
            message = self._message(conversation, words)
            if conversation.status is Status.WAITING:
                self._store.update(conversation.take_over(person.id), message=message)
                return message
            _must_be_taken(conversation)
            _must_own(conversation, person)
            return self._store.add_message(message)

    def resolve(self, conversation_id: str, person: Person) -> Conversation:
        """Done: nobody owns it any more, and its handoff is closed."""
        _must_answer(person)
        with self._changing:
            conversation = self._store.conversation(conversation_id)
            resolved = conversation.resolve()
            if conversation.status is Status.WITH_AGENT:
                _must_own(conversation, person)
            handoff = self._open_handoff(conversation_id)
            closed = replace(handoff, closed_at=self._now()) if handoff else None
            self._store.update(resolved, handoff=closed)
        return resolved

    def _with_status(self, status: Status) -> list[Case]:
        found = self._store.conversations(status=status, limit=_ALL)
        return sorted((self._case(each) for each in found), key=_since)

    def _case(self, conversation: Conversation) -> Case:
        handoffs = self._store.handoffs(conversation.id)
        messages = tuple(self._store.messages(conversation.id))
        return Case(conversation, handoffs[-1] if handoffs else None, messages)

    def _message(self, conversation: Conversation, words: str) -> Message:
        return Message(
            id=self._new_id(),
            conversation_id=conversation.id,
            author=Author.AGENT,
            text=words,
            html=_html(words),
            locale=conversation.locale,
            created_at=self._now(),
        )

    def _open_handoff(self, conversation_id: str) -> Handoff | None:
        still_open = [each for each in self._store.handoffs(conversation_id) if not each.closed_at]
        return still_open[-1] if still_open else None


def _since(case: Case) -> tuple[str, str]:
    began = case.handoff.created_at if case.handoff else case.conversation.created_at
    return began.isoformat(), case.conversation.id


def _must_answer(person: Person) -> None:
    if person.role not in ANSWERING_ROLES:
        raise NotAllowed(
            f"The role {person.role!r} does not answer customers; ask an admin for another."
        )


def _must_be_taken(conversation: Conversation) -> None:
    if conversation.status is not Status.WITH_AGENT:
        wanted = (Status.WAITING, Status.WITH_AGENT)
        raise WrongStatus(conversation.id, status=conversation.status, wanted=wanted)


def _must_own(conversation: Conversation, person: Person) -> None:
    # A lead or an admin steps in where a colleague has left.
    if conversation.agent_id != person.id and person.role == "agent":
        raise NotAllowed(
            f"Conversation {conversation.id!r} is with another agent; ask them or a lead."
        )


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("The answer is empty; write a few words.")
    if len(words) > LONGEST_ANSWER:
        raise TooLong(len(words), limit=LONGEST_ANSWER)
    return words


def _html(words: str) -> str:
    # People end their lines on purpose; Markdown by itself would join them.
    return to_html(words.replace("\n", "  \n"))
