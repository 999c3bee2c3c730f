"""A gap moves by named events, and by nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.gap import Decided, GapEvent, GapState, moved, state_now
from assistant.errors import WrongStatus

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ALLOWED = {
    (GapState.OPEN, GapEvent.TAKEN): GapState.IN_WORK,
    (GapState.OPEN, GapEvent.DISMISSED): GapState.DISMISSED,
    (GapState.IN_WORK, GapEvent.DISMISSED): GapState.DISMISSED,
    (GapState.IN_WORK, GapEvent.ANSWERED): GapState.DONE,
    (GapState.IN_WORK, GapEvent.REOPENED): GapState.OPEN,
    (GapState.DISMISSED, GapEvent.REOPENED): GapState.OPEN,
    (GapState.DONE, GapEvent.REOPENED): GapState.OPEN,
}


@pytest.mark.parametrize("state", GapState)
@pytest.mark.parametrize("event", GapEvent)
def test_each_event_moves_from_its_own_states_alone(state: GapState, event: GapEvent) -> None:
    if wanted := ALLOWED.get((state, event)):
        assert moved("g1", state, event) is wanted
    else:
        with pytest.raises(WrongStatus, match=f"'g1' is {state.value}"):
            moved("g1", state, event)


def test_what_nobody_decided_about_is_open() -> None:
    assert state_now(None, last_failed=NOON) is GapState.OPEN


@pytest.mark.parametrize(
    ("state", "failed_after", "now"),
    [
        (GapState.DONE, -1, GapState.DONE),
        (GapState.DONE, 1, GapState.OPEN),
        (GapState.DISMISSED, 1, GapState.DISMISSED),
        (GapState.IN_WORK, 1, GapState.IN_WORK),
    ],
)
def test_what_is_done_opens_again_when_it_fails_again(
    state: GapState, failed_after: int, now: GapState
) -> None:
    decided = Decided("g1", state, ("m1",), by="writer-1", at=NOON)
    assert state_now(decided, last_failed=NOON + timedelta(minutes=failed_after)) is now
