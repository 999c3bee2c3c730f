"""Keep how conversations stood rolled up beside the log, so that figures need not be counted in it
anew each time; and hold what was kept against the log."""

from __future__ import annotations

import time

from assistant.insights.digesting import SETTLED
from assistant.ports import Clock
from assistant.ports.figures import FiguresStore

BUDGET_S = 3.0
"""Of a round: replies need the processor too."""
_NAMED = 5


class Rolling:
    """One `round` at a time in a process; of two processes, one keeps what it read."""

    def __init__(self, store: FiguresStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def round(self, *, budget_s: float = BUDGET_S) -> int:
        """Read on for so many seconds; how many conversations were read."""
        read, ends = 0, time.monotonic() + budget_s
        while time.monotonic() < ends:
            step = self._store.roll_up(settled=self._now() - SETTLED)
            if not step:
                break
            read += step
        return read

    def problems(self, *, repair: bool) -> list[str]:
        """What the roll-ups tell otherwise than the log, with the remedy or what was done."""
        days = self._store.wrong_roll_ups()
        if not days:
            return []
        if repair:
            self._store.mend_roll_ups(days)
        named = ", ".join(day.isoformat() for day in days[:_NAMED])
        more = f" and {len(days) - _NAMED} more" if len(days) > _NAMED else ""
        remedy = "made again from it" if repair else "run: assistant doctor --repair"
        return [f"The roll-ups of {named}{more} do not agree with the log; {remedy}."]
