"""What the assistant needs from the outside, in its own words. Contracts of the ports: testing/."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from assistant.domain.attachment import Attachment
from assistant.domain.conversation import Conversation, Message, Turn
from assistant.domain.handoff import Handoff
from assistant.domain.ownership import Move
from assistant.domain.survey import ArticleOpinion, Feedback, SurveyResponse
from assistant.domain.visitor import Profile
from assistant.ports.knowledge import AnalysedPassage as AnalysedPassage
from assistant.ports.knowledge import Embedder as Embedder
from assistant.ports.knowledge import KnowledgeStore as KnowledgeStore
from assistant.ports.knowledge import LexicalCandidate as LexicalCandidate
from assistant.ports.knowledge import TermStatistics as TermStatistics
from assistant.ports.knowledge import VectorIndex as VectorIndex
from assistant.ports.knowledge import Vectors as Vectors
from assistant.ports.language_model import LanguageModel as LanguageModel
from assistant.ports.language_model import ModelAnswer as ModelAnswer
from assistant.ports.people import Deed as Deed
from assistant.ports.people import PeopleStore as PeopleStore
from assistant.ports.people import Person as Person
from assistant.ports.people import Session as Session

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class StoredEvent:
    """An entry of the outbox. `id` grows with time and is the SSE event id."""

    id: int
    conversation_id: str
    kind: str
    payload: dict[str, Any]
    created_at: datetime


ReplyOf = Callable[[Turn, Message | None, Conversation], dict[str, Any]]
"""The reply object for what is stored: the turn, the assistant's message, the conversation."""


