"""What changed is shown to the word, with a little around it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.manuscript import Content
from assistant.writing.difference import Kind, Line, changed_fields, changed_lines

lines = st.lists(st.sampled_from(["", "a b", "a c", "d, e", "f"]), max_size=12)
SAME, GONE, NEW, SKIPPED = Kind.SAME, Kind.GONE, Kind.NEW, Kind.SKIPPED


def text_of(line: Line) -> str:
    return "".join(text for _, text in line.parts)


def test_a_changed_word_is_marked_and_no_other() -> None:
    was, now = changed_lines("It takes two days.", "It takes three days.")
    assert was == Line(GONE, ((SAME, "It takes "), (GONE, "two"), (SAME, " days.")))
    assert now == Line(NEW, ((SAME, "It takes "), (NEW, "three"), (SAME, " days.")))


def test_what_stays_the_same_for_long_is_skipped() -> None:
    before = "\n".join(map(str, range(20)))
    found = changed_lines(before, before.replace("10", "ten"))
    kinds = [line.kind for line in found]
    assert kinds == [SKIPPED, SAME, SAME, GONE, NEW, SAME, SAME, SKIPPED]
    assert [text_of(line) for line in found if line.kind is SAME] == ["8", "9", "11", "12"]


@pytest.mark.slow
def test_long_paragraphs_are_compared_while_somebody_waits() -> None:
    words = [f"w{number % 900}" for number in range(5000)]
    before = " ".join(words)
    words[::20] = ["new"] * 250
    started = time.process_time()
    was, now = changed_lines(before, " ".join(words))
    assert sum(kind is GONE for kind, _ in was.parts) == 250
    assert sum(text.count("new") for kind, text in now.parts if kind is NEW) == 250
    changed_lines("\n" * 50_000, "a" + "\n" * 50_000)
    assert time.process_time() - started < 3


def test_where_nothing_changed_nothing_is_shown() -> None:
    assert changed_lines("a\nb", "a\nb") == []


def test_fields_are_named() -> None:
    before = Content("Gifts", "en", "One.")
    after = replace(before, title="Gift", tags=("gifts",), body="Two.")
    assert changed_fields(before, after) == ["title", "body", "tags"]


@given(old=lines, new=lines)
def test_every_line_that_went_or_came_is_there(old: list[str], new: list[str]) -> None:
    found = changed_lines("\n".join(old), "\n".join(new))
    gone = [text_of(line) for line in found if line.kind is GONE]
    come = [text_of(line) for line in found if line.kind is NEW]
    before, after = "\n".join(old).split("\n"), "\n".join(new).split("\n")
    for text in {*before, *after}:
        assert after.count(text) - before.count(text) == come.count(text) - gone.count(text)
