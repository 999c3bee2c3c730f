"""Roll-ups follow the log, and the doctor names the days on which they do not agree with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from assistant.insights.digesting import SETTLED
from assistant.insights.rolling import Rolling

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = date(2026, 5, 1)


class FakeRollUps:
    """So many conversations are still to be read, and these days are wrong."""

    def __init__(self, *, steps: Sequence[int] = (), wrong: Sequence[date] = ()) -> None:
        self.steps, self.wrong = list(steps), list(wrong)
        self.settled: datetime | None = None

    def roll_up(self, *, settled: datetime, limit: int = 200) -> int:
        self.settled = settled
        return self.steps.pop(0) if self.steps else 0

    def wrong_roll_ups(self) -> Sequence[date]:
        return list(self.wrong)

    def mend_roll_ups(self, days: Sequence[date]) -> None:
        self.wrong = [day for day in self.wrong if day not in days]


def rolling(store: FakeRollUps) -> Rolling:
    return Rolling(store, now=lambda: NOW)  # type: ignore[arg-type]


def test_a_round_reads_on_until_nothing_is_left() -> None:
    store = FakeRollUps(steps=[200, 17])
    assert rolling(store).round() == 217
    assert store.settled == NOW - SETTLED
    assert rolling(store).round() == 0


def test_a_round_ends_when_its_time_is_over() -> None:
    assert rolling(FakeRollUps(steps=[200, 200])).round(budget_s=0) == 0


def test_the_doctor_names_the_days_and_the_remedy() -> None:
    assert rolling(FakeRollUps()).problems(repair=False) == []
    wrong = [FIRST + timedelta(days=n) for n in range(7)]
    store = FakeRollUps(wrong=wrong)
    (told,) = rolling(store).problems(repair=False)
    assert told.startswith("The roll-ups of 2026-05-01, 2026-05-02")
    assert "and 2 more" in told
    assert told.endswith("run: assistant doctor --repair.")
    assert store.wrong == wrong


def test_the_doctor_mends_them() -> None:
    store = FakeRollUps(wrong=[FIRST])
    (told,) = rolling(store).problems(repair=True)
    assert told == "The roll-ups of 2026-05-01 do not agree with the log; made again from it."
    assert store.wrong == []
