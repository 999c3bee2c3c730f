"""From the log to gaps: questions that failed, grouped by meaning and weighed.

Read within a window: the last WINDOW, and of those the MOST questions that failed last.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from assistant.domain.conversation import Author, Message
from assistant.domain.gap import Decided, Failing, GapState, state_now
from assistant.domain.visitor import Profile
from assistant.insights.effort import effort_of
from assistant.insights.transcript import SaidTurn
from assistant.ports import Clock, Embedder, KnowledgeStore, Person
from assistant.ports.curated import CuratedReads
from assistant.ports.gaps import FailedQuestion, GapStore
from assistant.retrieval.analysis import content_words
from assistant.writing.grouping import Member, grouped
from assistant.writing.personal import names_in, spellings
from assistant.writing.question_vectors import QuestionVectors

WINDOW = timedelta(days=90)
MOST = 5000
LEAST_EFFORT = 10
"""Who left at once had some trouble too: no customer weighs less."""
_CONVERSATIONS = 5
"""Effort is read of a gap's last conversations."""
_READ = 30
"""Conversations whose agents' replies are read for one gap."""


class GapLog(GapStore, KnowledgeStore, CuratedReads, Protocol):
    """What is read of the store."""

    def messages(self, conversation_id: str) -> list[Message]: ...

    def profile(self, visitor_id: str) -> Profile | None: ...

    def people(self) -> list[Person]: ...


@dataclass(frozen=True)
class Gap:
    """Questions of one meaning. `questions`: the most central first, by `nearness` to the middle.
    `effort`: 0–100, the mean of its last conversations."""

    id: str
    questions: tuple[FailedQuestion, ...]
    nearness: Mapping[str, float]
    decided: Decided | None
    effort: float = 0.0

    @property
    def title(self) -> FailedQuestion:
        """The question that says best what it is about."""
        return self.questions[0]

    @property
    def state(self) -> GapState:
        return state_now(self.decided, last_failed=self.last_failed)

    @property
    def last_failed(self) -> datetime:
        return max(question.failed_at for question in self.questions)

    @property
    def askers(self) -> int:
        """Customers, each once."""
        return len({question.visitor_id for question in self.questions})

    @property
    def weight(self) -> float:
        """Askers × effort, by which gaps are ranked."""
        return self.askers * max(self.effort, LEAST_EFFORT)

    @property
    def locales(self) -> list[tuple[str, int]]:
        """The languages that it was asked in, the most frequent first."""
        return Counter(question.locale for question in self.questions).most_common()

    @property
    def ways(self) -> list[tuple[Failing, int]]:
        """How its questions failed, the most frequent first."""
        return Counter(way for each in self.questions for way in sorted(each.ways)).most_common()


@dataclass(frozen=True)
class HumanReply:
    """What a person wrote after the question failed."""

    conversation_id: str
    question: str
    text: str
    locale: str
    at: datetime


@dataclass(frozen=True)
class Reading:
    """Gaps of the questions and decisions that the store had."""

    questions: Sequence[FailedQuestion]
    decided: Sequence[Decided]
    gaps: Sequence[Gap]
    cut: bool


class GapReader:
    """Thread-safe."""

    def __init__(self, store: GapLog, *, embedder: Embedder, now: Clock) -> None:
        self.store, self.now = store, now
        self.vectors = QuestionVectors(embedder)
        self._lock = threading.Lock()
        self._last: Reading | None = None

    def read(self) -> Reading:
        """Grouped again only where a question or a decision was added."""
        since = self.now() - WINDOW
        questions = self.store.failed_questions(since=since, limit=MOST + 1)
        decided = list(self.store.gap_decisions())
        with self._lock:
            last = self._last
            if last is None or (last.questions, last.decided) != (questions, decided):
                gaps = self._grouped([q for q in questions[-MOST:] if _says_something(q)], decided)
                last = Reading(questions, decided, gaps, cut=len(questions) > MOST)
                self._last = last
            return last

    def _grouped(
        self, questions: Sequence[FailedQuestion], decided: Sequence[Decided]
    ) -> list[Gap]:
        by_id = {question.message_id: question for question in questions}
        seeds = {anchor: each.gap_id for each in decided for anchor in each.anchors}
        # What was decided about holds together, also when its questions are older than the window.
        older = self.store.meanings(set(seeds) - set(by_id))
        meanings = dict(older) | {id: question.meaning for id, question in by_id.items()}
        groups = grouped(list(meanings), self.vectors.of(list(meanings.values())), seeds=seeds)
        decisions = {each.gap_id: each for each in decided}
        inside = {
            name: [member for member in members if member.key in by_id]
            for name, members in groups.items()
        }
        return [
            _gap(name, members, by_id, decisions.get(name))
            for name, members in inside.items()
            if members
        ]

    def weighed(self, gap: Gap) -> Gap:
        """With the effort that it cost."""
        latest = sorted(gap.questions, key=lambda each: each.failed_at, reverse=True)
        ids = list(dict.fromkeys(each.conversation_id for each in latest))[:_CONVERSATIONS]
        efforts = [_effort(self.store.messages(id)) for id in ids]
        return replace(gap, effort=sum(efforts) / len(efforts))

    def names(self, gap: Gap) -> frozenset[str]:
        """Of those who asked, as far as the site or they themselves told them, and of all who
        answer."""
        visitors = {question.visitor_id for question in gap.questions}
        profiles = (self.store.profile(visitor_id) for visitor_id in sorted(visitors))
        customers = (profile.name or "" for profile in profiles if profile)
        people = (person.name for person in self.store.people())
        told = {way for name in (*customers, *people) for way in spellings(name)}
        read = [self.store.messages(each.conversation_id) for each in _first_of_each(gap)]
        said = [message for messages in read for message in messages]
        customer = [each.text for each in said if each.author is Author.CUSTOMER]
        return frozenset(told) | names_in(customer, own=True)

    def replies(self, gap: Gap) -> list[HumanReply]:
        """What people answered, the latest conversation first."""
        found: list[HumanReply] = []
        for question in _first_of_each(gap):
            found += _replies_to(question, self.store.messages(question.conversation_id))
        return found


def _first_of_each(gap: Gap) -> list[FailedQuestion]:
    """Of the conversations that are read, the question that failed first; the latest before."""
    latest = sorted(gap.questions, key=lambda each: each.failed_at, reverse=True)
    first = {each.conversation_id: each for each in reversed(latest)}
    return list(first.values())[::-1][:_READ]


def _gap(
    name: str,
    members: Sequence[Member],
    by_id: Mapping[str, FailedQuestion],
    decided: Decided | None,
) -> Gap:
    questions = tuple(by_id[member.key] for member in members)
    return Gap(name, questions, {member.key: member.cosine for member in members}, decided)


def _says_something(question: FailedQuestion) -> bool:
    """A number alone says nothing either."""
    words = content_words(question.meaning, question.locale)
    return not all(word.isdigit() for word in words)


def _effort(messages: Iterable[Message]) -> int:
    said = [SaidTurn(message.author, message.text, message.created_at) for message in messages]
    return effort_of(said).index


def _replies_to(question: FailedQuestion, messages: Sequence[Message]) -> list[HumanReply]:
    return [
        HumanReply(
            conversation_id=question.conversation_id,
            question=question.text,
            text=message.text,
            locale=message.locale,
            at=message.created_at,
        )
        for message in messages
        if message.author is Author.AGENT and message.created_at >= question.asked_at
    ]
