"""An experiment: for a share of the visitors one setting has another value, and one rate says which
of both is better. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.domain.conversation import Conversation
from assistant.domain.lot import lot
from assistant.errors import Refused

SHARES = (0.1, 0.9)
"""The smallest and the largest part of the visitors that may get the variant: beyond, what is rare
would look certain too early."""
LONGEST_NAME = 100


class Subject(StrEnum):
    """The settings that can be tried, by the names that they are stored under."""

    WELCOME = "welcome"
    """The words that customers are greeted with, by locale."""
    MAX_WRONG = "max_wrong"
    """The share of answers that may be wrong: from 0 to 1."""
    SURVEY_AFTER = "survey_after"
    """After how many seconds of silence under an answer its customer is asked how it was; nothing:
    only once they say thanks."""
    INSTRUCTION = "instruction"
    """What a language model is told of how to write, beside its rules."""


class Goal(StrEnum):
    """What is counted, of all visitors who met the experiment: in the conversation in which each
    met it first."""

    WROTE = "wrote"
    HELPED = "helped"
    HANDED = "handed"
    WRONG = "wrong"
    UNANSWERED = "unanswered"
    RATED = "rated"
    PRAISED = "praised"

    @property
    def less_is_better(self) -> bool:
        return self in (Goal.HANDED, Goal.WRONG, Goal.UNANSWERED)


class Arm(StrEnum):
    """The two halves of an experiment."""

    CONTROL = "control"
    VARIANT = "variant"


@dataclass(frozen=True)
class Experiment:
    """`value` of the subject for the `share` of the visitors, while it runs; of a greeting, the
    locales that are tried. `adopted`: it ended by making the value the setting, which was
    `replaced` before."""

    id: str
    name: str
    subject: Subject
    value: Any
    share: float
    goal: Goal
    started_at: datetime
    ended_at: datetime | None = None
    adopted: bool = False
    replaced: Any = None

    def arm_of(self, visitor_id: str) -> Arm:
        """Always the same one."""
        drawn = lot(visitor_id, of=f"experiment {self.id}")
        return Arm.VARIANT if drawn < self.share else Arm.CONTROL

    def over(self, setting: Any) -> Any:
        """The setting with what is tried; a language that is not tried is greeted as before."""
        return {**(setting or {}), **self.value} if isinstance(self.value, dict) else self.value

    def concerns(self, conversation: Conversation) -> bool:
        """What began before it goes on as it began."""
        return self.ended_at is None and conversation.created_at >= self.started_at

    def checked(self) -> Experiment:
        """The same, or Refused."""
        if not self.name.strip() or len(self.name) > LONGEST_NAME:
            raise Refused(f"Give the experiment a name of up to {LONGEST_NAME} characters.")
        if not SHARES[0] <= self.share <= SHARES[1]:
            low, high = (f"{100 * share:.0f}" for share in SHARES)
            raise Refused(f"The variant is for {low} to {high} % of the visitors.")
        return self


@dataclass(frozen=True)
class Before:
    """What the setting was before; None: nobody had set one."""

    value: Any


def before_adopting(
    latest_first: Iterable[Experiment], subject: Subject, value: Any
) -> Before | None:
    """As if nothing had ever been adopted; None where the value is no experiment's."""
    found = None
    for each in latest_first:
        if each.adopted and each.subject is subject and each.over(each.replaced) == value:
            value, found = each.replaced, Before(each.replaced)
    return found


@dataclass(frozen=True)
class Exposure:
    """A conversation in which a visitor met an experiment."""

    experiment_id: str
    conversation_id: str
    arm: Arm
    at: datetime
