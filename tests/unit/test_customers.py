"""Scores stand beside what was told of customers, with how many and how sure."""

from __future__ import annotations

from datetime import timedelta

from assistant.domain.segment import Between, Untold, Valued
from assistant.insights.customers import band_edges, by_customers, segments_of
from assistant.ports import Deed
from assistant.ports.customers import Key, Known, Told
from assistant.ports.figures import Fact
from assistant.support.customer_sheet import sheet_of
from assistant.support.customers import CustomersTold, changed
from assistant.testing.samples import NOON

PLAN = Known("plan", 3, numeric=False, values=[("pro", 2), ("free", 1)])
ORDERS = Known("orders", 100, numeric=True, values=[])


def a_fact(
    id: str,
    *,
    csat: int | None = None,
    effort: int | None = None,
    handed: bool = False,
    helped: bool = False,
) -> Fact:
    reason = "asked_for_human" if handed else None
    return Fact(id, "en", helped, reason, None, csat, effort, None)


def test_each_value_has_its_scores_and_what_is_not_told_comes_last() -> None:
    facts = [
        a_fact("c1", csat=5, helped=True),
        a_fact("c2", csat=2, handed=True),
        a_fact("c3", helped=True),
        *(a_fact(f"x{n}") for n in range(9)),
    ]
    told = {"c1": Told("pro"), "c2": Told("pro"), "c3": Told("free")}
    found = by_customers(facts, told, PLAN, numbers={})
    assert [group.segment for group in found.groups] == [
        Valued("plan", "pro"),
        Valued("plan", "free"),
        Untold("plan"),
    ]
    pro = found.groups[0]
    assert (pro.conversations, pro.csat.count, pro.csat.n) == (2, 1, 2)
    assert (pro.helped.count, pro.handed.count) == (1, 1)
    assert pro.csat.estimate is None


def test_from_ten_on_there_is_an_interval() -> None:
    facts = [a_fact(f"c{n}", csat=5 if n < 8 else 1, effort=20 + n) for n in range(12)]
    told = {fact.conversation_id: Told("pro") for fact in facts}
    (group,) = by_customers(facts, told, PLAN, numbers={}).groups
    share, effort = group.csat.estimate, group.effort
    assert share is not None
    assert effort is not None
    assert share.low < 8 / 12 < share.high
    assert effort.low < effort.value < effort.high


def test_numbers_are_parted_into_bands_of_about_as_many_customers() -> None:
    numbers = dict.fromkeys(map(float, range(100)), 1)
    assert band_edges(numbers) == [25, 50, 75]
    told = {f"c{n}": Told(str(n), n) for n in (0, 24, 25, 99)}
    groups = by_customers([a_fact(id) for id in told], told, ORDERS, numbers=numbers).groups
    assert [(each.segment, each.conversations) for each in groups] == [
        (Between("orders", None, 25), 2),
        (Between("orders", 25, 50), 1),
        (Between("orders", 75, None), 1),
    ]
    assert [str(each) for each in segments_of(ORDERS, numbers)] == [
        *("orders=..25", "orders=25..50", "orders=50..75", "orders=75..", "orders="),
    ]


def test_most_customers_with_one_number_make_no_empty_band() -> None:
    numbers = {0.0: 900, 1.0: 50, 2.0: 30, 3.0: 10, 4.0: 10}
    edges = band_edges(numbers)
    assert edges == [] or min(edges) > 0
    assert band_edges({0.0: 10, 1.0: 10, 2.0: 5}) == []


def test_few_different_numbers_stand_by_themselves() -> None:
    told = {"c1": Told("0", 0), "c2": Told("1", 1)}
    facts = [a_fact("c1"), a_fact("c2")]
    groups = by_customers(facts, told, ORDERS, numbers={0.0: 60, 1.0: 40}).groups
    assert [str(group.segment) for group in groups] == ["orders=0", "orders=1"]


def test_values_beyond_the_most_frequent_are_counted() -> None:
    facts = [a_fact(f"c{n}") for n in range(25)]
    told = {f"c{n}": Told(f"city {n}") for n in range(25)}
    found = by_customers(facts, told, PLAN, numbers={})
    assert (len(found.groups), found.left) == (20, 5)


class Counted:
    """A store of one attribute that notes how often it was read."""

    def __init__(self) -> None:
        self.read = 0

    def known_attributes(self, *, simulated: bool) -> list[Known]:
        self.read += 1
        return [PLAN]

    def numbers_of(self, attribute: str, *, simulated: bool) -> dict[float, int]:
        return {}

    def visitors_named(self, keys: object, *, by: Key) -> dict[str, str]:
        return {}

    def attributes_of(self, visitor_ids: object) -> dict[str, dict[str, Told]]:
        return {}

    def tell_of_customers(self, tellings: object, *, deed: Deed) -> None:
        """Nobody is known."""


def test_segments_are_read_once_a_minute_and_after_each_list() -> None:
    store, at = Counted(), [NOON]
    customers = CustomersTold(store, now=lambda: at[0])
    names = [str(each) for _, found in customers.segments() for each in found]
    assert names == ["plan=pro", "plan=free", "plan="]
    customers.segments()
    assert store.read == 1
    at[0] += timedelta(minutes=1)
    customers.segments()
    assert store.read == 2
    customers.take(sheet_of([{"customer": "1", "plan": "pro"}]), by="lea")
    customers.segments()
    assert store.read == 3


def test_what_is_told_again_is_no_change() -> None:
    held = {"v1": {"plan": Told("pro"), "orders": Told("3", 3)}}
    same = {"v1": {"plan": Told("pro")}, "v2": {"plan": None}}
    assert changed(same, held) == {}
    news = {"v1": {"plan": Told("pro"), "orders": None}, "v2": {"plan": Told("free")}}
    assert changed(news, held) == {"v1": {"orders": None}, "v2": {"plan": Told("free")}}
