"""What every DeliveryStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.delivery import Channel, Delivery
from assistant.errors import UnknownThing
from assistant.ports import Deed, Person
from assistant.ports.deliveries import Choice, Notice
from assistant.testing.samples import NOON, a_conversation, started

MINUTE = timedelta(minutes=1)
DEED = Deed(NOON, "lead-1", "delivery_again", "d1", {})


def due(id: str = "d1", **changes: Any) -> Delivery:
    """A mail that waits to be sent at noon."""
    delivery = Delivery(
        id, Channel.MAIL, "reply", "kim@customer.example", NOON, "en", {"message_id": "m1"}
    )
    return replace(delivery, next_at=NOON, **changes)


class DeliveryStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_what_is_due_is_given_to_one_alone(self, store: Any) -> None:
        later = replace(due("d2"), next_at=NOON + MINUTE)
        store.add_deliveries([due(), later])
        taken = store.take_due(NOON, until=NOON + MINUTE)
        assert taken == [replace(due(), tries=1, next_at=NOON + MINUTE)]
        assert store.take_due(NOON, until=NOON + MINUTE) == []

    def test_what_a_dead_process_had_is_taken_again(self, store: Any) -> None:
        store.add_deliveries([due()])
        store.take_due(NOON, until=NOON + MINUTE)
        again = store.take_due(NOON + MINUTE, until=NOON + 2 * MINUTE)
        assert [each.tries for each in again] == [2]

    def test_the_same_is_stored_once(self, store: Any) -> None:
        store.add_deliveries([due()])
        store.add_deliveries([due(address="other@customer.example"), due("d2")])
        taken = store.take_due(NOON, until=NOON + MINUTE)
        assert [(each.id, each.address) for each in taken] == [
            ("d1", "kim@customer.example"), ("d2", "kim@customer.example"),
        ]  # fmt: skip

    def test_what_was_delivered_is_done(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.add_deliveries([due(conversation_id="c1")])
        store.take_due(NOON, until=NOON + MINUTE)
        assert store.last_delivered("c1", "kim@customer.example") is None
        store.delivered("d1", at=NOON)
        assert store.take_due(NOON + 9 * MINUTE, until=NOON + 10 * MINUTE) == []
        assert store.undelivered() == []
        sent = store.last_delivered("c1", "kim@customer.example")
        assert (sent.id, sent.sent_at, sent.next_at) == ("d1", NOON, None)
        assert store.last_delivered("c1", "other@customer.example") is None

    def test_what_failed_comes_again_and_then_is_dead(self, store: Any) -> None:
        store.add_deliveries([due(), due("d2")])
        store.take_due(NOON, until=NOON + MINUTE)
        store.not_delivered("d1", at=NOON, next_at=NOON + 5 * MINUTE, problem="gone")
        assert store.take_due(NOON + 4 * MINUTE, until=NOON + 9 * MINUTE, limit=1)[0].id == "d2"
        assert store.take_due(NOON + 5 * MINUTE, until=NOON + 9 * MINUTE)[0].id == "d1"
        store.not_delivered("d2", at=NOON, next_at=NOON + 6 * MINUTE, problem="gone")
        store.not_delivered("d1", at=NOON, next_at=None, problem="refused")
        assert [each.id for each in store.undelivered()] == ["d1", "d2"]
        assert store.undelivered()[0].problem == "refused"
        assert store.count_dead() == 1

    def test_a_dead_one_is_sent_again_when_somebody_asks(self, store: Any) -> None:
        store.add_deliveries([due()])
        store.take_due(NOON, until=NOON + MINUTE)
        store.not_delivered("d1", at=NOON, next_at=None, problem="refused")
        store.deliver_again("d1", at=NOON + MINUTE, deed=DEED)
        assert store.count_dead() == 0
        assert [each.tries for each in store.take_due(NOON + MINUTE, until=NOON + 2 * MINUTE)] == [
            1
        ]
        assert store.deeds()[0][1].action == "delivery_again"
        for unknown in ("d1", "none"):
            with pytest.raises(UnknownThing):
                store.deliver_again(unknown, at=NOON, deed=DEED)

    def test_events_are_followed_once(self, store: Any) -> None:
        assert store.followed("mail") is None
        assert store.follow("mail", after=None, to=7, deliveries=[])
        assert not store.follow("mail", after=None, to=9, deliveries=[due()])
        assert store.follow("mail", after=7, to=9, deliveries=[due()])
        assert not store.follow("mail", after=7, to=8, deliveries=[due("d2")])
        assert store.followed("mail") == 9
        assert [each.id for each in store.take_due(NOON, until=NOON + MINUTE)] == ["d1"]

    def test_what_was_sent_long_ago_is_forgotten(self, store: Any) -> None:
        store.add_deliveries([due(), due("d2")])
        store.take_due(NOON, until=NOON + MINUTE)
        store.delivered("d1", at=NOON)
        store.not_delivered("d2", at=NOON, next_at=None, problem="refused")
        store.drop_delivered(before=NOON + MINUTE)
        store.add_deliveries([due()])
        assert [each.id for each in store.take_due(NOON, until=NOON + MINUTE)] == ["d1"]
        assert store.count_dead() == 1

    def test_who_is_forgotten_takes_their_mails_along(self, store: Any) -> None:
        started(store, a_conversation("c1", visitor="v1"))
        store.add_deliveries([due(conversation_id="c1")])
        store.forget("v1")
        assert store.take_due(NOON, until=NOON + MINUTE) == []

    def test_people_choose_what_they_are_told(self, store: Any) -> None:
        store.add_person(Person("p1", "kim@company.example", "agent", "hash"))
        assert store.choices() == {}
        store.set_choice(Choice("p1", frozenset(Notice), "fr"))
        chosen = Choice("p1", frozenset({Notice.LATE}), "en")
        store.set_choice(chosen)
        assert store.choices() == {"p1": chosen}