class ConversationStore(Protocol):
    """The log. Every method is one transaction that is on disk when it returns.

    Tokens arrive here hashed (hex sha256), never in the clear.
    """

    def one_moment(self) -> AbstractContextManager[None]:
        """Inside the block, all that this thread reads is of one moment, whoever writes meanwhile,
        this thread among them. May be nested."""

    def start(
        self, conversation: Conversation, *, token_hash: str, visitor_token_hash: str
    ) -> None:
        """Store a new conversation; creates its visitor where the visitor is new."""

    def conversation(self, conversation_id: str) -> Conversation:
        """Or UnknownThing."""

    def conversation_for(self, conversation_id: str, token_hash: str) -> Conversation:
        """The conversation, if the token is its own or its visitor's; else UnknownThing."""

    def visitor_for(self, visitor_token_hash: str) -> str | None:
        """The visitor's id, None where the token is unknown."""

    def conversation_of(self, message_id: str) -> str:
        """The conversation id of a message, or UnknownThing."""

    def conversations(
        self, *, visitor_id: str | None = None, status: str | None = None, limit: int = 50
    ) -> list[Conversation]:
        """Newest first."""

    def messages(self, conversation_id: str) -> list[Message]:
        """In the order they were stored."""

    def turns(self, conversation_id: str) -> list[Turn]:
        """In order."""

    def sent(self, conversation_id: str, client_id: str) -> Message | None:
        """The message that the conversation has under this `client_id`."""

    def set_context(self, conversation_id: str, context: Mapping[str, Any]) -> None:
        """Replace what the site tells of the conversation; UnknownThing."""

    def add_message(
        self, message: Message, *, due_at: datetime | None = None, owed: bool = True
    ) -> Message:
        """Store it with its event. With a `client_id` that the conversation already has, the stored
        message is returned instead and nothing is added. `due_at`: by when people promise to answer
        it, where they own the conversation; not `owed`: whoever has answered all before it owes
        nothing for it either."""

    def attach(
        self, message: Message, content: bytes, *, due_at: datetime | None, by: str | None = None
    ) -> Message:
        """Store a message that is one file, as `add_message` does. WrongStatus where people do not
        own the conversation. `by`: the agent whose file it is, as in `answer`."""

    def attachment(self, conversation_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
        """A file of this conversation, whole, or UnknownThing."""

    def reply_to(self, message_id: str) -> dict[str, Any] | None:
        """The reply object that was given to a customer's message."""

    def add_reply(
        self,
        turn: Turn,
        *,
        message: Message | None,
        locale: str,
        reply: ReplyOf,
        handoff: Handoff | None = None,
    ) -> dict[str, Any]:
        """Store the whole outcome of a turn at once: its record, the assistant's message, the
        handoff, what they move (`ownership.replied`), and their events. If the customer's message
        has a reply already, that one is returned and nothing is stored. If the conversation waits
        for or has a person by now, it stays so, and nothing is said or handed over: the turn is
        stored as `left_to_people`. WrongStatus where the turn leaves to people what they no longer
        own. `reply` is told what is stored. A message that was said before is not said again."""

    def call_person(self, handoff: Handoff, *, by: str, notice: Message) -> Conversation:
        """The conversation with the queue, with this handoff and what the customer is told. Where
        people own it already it stays as it is, and only the handoff's e-mail is taken, if any; who
        took it up uncalled gets the case with it."""

    def move(
        self, conversation_id: str, move: Move, *, message: Message | None = None
    ) -> Conversation:
        """Let the event happen to the conversation as it stands now, whichever process asked first,
        and say the message; WrongStatus where it cannot, and nothing is stored. Away from people,
        what was handed to them is closed. Given back to the assistant, all that the customer wrote
        since anybody last answered them is `unanswered`; taken up from it, what was `unanswered` is
        owed by the person from now on."""

    def answer(self, message: Message, *, by: str) -> Message:
        """An agent's words. Only who owns the conversation writes in it; who writes in one that
        waits claims it by that. WrongStatus for anybody else; a `client_id` counts once."""

    def unanswered(self) -> list[Message]:
        """Customers' messages that have no reply and that the assistant owes one, oldest first: in
        conversations with it, and those that came after a conversation was resolved."""

    def handoffs(self, conversation_id: str) -> list[Handoff]: ...

    def add_survey(self, response: SurveyResponse) -> None: ...

    def survey_asked(self, conversation_id: str) -> None:
        """The customer was shown a survey; with the answers, this makes the response rate."""

    def surveys(self, conversation_id: str) -> list[SurveyResponse]:
        """In the order they came."""

    def surveyed_elsewhere(self, conversation: Conversation) -> datetime | None:
        """When its visitor was last shown a survey of another conversation, or filled one in."""

    def feedback(self, conversation_id: str) -> dict[str, Feedback]:
        """message id → its thumb."""

    def add_feedback(self, feedback: Feedback) -> None:
        """The last one of a message counts; told as an event where the thumb is another one."""

    def most_cited(self, locale: str, *, among: int, limit: int) -> list[str]:
        """Article ids that the last `among` answers in the locale cite most, most first."""

    def waiting_times(self, *, among: int) -> list[float]:
        """Seconds from a call for a person to their first words, of the last `among` calls that
        were answered."""

    def events(
        self,
        conversation_id: str,
        *,
        after: int = 0,
        limit: int = 200,
        kinds: Collection[str] = (),
    ) -> list[StoredEvent]:
        """Of these kinds, or all, in order."""

    def export(self, kind: str) -> Iterable[dict[str, Any]]:
        """Whole records as plain JSON values: conversations, messages, turns, handoffs, surveys,
        feedback, follow_ups, events, attachments (without the files), articles, customers (what was
        told of them). `conversations`
        nests all that belongs to each. Refused for another kind."""

    def forget(self, visitor_id: str) -> int:
        """Erase a visitor with all conversations; how many those were. UnknownThing."""


class VisitorStore(Protocol):
    """Who visitors are, and the devices they come back on. Tokens and codes arrive hashed."""

    def profile(self, visitor_id: str, *, vouched_since: datetime | None = None) -> Profile | None:
        """None where the visitor is anonymous, or was identified last before `vouched_since`."""

    def identify(
        self, profile: Profile, *, visitor_id: str | None, new_id: str, token_hash: str
    ) -> str:
        """The one visitor who has this subject, with this profile from now on, and whom the token
        opens too. An anonymous `visitor_id` becomes that visitor, or joins them with all they
        did; one with another subject stays who they are."""

    def add_link(self, code_hash: str, conversation_id: str, expires_at: datetime) -> None:
        """A code that leads to the conversation, once, until then."""

    def follow_link(self, code_hash: str, *, token_hash: str, as_guest: bool) -> str:
        """The conversation, which the token opens from now on; unless `as_guest` with all that is
        its visitor's. The code is used up; UnknownThing where it was before, or is too old."""

    def has_guests(self, conversation_id: str) -> bool:
        """Whether anybody ever came into it `as_guest`."""

    def add_opinion(self, opinion: ArticleOpinion) -> None:
        """Of an article in the help center."""


class CustomerStore(ConversationStore, VisitorStore, Protocol):
    """All that the customer's side keeps."""


class Store(KnowledgeStore, CustomerStore, PeopleStore, Protocol):
    """One database behind all of them."""

    def migrate(self) -> None: ...

    def check(self) -> list[str]:
        """What is wrong inside the database itself, each with its remedy; [] when sound."""

    def rebuild_lexical_index(self) -> None:
        """Make it anew from the passages: the remedy where `check` finds it disagreeing."""

    def backup(self, target: str) -> None:
        """One consistent copy as a single file."""

    def restore(self, source: str) -> None:
        """Fill this empty database from a file that `backup` wrote; Refused where it holds anything
        already, or where the file is not such a copy."""

    def close(self) -> None: ...
