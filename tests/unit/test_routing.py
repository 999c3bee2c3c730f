"""Whom a waiting conversation goes to: who can, who has room, and everybody in turn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.conversation import Conversation, Status
from assistant.domain.routing import Agent, Load, chosen

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WAITS = Conversation("c1", "v1", Status.WAITING, "fr-CA", NOON)


def load(id: str, *, has: int = 0, **facts: object) -> Load:
    return Load(Agent(id, **{"takes": True, **facts}), has)  # type: ignore[arg-type]


def test_whoever_speaks_the_language_gets_it() -> None:
    team = [load("ann", locales=frozenset({"en"})), load("zoe", locales=frozenset({"fr"}))]
    assert chosen(WAITS, team) == "zoe"
    assert chosen(replace(WAITS, locale="en"), team) == "ann"


def test_a_language_that_nobody_speaks_is_for_everybody() -> None:
    team = [load("ann", locales=frozenset({"en"}))]
    assert chosen(replace(WAITS, locale="de"), team) == "ann"


def test_who_speaks_it_and_has_no_room_is_waited_for() -> None:
    team = [load("ann", locales=frozenset({"en"})), load("zoe", has=5, locales=frozenset({"fr"}))]
    assert chosen(WAITS, team) is None


def test_a_skill_binds_where_somebody_has_it() -> None:
    refund = replace(WAITS, tags=("refunds", "vip"))
    team = [load("ann"), load("zoe", skills=frozenset({"refunds"}), has=4)]
    assert chosen(refund, team) == "zoe"
    assert chosen(replace(WAITS, tags=("vip",)), team) == "ann"


def test_who_is_not_there_gets_nothing() -> None:
    assert chosen(WAITS, [load("ann", takes=False)]) is None
    assert chosen(WAITS, []) is None


def test_the_one_with_the_most_room_for_their_capacity_gets_it() -> None:
    assert chosen(WAITS, [load("ann", has=2, capacity=4), load("zoe", has=2, capacity=8)]) == "zoe"


def test_of_equals_whoever_was_given_one_the_longest_ago() -> None:
    team = [load("ann", given_at=NOON), load("zoe", given_at=NOON - timedelta(minutes=1))]
    assert chosen(WAITS, team) == "zoe"
    assert chosen(WAITS, [*team, load("new")]) == "new"


skills = st.frozensets(st.sampled_from(["refunds", "parcels"]), max_size=2)
locales = st.frozensets(st.sampled_from(["en", "fr"]), max_size=2)
agents = st.lists(
    st.builds(
        Agent,
        person_id=st.sampled_from("abcdef"),
        locales=locales,
        skills=skills,
        capacity=st.integers(1, 4),
        takes=st.booleans(),
    ),
    unique_by=lambda agent: agent.person_id,
    max_size=6,
)
cases = st.lists(
    st.builds(
        lambda locale, tags: replace(WAITS, locale=locale, tags=tuple(tags)),
        st.sampled_from(["en", "fr", "de"]),
        skills,
    ),
    max_size=30,
)


@given(agents, cases)
def test_nobody_gets_more_than_they_take_or_what_is_not_theirs(
    team: list[Agent], waiting: list[Conversation]
) -> None:
    has: Counter[str] = Counter()
    for case in waiting:
        loads = [Load(agent, has[agent.person_id]) for agent in team]
        who = chosen(case, loads)
        if who is None:
            continue
        agent = next(each for each in team if each.person_id == who)
        has[who] += 1
        assert agent.takes
        assert has[who] <= agent.capacity
        spoken = {locale for each in team for locale in each.locales}
        if case.locale in spoken:
            assert not agent.locales or case.locale in agent.locales


@given(st.integers(2, 6), st.integers(1, 40))
def test_equals_get_the_same_number_give_or_take_one(people: int, waiting: int) -> None:
    team = {f"p{n}": Agent(f"p{n}", capacity=99, takes=True) for n in range(people)}
    has: Counter[str] = Counter()
    for n in range(waiting):
        who = chosen(WAITS, [Load(agent, has[id]) for id, agent in team.items()])
        assert who is not None
        has[who] += 1
        team[who] = replace(team[who], given_at=NOON + timedelta(minutes=n))
    counts = [has[id] for id in team]
    assert max(counts) - min(counts) <= 1
