"""The questions that failed, read from the log, and what writers decided about them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.conversation import Message
from assistant.domain.delivery import Delivery
from assistant.domain.gap import Decided, Failing, GapState
from assistant.ports.people import Deed


@dataclass(frozen=True)
class AskedQuestion:
    """A customer's question. `meaning`: as it was understood, with what it refers to."""

    message_id: str
    conversation_id: str
    visitor_id: str
    text: str
    meaning: str
    locale: str
    asked_at: datetime


@dataclass(frozen=True)
class FailedQuestion(AskedQuestion):
    """And how it failed. `failed_at`: when that was first known, by which questions are ordered:
    what fails later never comes before."""

    failed_at: datetime
    ways: frozenset[Failing]


@dataclass(frozen=True)
class Telling:
    """To somebody whose questions are answered by now: what is said in the conversation, and the
    mail that says it, too. `questions`: {message id: conversation id}, all of theirs that nobody
    told them of before."""

    questions: Mapping[str, str]
    said: Message
    mail: Delivery


class GapStore(Protocol):
    """Reads of the log, and the decisions."""

    def failed_questions(
        self, *, since: datetime, limit: int, simulated: bool = False
    ) -> list[FailedQuestion]:
        """Those of conversations that began since then: the `limit` that failed last, in the order
        in which they failed."""

    def asked_questions(
        self, *, since: datetime, limit: int, simulated: bool = False
    ) -> list[AskedQuestion]:
        """Of conversations that began since then: the `limit` that were asked last, whatever became
        of them, the earliest first. Greetings and wishes for a person are none."""

    def meanings(self, message_ids: Iterable[str]) -> Mapping[str, str]:
        """Message id → the question as it was understood, of those that are still in the log."""

    def gap_decisions(self) -> Sequence[Decided]:
        """Of every gap that anything was ever decided about, by id."""

    def decide_gap(self, decided: Decided, *, was: GapState | None, deed: Deed) -> None:
        """Keep it with its deed; `was`: the state that was decided before, None for a first
        decision. WrongStatus where somebody else decided meanwhile."""

    def told(self, message_ids: Iterable[str]) -> Mapping[str, datetime]:
        """Of these questions, those whose askers were told of an answer since, and when."""

    def tell(self, tellings: Sequence[Telling], *, deed: Deed) -> Sequence[Telling]:
        """Say it to each, unless they were told of one of the questions before, people have their
        conversation, or they are erased by now: those that were said, and nobody else counts as
        told. The deed is kept where there were any, with how many."""
