"""What the assistant needs from the outside, in its own words. Contracts of the ports: testing/.

Vectors are float32 arrays of unit length: shape (d,) for one, (n, d) for many.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.domain.article import Article, ArticleCard, Passage
from assistant.domain.attachment import Attachment
from assistant.domain.conversation import Conversation, Message, Turn
from assistant.domain.handoff import Handoff
from assistant.domain.ownership import Move
from assistant.domain.survey import ArticleOpinion, Feedback, SurveyResponse
from assistant.domain.visitor import Profile
from assistant.ports.language_model import LanguageModel as LanguageModel
from assistant.ports.language_model import ModelAnswer as ModelAnswer
from assistant.ports.people import Deed as Deed
from assistant.ports.people import PeopleStore as PeopleStore
from assistant.ports.people import Person as Person
from assistant.ports.people import Session as Session

Vectors = NDArray[np.float32]
Clock = Callable[[], datetime]


class Embedder(Protocol):
    """Text to vectors. Thread-safe. Raises EmbedderUnavailable where the model cannot be loaded."""

    @property
    def name(self) -> str:
        """Names the model and its weights: vectors of two names are never mixed."""

    @property
    def max_pieces(self) -> int:
        """How many word pieces are read; what lies beyond is cut silently by the model."""

    def count_pieces(self, text: str) -> int:
        """Word pieces of the text, the model's own special ones included."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), d), rows in the order of the texts."""


class VectorIndex(Protocol):
    """Nearest vectors by cosine, a partition for each locale. Derived data: SQL holds the truth.

    Thread-safe. Adding a fingerprint that is there changes nothing; removing one that is not there
    neither. Raises IndexUnavailable.
    """

    def add(self, locale: str, fingerprints: Sequence[str], vectors: Vectors) -> None: ...

    def remove(self, locale: str, fingerprints: Sequence[str]) -> None: ...

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]:
        """(fingerprint, cosine), best first; an unknown locale gives []."""

    def fingerprints(self, locale: str) -> set[str]: ...

    def locales(self) -> list[str]: ...

    def version(self) -> int:
        """The knowledge version that this index was last brought up to; 0 when never."""

    def set_version(self, version: int) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class AnalysedPassage:
    """A passage with its tokens (stems, in order) for the lexical index."""

    passage: Passage
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class TermStatistics:
    """What BM25 needs to know of one locale's passages of one kind."""

    documents: int
    mean_length: float
    document_frequency: Mapping[str, int]


@dataclass(frozen=True)
class LexicalCandidate:
    """A passage that holds at least one of the terms asked for; `fingerprint` is the passage's,
    which takes long to compute."""

    passage: Passage
    tokens: tuple[str, ...]
    fingerprint: str


class KnowledgeStore(Protocol):
    """Articles, passages, the lexical index and the vectors' truth, in one database.

    `publish` and `withdraw` are one transaction each: a reader sees an article whole, old or new.
    Only published articles have passages. Every change raises `version` by one.
    """

    def one_moment(self) -> AbstractContextManager[None]:
        """Inside the block, all that this thread reads is of one moment, whoever publishes
        meanwhile: what takes several reads sees each article whole too. May be nested."""

    def version(self) -> int: ...

    def audiences(self) -> frozenset[str]:
        """Of all published articles; `among` names some of them, and None means every one."""

    def locales(self, *, among: Collection[str] | None = None) -> list[str]:
        """Locales with at least one published article, most articles first."""

    def content_hashes(self, source: str) -> dict[str, str]:
        """article id → the hash given when it was published, of a source's published articles."""

    def owners(self, article_ids: Iterable[str]) -> dict[str, str]:
        """article id → source, for those that are published; the editor keeps what it archived."""

    def publish(
        self,
        article: Article,
        passages: Sequence[AnalysedPassage],
        *,
        content_hash: str,
        vectors: Mapping[str, Vectors],
        model: str,
    ) -> None:
        """Replace the article and its passages; `vectors`: those not yet stored, by fingerprint."""

    def withdraw(self, article_ids: Iterable[str]) -> None:
        """Archive: the revisions stay, passages and tokens go."""

    def article(self, article_id: str) -> Article:
        """A published article, or UnknownThing."""

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]:
        """Published articles by title."""

    def cards(self, article_ids: Iterable[str]) -> dict[str, ArticleCard]: ...

    def card_at(self, locale: str, name: str) -> ArticleCard | None:
        """The published article whose address in the help center ends so: with its slug, else with
        its id, else with a slug that it had before."""

    def text_changed_at(self, article_ids: Iterable[str]) -> dict[str, datetime]:
        """When each article became what it is: publishing the same again changes nothing."""

    def passages_of(self, article_id: str) -> list[Passage]:
        """In order of position; [] where there is none."""

    def passages_with(self, locale: str, fingerprints: Iterable[str]) -> dict[str, list[Passage]]:
        """fingerprint → published passages of that locale that have it."""

    # -- lexical

    def term_statistics(
        self, locale: str, terms: Iterable[str], *, among: Collection[str] | None = None
    ) -> dict[str, TermStatistics]:
        """By PassageKind value ("body", "phrasing"); of articles for these audiences alone, as if
        there were no others."""

    def lexical_candidates(
        self,
        locale: str,
        terms: Sequence[str],
        *,
        kind: str,
        limit: int,
        among: Collection[str] | None = None,
    ) -> list[LexicalCandidate]:
        """Published passages with any of the terms, at most `limit`, those with most of them first
        (ties in order of passage id), the same on every engine."""

    def vocabulary(self, locale: str, *, among: Collection[str] | None = None) -> list[str]:
        """All tokens of the locale's published passages, each once, sorted."""

    # -- vectors

    def known_vectors(self, model: str, fingerprints: Iterable[str]) -> set[str]: ...

    def add_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None: ...

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]: ...

    def fingerprints(self, locale: str) -> set[str]:
        """Of all published passages of the locale."""

    def texts(self, locale: str, fingerprints: Iterable[str]) -> dict[str, str]:
        """fingerprint → the text to embed."""

    def drop_unused_vectors(self) -> int:
        """Remove vectors that no passage has; how many."""


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

    def add_message(self, message: Message, *, due_at: datetime | None = None) -> Message:
        """Store it with its event. With a `client_id` that the conversation already has, the stored
        message is returned instead and nothing is added. `due_at`: by when people promise to answer
        it, where they own the conversation."""

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
        own. `reply` is told what is stored."""

    def call_person(self, handoff: Handoff, *, by: str, notice: Message) -> Conversation:
        """The conversation with the queue, with this handoff and what the customer is told. Where
        people own it already it stays as it is, and only the handoff's e-mail is taken, if any."""

    def move(
        self, conversation_id: str, move: Move, *, message: Message | None = None
    ) -> Conversation:
        """Let the event happen to the conversation as it stands now, whichever process asked first,
        and say the message; WrongStatus where it cannot, and nothing is stored. Away from people,
        what was handed to them is closed."""

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
        self, conversation_id: str, *, after: int = 0, limit: int = 200
    ) -> list[StoredEvent]: ...

    def export(self, kind: str) -> Iterable[dict[str, Any]]:
        """Whole records as plain JSON values: conversations, messages, turns, handoffs, surveys,
        feedback, follow_ups, events, attachments (without the files), articles. `conversations`
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
