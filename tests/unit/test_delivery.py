"""When something that did not arrive is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from assistant.domain.delivery import PAUSES, Channel, Delivery, delivery_id, next_try
from assistant.testing.samples import NOON

MAIL = Delivery("d1", Channel.MAIL, "reply", "kim@customer.example", NOON, "en")


def test_the_pauses_grow_and_then_it_is_dead() -> None:
    tried = [next_try(replace(MAIL, tries=tries), NOON) for tries in range(1, len(PAUSES) + 2)]
    assert tried[:2] == [NOON + timedelta(minutes=1), NOON + timedelta(minutes=5)]
    assert tried[:-1] == sorted(each for each in tried[:-1] if each)
    assert tried[-1] is None


def test_the_same_thing_told_to_the_same_address_has_one_id() -> None:
    assert delivery_id("reply", "m1") == delivery_id("reply", "m1")
    assert len({delivery_id("a", "b"), delivery_id("ab"), delivery_id("b", "a")}) == 3
