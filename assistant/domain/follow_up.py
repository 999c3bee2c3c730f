"""A follow-up: a person goes back to a customer for whom it went badly, and asks whether that
helped. Pure.

    open → taken → done → helped
      ↘      ↘       ↘  → not_helped → taken …
       dropped ←┘

Once it is over, a newer rating that is bad opens it anew.

What the customer says afterwards stands here alone: it is never counted as a survey.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from assistant.errors import Refused, WrongStep

LONGEST_TEXT = 4000


class Cause(StrEnum):
    """Why somebody should go back to the customer, the surest first."""

    RATED = "rated"
    """The customer said so in a survey: measured."""
    EFFORT = "effort"
    """Countable events cost the customer effort."""
    PREDICTED = "predicted"
    """The words suggest it: predicted, and nobody said it."""
    BY_HAND = "by_hand"
    """A person wants it."""


class Step(StrEnum):
    """How far it is."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    """What was done stands there; the customer has not said yet whether it helped."""
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    DROPPED = "dropped"


TO_DO = (Step.OPEN, Step.TAKEN, Step.NOT_HELPED)
"""Somebody still has something to do."""
ASKED = (Step.DONE, Step.HELPED, Step.NOT_HELPED)
"""The customer is or was asked whether it helped."""


@dataclass(frozen=True)
class Signs:
    """What a conversation shows. `csat`, `ces`, `nps`: the last answer, None without one; `effort`:
    0-100; `predicted`: satisfaction 0-1, None while predictions are uncalibrated on this site."""

    csat: int | None
    effort: int
    predicted: float | None
    ces: int | None = None
    nps: int | None = None


@dataclass(frozen=True)
class Rules:
    """From when a conversation becomes a follow-up; 0 turns a rule off. `csat`, `ces`, `nps`: a
    rating up to this, whose default leaves most detractors alone, since they may be many; `effort`:
    an index from this; `predicted`: a satisfaction below so many percent; `hours` of opening time
    until somebody should have called back."""

    csat: int = 2
    ces: int = 2
    nps: int = 2
    effort: int = 60
    predicted: int = 20
    hours: int = 8

    def checked(self) -> Rules:
        """The same, or Refused."""
        limits = {
            "csat": (0, 4),
            "ces": (0, 6),
            "nps": (0, 9),
            "effort": (0, 100),
            "predicted": (0, 90),
            "hours": (1, 720),
        }
        for name, (lowest, highest) in limits.items():
            if not lowest <= getattr(self, name) <= highest:
                raise Refused(f"{name!r} is a whole number from {lowest} to {highest}.")
        return self

    def cause(self, signs: Signs) -> Cause | None:
        """Why this is one, None where it is none. What was said outweighs what was counted, and
        that what was predicted: who rated it well is not called for a prediction. Whether they
        would recommend us is about the whole: a good answer says nothing of this conversation."""
        if self._rated_low(signs):
            return Cause.RATED
        if signs.csat is not None or signs.ces is not None:
            return None
        if self.effort and signs.effort >= self.effort:
            return Cause.EFFORT
        if signs.predicted is not None and signs.predicted < self.predicted / 100:
            return Cause.PREDICTED
        return None

    def _rated_low(self, signs: Signs) -> bool:
        rules = ((signs.csat, self.csat), (signs.ces, self.ces), (signs.nps, self.nps))
        # The worst NPS is 0, and a rule of 0 is off.
        return any(said is not None and highest and said <= highest for said, highest in rules)


@dataclass(frozen=True)
class FollowUp:
    """One for each conversation at most. `signs` as they were when it was opened; `due_at`: by when
    somebody should have called back, None where the team never opens; `person_id`: who does;
    `done`: what was done, or why it was dropped; `comment`: the customer's, with the answer."""

    id: str
    conversation_id: str
    cause: Cause
    signs: Signs
    created_at: datetime
    due_at: datetime | None
    step: Step = Step.OPEN
    person_id: str | None = None
    done: str = ""
    done_at: datetime | None = None
    answered_at: datetime | None = None
    comment: str = ""

    def is_late(self, at: datetime) -> bool:
        """Promised by before, and not done."""
        waits = self.step in (Step.OPEN, Step.TAKEN)
        return waits and self.due_at is not None and self.due_at <= at

    @property
    def over_at(self) -> datetime | None:
        """When it was last heard of, None while somebody has something to do."""
        heard = (each for each in (self.done_at, self.answered_at) if each is not None)
        return None if self.step in TO_DO else max(heard, default=None)

    # -- what happens to it, each or WrongStep

    def taken(self, person_id: str) -> FollowUp:
        """By somebody, who may be somebody else than before; also after it did not help."""
        self._must_be(TO_DO)
        return replace(self, step=Step.TAKEN, person_id=person_id)

    def finished(self, what: str, *, by: str, at: datetime) -> FollowUp:
        """What was done; the customer is asked from now on. Refused without words."""
        self._must_be(TO_DO)
        return self._closed(Step.DONE, what, by=by, at=at)

    def dropped(self, why: str, *, by: str, at: datetime) -> FollowUp:
        """Nobody goes back, for a reason. Refused without words."""
        self._must_be(TO_DO)
        return self._closed(Step.DROPPED, why, by=by, at=at)

    def answered(self, *, helped: bool, comment: str, at: datetime) -> FollowUp:
        """By the customer, once for each time that something was done."""
        self._must_be((Step.DONE,))
        step = Step.HELPED if helped else Step.NOT_HELPED
        return replace(self, step=step, answered_at=at, comment=comment.strip()[:LONGEST_TEXT])

    def rated_again(self, signs: Signs, *, at: datetime, due_at: datetime | None) -> FollowUp:
        """Badly, once it was over: somebody has to go back anew, and sees what was done before and
        what the customer said of it, which stays counted."""
        self._must_be((Step.DONE, Step.HELPED, Step.DROPPED))
        anew = FollowUp(self.id, self.conversation_id, Cause.RATED, signs, at, due_at)
        return replace(
            anew,
            done=self.done,
            done_at=self.done_at,
            answered_at=self.answered_at,
            comment=self.comment,
        )

    def _closed(self, step: Step, words: str, *, by: str, at: datetime) -> FollowUp:
        if not words.strip():
            raise Refused("Write what was done, or why nothing was.")
        if len(words) > LONGEST_TEXT:
            raise Refused(f"That is too long; {LONGEST_TEXT} characters are the most.")
        return replace(self, step=step, person_id=by, done=words.strip(), done_at=at)

    def _must_be(self, wanted: Iterable[Step]) -> None:
        if self.step not in wanted:
            raise WrongStep(self.id, step=self.step, wanted=wanted)
