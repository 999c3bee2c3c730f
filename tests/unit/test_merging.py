"""Two people wrote upon one text: both changes are in what comes of it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.manuscript import Content
from assistant.writing.merging import Merged, merged

BASE = Content(
    title="Return a gift",
    locale="en",
    body="With the code.\n\n## How long\n\nTwo days.\n\n## Where\n\nIn Lyon.",
    tags=("returns",),
)

lines = st.lists(st.sampled_from("abcdefg"), max_size=8).map("\n".join)


def of(base: str, mine: str, theirs: str) -> Merged:
    made = [replace(BASE, body=text) for text in (base, mine, theirs)]
    return merged(made[0], mine=made[1], theirs=made[2])


def test_changes_in_different_places_are_both_there() -> None:
    mine = replace(BASE, body=BASE.body.replace("Two days", "Three days"), tags=("gifts",))
    theirs = replace(BASE, body=BASE.body.replace("In Lyon.", "In Lyon and Lille."), title="Gifts")
    both = merged(BASE, mine=mine, theirs=theirs)
    assert both.conflicts == ()
    assert "Three days." in both.content.body
    assert "In Lyon and Lille." in both.content.body
    assert (both.content.title, both.content.tags) == ("Gifts", ("gifts",))


def test_where_both_changed_the_same_lines_both_stand_there() -> None:
    both = of("One.\nTwo.\nThree.", "One.\nMine.\nThree.", "One.\nTheirs.\nThree.")
    assert both.content.body == "One.\nTheirs.\nMine.\nThree."
    assert both.conflicts == ("body",)


def test_of_a_field_that_both_changed_mine_stands_and_is_named() -> None:
    both = merged(BASE, mine=replace(BASE, slug="mine"), theirs=replace(BASE, slug="theirs"))
    assert (both.content.slug, both.conflicts) == ("mine", ("slug",))


def test_the_same_change_is_made_once() -> None:
    assert of("One.", "Two.", "Two.") == Merged(replace(BASE, body="Two."), ())


@given(base=lines, mine=lines)
def test_who_writes_alone_gets_what_they_wrote(base: str, mine: str) -> None:
    assert of(base, mine, base).content.body == mine
    assert of(base, base, mine).content.body == mine


@given(base=lines, mine=lines, theirs=lines)
def test_no_line_that_somebody_added_is_lost(base: str, mine: str, theirs: str) -> None:
    kept = set(of(base, mine, theirs).content.body.split("\n"))
    added = (set(mine.split("\n")) | set(theirs.split("\n"))) - set(base.split("\n"))
    assert added <= kept
