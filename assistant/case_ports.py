"""What the console needs from the outside beside the log: lists, notes, labels, who looks on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from assistant.domain.conversation import Conversation, Message, Priority
from assistant.domain.schedule import Kept
from assistant.ports import ConversationStore, Deed, PeopleStore, Store, StoredEvent
from assistant.ports.agents import AgentStore
from assistant.ports.api_tokens import ApiTokenStore
from assistant.ports.attention import AttentionStore
from assistant.ports.clashes import ClashStore
from assistant.ports.curated import CuratedStore
from assistant.ports.customers import AttributeStore
from assistant.ports.deliveries import DeliveryStore
from assistant.ports.digests import DigestStore
from assistant.ports.editor import EditorStore
from assistant.ports.experiments import ExperimentStore
from assistant.ports.figures import FiguresStore
from assistant.ports.follow_ups import FollowUpStore
from assistant.ports.gaps import GapStore
from assistant.ports.helpdesk import TicketStore
from assistant.ports.images import ImageStore
from assistant.ports.looks import LookStore
from assistant.ports.nudges import NudgeStore
from assistant.ports.people import Onlooker as Onlooker
from assistant.ports.regressions import RegressionStore
from assistant.ports.relationship import RelationshipStore
from assistant.ports.reviews import ReviewStore
from assistant.ports.sources import SourceStore
from assistant.ports.steps import StepStore
from assistant.ports.usage import UsageStore
from assistant.ports.views import ViewStore
from assistant.ports.webhooks import WebhookStore

AT_THE_KEYS = "customer writing"
"""Stands for the customer among those who look on, from when they write until they sent it."""


class Box(StrEnum):
    """The lists of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    SNOOZED = "snoozed"
    """Mine too, out of sight until a moment."""
    ALL = "all"
    """Whoever's: all that people own."""
    RESOLVED = "resolved"
    WITH_ASSISTANT = "with_assistant"


@dataclass(frozen=True)
class InboxQuery:
    """Which conversations to list, for whom. What is None or empty does not narrow it.

    `waiting_since`: only those who have waited since then or longer. `words`: each must occur in
    what was said, whatever the capitals and accents.
    """

    box: Box
    person_id: str
    reason: str | None = None
    locale: str | None = None
    tag: str | None = None
    priority: Priority | None = None
    waiting_since: datetime | None = None
    words: tuple[str, ...] = ()
    limit: int = 50
    skip: int = 0


@dataclass(frozen=True)
class Note:
    """What colleagues tell each other about a conversation; the customer never reads it."""

    id: str
    conversation_id: str
    person_id: str
    text: str
    created_at: datetime


class Verdict(StrEnum):
    """What a person says of a question and what was found for it."""

    RIGHT_PASSAGE = "right_passage"
    NOTHING_ANSWERS = "nothing_answers"
    """No article does: a gap in the help center."""


@dataclass(frozen=True)
class Judgement:
    """A label for the calibration, or a gap, while it stands. `passage_id` and `article_id` of the
    right one."""

    conversation_id: str
    person_id: str
    verdict: Verdict
    question: str
    created_at: datetime
    passage_id: str | None = None
    article_id: str | None = None


def standing(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Those that stand, of all in the order of time: a passage beside others that are right for the
    same question, until nothing is said to answer it; and that, until a passage is."""
    found: list[Judgement] = []
    for judgement in judgements:
        nothing = judgement.verdict is Verdict.NOTHING_ANSWERS
        found = [
            each
            for each in found
            if each.question != judgement.question
            or (each.verdict is Verdict.RIGHT_PASSAGE and not nothing)
        ]
        found.append(judgement)
    return found


class CaseStore(Protocol):
    """What people add to conversations, and the lists that they work from."""

    def inbox(self, query: InboxQuery) -> list[Conversation]:
        """What is due first comes first; of what is resolved or the assistant's, the latest."""

    def box_sizes(self, person_id: str) -> Mapping[Box, int]: ...

    def add_note(self, note: Note, *, names: Sequence[str] = ()) -> None:
        """With an event that no customer is told of. `names`: the people whom it speaks to."""

    def notes(self, conversation_id: str) -> list[Note]:
        """In the order they were written."""

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
        """Set what the case is filed under; `due_at` where an answer is owed, `resolve_by` where
        it was promised to be over."""

    def promises_kept(self, *, since: datetime, now: datetime) -> Mapping[Priority, Kept]:
        """Of what came to people since that moment, made-up conversations apart; each priority."""

    def told_late(self, words: Message, *, at: datetime) -> bool:
        """Tell the customer in these words that the promise broke, and note that they know; False,
        and nothing is said, where they know already or nothing is owed any more."""

    def judge(self, judgement: Judgement) -> None: ...

    def judgements(self, conversation_id: str) -> list[Judgement]:
        """All, also those that stand no more, in the order of time."""

    def look_on(self, conversation_id: str, person_id: str, *, writing: bool) -> None:
        """This person, CUSTOMER or AT_THE_KEYS, has it open now. The customer's next message while
        people have the conversation ends the last of these."""

    def seen_since(self, conversation_id: str, at: datetime) -> bool:
        """Whether the customer was there at that moment or after it: looked on, or wrote."""

    def onlookers(self, conversation_id: str, *, since: datetime) -> list[Onlooker]:
        """Who has had it open since."""

    def last_event(self) -> int:
        """The newest event of all conversations, 0 where there is none."""

    def changes(self, *, after: int, limit: int = 200) -> list[StoredEvent]:
        """Events of all conversations, in their order."""

    def team_setting(self, name: str) -> Any:
        """Plain JSON values, None where nothing is set."""

    def set_team_setting(self, name: str, value: Any, *, deed: Deed) -> None:
        """None: nothing is set any more."""

    def overdue(
        self, at: datetime, *, silent_since: datetime, limit: int = 100
    ) -> list[Conversation]:
        """Conversations in which an answer was due before, the oldest first: of those that wait,
        whose customer does not know it yet; of people's, those that they have had since before
        `silent_since`."""

    def unpromised(self, *, limit: int = 100) -> list[Conversation]:
        """Those of which `owes_without_promise` is true, the longest waiting first."""

    def promise(
        self, conversation_id: str, *, due_at: datetime, resolve_by: datetime | None
    ) -> Conversation:
        """Promise it to a customer who waits without; whatever was promised before holds."""

    def to_wake(self, at: datetime, *, limit: int = 100) -> list[Conversation]:
        """Snoozed ones whose moment has come."""

    def left_by_the_gone(
        self, *, answering: Collection[str], limit: int = 100
    ) -> list[Conversation]:
        """Conversations of people whose account is closed, or whose role is none of those that are
        `answering`."""


class DeskStore(ConversationStore, CaseStore, PeopleStore, AttentionStore, Protocol):
    """All that the console works with."""


class WholeStore(
    Store,
    CaseStore,
    AttentionStore,
    NudgeStore,
    DeliveryStore,
    WebhookStore,
    ReviewStore,
    FiguresStore,
    ExperimentStore,
    EditorStore,
    FollowUpStore,
    GapStore,
    CuratedStore,
    SourceStore,
    ImageStore,
    RegressionStore,
    ClashStore,
    RelationshipStore,
    DigestStore,
    ApiTokenStore,
    UsageStore,
    StepStore,
    TicketStore,
    AgentStore,
    ViewStore,
    LookStore,
    AttributeStore,
    Protocol,
):
    """One database behind everything."""
