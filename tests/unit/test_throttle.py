"""A visitor may send so many messages in a minute, and others are not held up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import TooManyRequests
from assistant.support import throttle
from assistant.support.throttle import Throttle


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_700_000_000.0

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


def let_through(call: Callable[[str], None], key: str = "ana") -> bool:
    try:
        call(key)
    except TooManyRequests:
        return False
    return True


@given(st.lists(st.floats(0, 40), max_size=40), st.integers(1, 5))
def test_never_more_than_allowed_in_any_minute(waits: list[float], allowed: int) -> None:
    clock = Clock()
    throttle = Throttle(per_minute=allowed, now=clock)
    passed = []
    for wait in waits:
        clock.seconds += wait
        if let_through(throttle.count):
            passed.append(clock.seconds)
    for first, later in zip(passed, passed[allowed:], strict=False):
        assert later - first >= 59.99
    assert all(earlier <= later for earlier, later in pairwise(passed))


def test_who_waits_as_told_gets_through() -> None:
    clock = Clock()
    throttle = Throttle(per_minute=2, now=clock)
    throttle.count("ana")
    clock.seconds += 20.4
    throttle.count("ana")
    with pytest.raises(TooManyRequests) as refused:
        throttle.count("ana")
    assert refused.value.retry_after == 40
    clock.seconds += 39
    with pytest.raises(TooManyRequests):
        throttle.count("ana")
    clock.seconds += 1
    throttle.count("ana")


def test_a_refused_message_does_not_lengthen_the_wait() -> None:
    clock = Clock()
    throttle = Throttle(per_minute=1, now=clock)
    throttle.count("ana")
    for _ in range(59):
        clock.seconds += 1
        assert not let_through(throttle.count)
    clock.seconds += 1
    assert let_through(throttle.count)


def test_visitors_do_not_hold_each_other_up() -> None:
    throttle = Throttle(per_minute=1, now=Clock())
    assert [let_through(throttle.count, key) for key in ("ana", "bo", "ana")] == [True, True, False]


def test_visitors_who_left_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_MOST_VISITORS", 10)
    clock = Clock()
    door = Throttle(per_minute=1, now=clock)
    for number in range(10):
        door.count(f"v{number}")
    clock.seconds += 61
    door.count("new")
    assert set(door._sent) == {"new"}


def test_threads_do_not_slip_through_together() -> None:
    door = Throttle(per_minute=20, now=Clock())
    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(lambda _: let_through(door.count), range(200)))
    assert sum(passed) == 20
