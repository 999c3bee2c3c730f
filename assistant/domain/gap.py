"""A gap in the help center: questions that failed, and what the writers decided about it. Pure.

Which questions failed, and which of them mean the same, is read from the log whenever it is asked
for. Only what people decided is kept: a `Decided`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assistant.errors import WrongStatus

DONE_FROM = 0.8
"""Of its questions, so many must be answered before a gap counts as done."""


class Failing(StrEnum):
    """A way in which a question was not served by the help center. Topics that people keep for
    themselves, and failures of the machine, are none."""

    UNANSWERED = "unanswered"
    """The assistant found no article for it."""
    UNSURE = "unsure"
    """It was not sure enough, or asked back and still did not answer."""
    HANDED_OVER = "handed_over"
    """A person was called about it, whatever the assistant had said."""
    NOT_HELPFUL = "not_helpful"
    """The customer marked the answer as not helpful."""
    MARKED = "marked"
    """A person at the console says that nothing in the help center answers it."""
    REVIEWED = "reviewed"
    """A lead marked its answer as wrong, or as one that needed a person."""


class GapState(StrEnum):
    """Where a gap stands."""

    OPEN = "open"
    IN_WORK = "in_work"
    DONE = "done"
    DISMISSED = "dismissed"


class GapEvent(StrEnum):
    """What moves it."""

    TAKEN = "taken"
    ANSWERED = "answered"
    """Asked again, its questions are answered: nobody says so by hand."""
    DISMISSED = "dismissed"
    REOPENED = "reopened"


_MOVES: Mapping[tuple[GapState, GapEvent], GapState] = {
    (GapState.OPEN, GapEvent.TAKEN): GapState.IN_WORK,
    (GapState.OPEN, GapEvent.DISMISSED): GapState.DISMISSED,
    (GapState.IN_WORK, GapEvent.DISMISSED): GapState.DISMISSED,
    (GapState.IN_WORK, GapEvent.ANSWERED): GapState.DONE,
    (GapState.IN_WORK, GapEvent.REOPENED): GapState.OPEN,
    (GapState.DISMISSED, GapEvent.REOPENED): GapState.OPEN,
    (GapState.DONE, GapEvent.REOPENED): GapState.OPEN,
}


@dataclass(frozen=True)
class Decided:
    """What was decided about a gap, and by whom.

    `anchors`: ids of messages that belonged to it then; they hold it together when newer questions
    have come and older ones gone. `article_id`: of the article that is to answer it, and
    `article_hash`: its content as it was then, where the questions were answered from it already
    and only another text can mend them; else None.
    """

    gap_id: str
    state: GapState
    anchors: tuple[str, ...]
    by: str
    at: datetime
    article_id: str | None = None
    article_hash: str | None = None


def moved(gap_id: str, state: GapState, event: GapEvent) -> GapState:
    """The state after the event; WrongStatus where it cannot happen."""
    following = _MOVES.get((state, event))
    if following is None:
        wanted = [before.value for before, known in _MOVES if known is event]
        raise WrongStatus(gap_id, status=state.value, wanted=wanted, kind="Gap")
    return following


def state_now(decided: Decided | None, *, last_failed: datetime) -> GapState:
    """What was decided, unless its questions failed again after it was done."""
    if decided is None:
        return GapState.OPEN
    if decided.state is GapState.DONE and last_failed > decided.at:
        return GapState.OPEN
    return decided.state
