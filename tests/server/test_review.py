"""A lead reviews what the assistant answered by itself; what was wrong counts as wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from assistant.domain.review import Mark, Pick
from assistant.ports.figures import Cohort, Counted
from tests.server.conftest import Agent, Visitor, World, utc_now

ASKED = "How do I return a gift?"


def asked(world: World, visitor: Visitor) -> str:
    """The question's message id."""
    visitor.says(ASKED)
    return world.store.turns(visitor.id)[0].message_id


def wrong_answers(world: World) -> int:
    day, now = timedelta(days=1), utc_now()
    return world.store.tally(Cohort(now - day, now + day, at=now + day)).counts[Counted.WRONG]


def test_an_answer_is_shown_with_why_it_was_given(
    world: World, visitor: Visitor, lea: Agent
) -> None:
    assert "Nothing waits for a review" in lea.opens("/console/review").text
    asked(world, visitor)
    page = lea.opens("/console/review").text
    assert ASKED in page
    assert "<strong>gift card</strong>" in page
    assert "93 % sure" in page
    assert "words 7.50, meaning 0.61" in page


@pytest.mark.parametrize(
    ("mark", "wrong"), [("right", 0), ("partly", 0), ("wrong", 1), ("person_needed", 1)]
)
def test_what_is_marked_as_wrong_counts_as_a_wrong_answer(
    world: World, visitor: Visitor, lea: Agent, mark: str, wrong: int
) -> None:
    id = asked(world, visitor)
    sent = {"conversation": visitor.id, "mark": mark, "pick": "random", "note": "The old price."}
    done = lea.posts(f"/console/review/{id}", **sent)
    assert done.headers["location"] == "/console/review?pick=random"
    assert wrong_answers(world) == wrong
    assert world.store.marks(Pick.RANDOM)[Mark(mark)] == 1
    page = lea.opens("/console/review?pick=random").text
    assert "Nothing waits for a review" in page
    assert "Of one answer drawn at random" in page


def test_no_share_is_claimed_of_fewer_than_ten(
    world: World, new_visitor: Callable[..., Visitor], lea: Agent
) -> None:
    for count in range(10):
        visitor = new_visitor()
        id = asked(world, visitor)
        sent = {"conversation": visitor.id, "mark": "right", "pick": "random"}
        lea.posts(f"/console/review/{id}", **sent)
        page = lea.opens("/console/review").text
        assert ("100 % (72 to 100 %)" in page) == (count == 9)


@pytest.mark.parametrize(
    "wrong", [{"mark": "lovely"}, {"pick": "best"}, {"note": "x" * 1001}, {"conversation": "c-x"}]
)
def test_what_cannot_be_is_refused(
    world: World, visitor: Visitor, lea: Agent, wrong: dict[str, str]
) -> None:
    id = asked(world, visitor)
    sent = {"conversation": visitor.id, "mark": "right", "pick": "random"} | wrong
    assert lea.posts(f"/console/review/{id}", **sent).status_code in (404, 422)
    assert sum(world.store.marks(Pick.RANDOM).values()) == 0
