"""What every AttributeStore must do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.conversation import CustomerChannel
from assistant.domain.segment import segment_from
from assistant.domain.visitor import Profile
from assistant.ports import Deed
from assistant.ports.customers import Key, Known, Telling, Told
from assistant.ports.figures import Cohort, Counted
from assistant.testing.samples import NOON, a_conversation, a_message, started

DEED = Deed(NOON, "lea", "customers_told", "customers", {"customers": 2})
LATER = NOON + timedelta(days=9000)
ALL = Cohort(NOON - timedelta(days=1), LATER, LATER)
PRO, FREE = Told("pro"), Told("free")


def told(store: Any, tellings: Mapping[str, Telling]) -> None:
    """By somebody."""
    store.tell_of_customers(tellings, deed=DEED)


def wrote(store: Any, *visitors: str) -> None:
    """A conversation of each."""
    for visitor in visitors:
        number = visitor.removeprefix("v")
        started(store, a_conversation(f"c{number}", visitor=visitor))
        store.add_message(a_message(f"m{number}", conversation=f"c{number}"))


def behind(store: Any, segment: str) -> set[str]:
    """The conversations of the segment; the figures count as many."""
    cohort = replace(ALL, segment=segment_from(segment))
    found = {each.id for each in store.counted(cohort, Counted.ALL)}
    assert store.tally(cohort).counts[Counted.ALL] == len(found)
    assert {fact.conversation_id for fact in store.facts(cohort)} == found
    return found


class AttributeStoreContract:
    """Needs the fixture `store`: an empty one that is a WholeStore."""

    def test_what_was_told_is_kept_changed_and_taken_away(self, store: Any) -> None:
        wrote(store, "v1", "v2")
        told(store, {"v1": {"plan": PRO, "orders": Told("3", 3)}, "v2": {"plan": FREE}})
        told(store, {"v1": {"plan": FREE}, "v2": {"plan": None}})
        assert store.attributes_of(["v1", "v2", "v3"]) == {
            "v1": {"plan": FREE, "orders": Told("3", 3)}
        }
        assert [deed for _, deed in store.deeds()] == [DEED, DEED]

    def test_of_who_is_not_there_nothing_is_kept(self, store: Any) -> None:
        wrote(store, "v1")
        told(store, {"v1": {"plan": PRO}, "v9": {"plan": PRO}})
        assert set(store.attributes_of(["v1", "v9"])) == {"v1"}

    @pytest.mark.parametrize(
        ("key", "by"), [("s1", Key.CUSTOMER), ("v1", Key.VISITOR)], ids=["customer", "visitor"]
    )
    def test_customers_are_found_by_either_name(self, store: Any, key: str, by: Key) -> None:
        wrote(store, "v1")
        store.identify(Profile("s1"), visitor_id="v1", new_id="v-new", token_hash="c" * 64)
        assert store.visitors_named([key, "s9", "v9"], by=by) == {key: "v1"}

    def test_it_is_erased_with_the_visitor(self, store: Any) -> None:
        wrote(store, "v1", "v2")
        told(store, {"v1": {"plan": PRO}, "v2": {"plan": PRO}})
        store.forget("v1")
        assert set(store.attributes_of(["v1", "v2"])) == {"v2"}
        assert [row["visitor_id"] for row in store.export("customers")] == ["v2"]

    def test_who_signs_in_brings_it_along(self, store: Any) -> None:
        wrote(store, "v1", "v2")
        store.identify(Profile("s1"), visitor_id="v1", new_id="v-new", token_hash="c" * 64)
        told(store, {"v1": {"plan": PRO}, "v2": {"plan": FREE, "orders": Told("3", 3)}})
        store.identify(Profile("s1"), visitor_id="v2", new_id="v-new", token_hash="d" * 64)
        assert store.attributes_of(["v1", "v2"]) == {"v1": {"plan": PRO, "orders": Told("3", 3)}}

    def test_which_attributes_there_are(self, store: Any) -> None:
        wrote(store, "v1", "v2", "v3", "sim-4")
        told(
            store,
            {
                "v1": {"plan": PRO, "orders": Told("3", 3), "mixed": Told("1", 1)},
                "v2": {"plan": PRO, "orders": Told("3", 3), "mixed": Told("many")},
                "v3": {"plan": FREE, "orders": Told("10", 10)},
                "sim-4": {"plan": Told("made-up")},
            },
        )
        assert store.known_attributes() == [
            Known("mixed", 2, numeric=False, values=[("1", 1), ("many", 1)]),
            Known("orders", 3, numeric=True, values=[("3", 2), ("10", 1)]),
            Known("plan", 3, numeric=False, values=[("pro", 2), ("free", 1)]),
        ]
        assert store.numbers_of("orders") == {3: 2, 10: 1}
        assert store.numbers_of("mixed") == {1: 1}
        (made_up,) = store.known_attributes(simulated=True)
        assert made_up.values == [("made-up", 1)]

    @pytest.mark.parametrize("how", ["from the log", "rolled up"])
    def test_figures_are_of_the_customers_of_a_segment(self, store: Any, how: str) -> None:
        wrote(store, "v1", "v2", "v3")
        told(store, {"v1": {"plan": PRO, "orders": Told("3", 3)}, "v2": {"orders": Told("10", 10)}})
        while how == "rolled up" and store.roll_up(settled=LATER):
            pass
        assert behind(store, "plan=pro") == {"c1"}
        assert behind(store, "plan=free") == set()
        assert behind(store, "plan=") == {"c2", "c3"}
        assert behind(store, "orders=3..10") == {"c1"}
        assert behind(store, "orders=..10") == {"c1"}
        assert behind(store, "orders=10..") == {"c2"}
        assert store.attribute_in(ALL, "orders") == {"c1": Told("3", 3), "c2": Told("10", 10)}

    @pytest.mark.parametrize("how", ["from the log", "rolled up"])
    def test_figures_are_of_where_conversations_began(self, store: Any, how: str) -> None:
        for id, channel in (("c1", "help_center"), ("c2", "widget"), ("c3", None)):
            begun = CustomerChannel(channel) if channel else None
            started(store, replace(a_conversation(id, visitor=f"v-{id}"), channel=begun))
            store.add_message(a_message(f"m-{id}", conversation=id))
        assert store.conversation("c1").channel is CustomerChannel.HELP_CENTER
        assert store.conversation("c3").channel is None
        while how == "rolled up" and store.roll_up(settled=LATER):
            pass
        cohort = replace(ALL, channel="help_center")
        assert [each.id for each in store.counted(cohort, Counted.ALL)] == ["c1"]
        assert store.tally(cohort).counts[Counted.ALL] == 1
        assert store.tally(replace(ALL, channel="api")).counts[Counted.ALL] == 0

    @pytest.mark.parametrize("how", ["from the log", "rolled up"])
    def test_figures_are_of_what_one_colleague_had_a_hand_in(self, store: Any, how: str) -> None:
        wrote(store, "v1", "v2")
        store.record(Deed(NOON, "kim", "answered", "c1", {}))
        store.record(Deed(NOON, "kim", "sorted", "c2", {}))
        store.record(Deed(NOON + timedelta(days=2), "kim", "resolved", "c2", {}))
        while how == "rolled up" and store.roll_up(settled=LATER):
            pass
        kims = replace(ALL, agent="kim")
        assert store.tally(kims).counts[Counted.ALL] == 2
        # As it was seen before the second.
        assert [each.id for each in store.counted(replace(kims, at=NOON), Counted.ALL)] == ["c1"]
        assert store.tally(replace(ALL, agent="lou")).counts[Counted.ALL] == 0
