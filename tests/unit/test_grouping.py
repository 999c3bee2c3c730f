"""Groups by meaning: the same today as yesterday, and each told why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.testing.fakes import FakeEmbedder
from assistant.writing.grouping import Member, grouped

PARCEL = ("where is my parcel", "my parcel where is it", "is my parcel lost")
LAMP = ("lamp bulb size", "which bulb size for the lamp")
WORDS = st.lists(st.sampled_from(["parcel", "lamp", "bulb", "gift", "late", "size"]), min_size=1)


def groups_of(texts: list[str], **more: str) -> dict[str, list[Member]]:
    """Keyed by their place: q0, q1 …"""
    keys = [f"q{at}" for at in range(len(texts))]
    return grouped(keys, FakeEmbedder().embed(texts), seeds=more)


def keys_of(groups: dict[str, list[Member]]) -> dict[str, set[str]]:
    return {name: {member.key for member in members} for name, members in groups.items()}


def test_questions_of_one_meaning_are_together_under_the_first() -> None:
    found = keys_of(groups_of([PARCEL[0], LAMP[0], PARCEL[1], LAMP[1], PARCEL[2]]))
    assert found == {"q0": {"q0", "q2", "q4"}, "q1": {"q1", "q3"}}


def test_the_most_central_stands_first_with_its_nearness() -> None:
    (members,) = groups_of(["my parcel", "my parcel", "where is my parcel"]).values()
    assert [member.key for member in members] == ["q0", "q1", "q2"]
    assert members[0].cosine > members[2].cosine > 0.6


def test_what_was_decided_about_stays_together_whatever_it_is_near_to() -> None:
    found = keys_of(groups_of([PARCEL[0], LAMP[0]], q0="decided", q1="decided"))
    assert found == {"decided": {"q0", "q1"}}


def test_what_is_near_to_what_was_decided_about_joins_it() -> None:
    found = keys_of(groups_of([PARCEL[0], PARCEL[1], LAMP[0]], q0="decided"))
    assert found == {"decided": {"q0", "q1"}, "q2": {"q2"}}


def test_nothing_makes_no_groups() -> None:
    assert groups_of([]) == {}


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=6))
def test_what_is_asked_later_moves_nothing(
    earlier: list[list[str]], later: list[list[str]]
) -> None:
    before = keys_of(groups_of([" ".join(words) for words in earlier]))
    after = keys_of(groups_of([" ".join(words) for words in earlier + later]))
    known = {f"q{at}" for at in range(len(earlier))}
    assert {name: keys & known for name, keys in after.items() if keys & known} == before
