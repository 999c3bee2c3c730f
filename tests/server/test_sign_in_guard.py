"""Who tries passwords is slowed down; colleagues behind one address are not."""

from __future__ import annotations

import pytest

from assistant.errors import TooManyRequests
from assistant.server.sign_in import SignInGuard

OFFICE = "203.0.113.7"


def test_a_whole_office_signs_in_behind_one_address() -> None:
    guard = SignInGuard()
    for number in range(200):
        guard.count(f"colleague{number}@shop.example", OFFICE)
        guard.forgive(f"colleague{number}@shop.example", OFFICE)


def test_a_right_password_does_not_wash_away_the_wrong_ones() -> None:
    guard = SignInGuard()
    for number in range(50):
        guard.count(f"guess{number}@shop.example", OFFICE)
    guard.forgive("own@shop.example", OFFICE)
    guard.count("own@shop.example", OFFICE)
    with pytest.raises(TooManyRequests):
        guard.count("another@shop.example", OFFICE)
