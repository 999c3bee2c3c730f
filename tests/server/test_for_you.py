"""What asks for one person is counted on every page, listed, and over once they have seen it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from assistant.domain.conversation import Priority
from assistant.server.events import Console, _changes
from tests.server.conftest import Agent, Visitor, World, person_of, utc_now


@pytest.fixture
def case(world: World, agent: Agent, visitor: Visitor) -> str:
    """The agent's."""
    visitor.calls_a_person()
    agent.posts(f"/console/conversations/{visitor.id}/claim")
    return f"/console/conversations/{visitor.id}"


def counted(agent: Agent, path: str = "/console") -> str:
    """What the header says beside *For you*."""
    page = agent.opens(path).text
    found = re.search(r'class="count alerting">(\d*)</span></a>\s*<a href="/console/account"', page)
    assert found, page
    return found[1]


def test_who_is_named_in_a_note_finds_it_here(
    case: str, agent: Agent, lea: Agent, world: World
) -> None:
    assert "Nothing asks for you" in lea.opens("/console/for-you").text
    agent.posts(f"{case}/notes", text="@lea please look: the customer's number is 555")
    assert counted(lea) == "1"
    assert counted(agent) == ""
    page = lea.opens("/console/for-you").text
    assert f"{person_of(world, agent).shown} named you in a note" in page
    # The case's own line, and no more of what was written.
    assert "555" not in page
    lea.opens(case)
    assert counted(lea) == ""
    assert "New</span>" not in lea.opens("/console/for-you").text


def test_who_is_given_a_case_or_written_to_is_told_until_they_say_so(
    case: str, visitor: Visitor, agent: Agent, lea: Agent, world: World
) -> None:
    visitor.says("Is anybody there?")
    assert "The customer of your case wrote" in agent.opens("/console/for-you").text
    agent.posts(f"{case}/hand-on", to=person_of(world, lea).id)
    assert counted(agent) == ""
    assert counted(lea, "/console/account") == "1"
    assert f"Given to you by {person_of(world, agent).shown}" in lea.opens("/console/for-you").text
    assert marks_all(lea, on=lea.opens("/console/for-you").text) == "/console/for-you"
    assert counted(lea) == ""


def test_leads_are_told_of_a_case_that_its_person_left(
    case: str, agent: Agent, lea: Agent, visitor: Visitor, world: World
) -> None:
    agent.posts(f"{case}/messages", text="I will check.")
    now, day = utc_now(), timedelta(days=1)
    everybody = ("agent", "lead", "admin")
    assert world.store.ask_about_left(now, idle_since=now + day, steering=everybody) == 1
    page = lea.opens("/console/for-you").text
    assert "Nobody has written in this case for days" in page
    assert counted(lea) == counted(agent) == "1"
    urgent = {"priority": Priority.URGENT, "tags": [], "due_at": None}
    world.store.sort(visitor.id, resolve_by=now, by="kim", **urgent)
    world.store.ask_about_left(now, idle_since=None, steering=everybody)
    assert "This case was to be resolved by now" in lea.opens("/console/for-you").text


def test_a_note_that_names_somebody_stands_above_what_was_left_and_all_is_marked_at_once(
    case: str, agent: Agent, lea: Agent, world: World
) -> None:
    agent.posts(f"{case}/messages", text="I will check.")
    agent.posts(f"{case}/notes", text="@lea please look")
    now = utc_now()
    world.store.ask_about_left(now, idle_since=now + timedelta(days=1), steering=("lead",))
    page = lea.opens("/console/for-you").text
    assert page.index("named you in a note") < page.index("Nobody has written in this case")
    marks_all(lea, on=page)
    assert counted(lea) == ""


def marks_all(agent: Agent, *, on: str) -> str | None:
    """On a page as it was then; where that leads."""
    shown = re.search(r'name="until" value="([^"]+)"', on)
    assert shown, on
    marked: str | None = agent.posts("/console/for-you/seen", until=shown[1]).headers["location"]
    return marked


def test_what_came_since_the_page_was_shown_is_not_marked_with_it(
    case: str, visitor: Visitor, agent: Agent
) -> None:
    visitor.says("Is anybody there?")
    page = agent.opens("/console/for-you").text
    visitor.says("Hello?")
    marks_all(agent, on=page)
    assert counted(agent) == "1"
    assert agent.posts("/console/for-you/seen", until="then").status_code == 422


def test_the_list_follows_from_the_moment_it_was_put_together(
    case: str, visitor: Visitor, agent: Agent, world: World
) -> None:
    visitor.says("Is anybody there?")
    last = world.store.last_event()
    assert f'data-events="/console/events?after={last}"' in agent.opens("/console/for-you").text


def test_a_promised_moment_that_is_near_is_said_before_it_is_over(
    case: str, visitor: Visitor, agent: Agent, world: World
) -> None:
    visitor.says("Is anybody there?")
    agent.opens(case)
    due = world.store.conversation(visitor.id).next_due
    assert due is not None
    assert world.store.warn_of_due(due - timedelta(minutes=10)) == 1
    assert "A promised moment of your case is near" in agent.opens("/console/for-you").text


def test_who_answers_nobody_is_not_counted_for(new_agent: Callable[..., Agent]) -> None:
    assert "for-you" not in new_agent("ana", "analyst").opens("/console").text
    assert "for-you" not in new_agent("wim", "writer").opens("/console/articles/home").text


def test_the_count_is_live(case: str, visitor: Visitor, agent: Agent, world: World) -> None:
    """Told at first, when it changes, and when it was seen."""
    me = person_of(world, agent)
    watched = Console(
        world.store, asking=lambda: world.store.unseen(me.id), still_open=lambda: True
    )
    wakeups, told = world.app.state.wakeups, []

    async def listen() -> None:
        async for chunk in _changes(watched, world.store.last_event(), wakeups):
            for line in re.findall(r"event: asking\ndata: (.*)", chunk.decode()):
                told.append(json.loads(line)["ids"])
                if len(told) == 1:
                    visitor.says("Is anybody there?")
                elif len(told) == 2:
                    world.store.attended(me.id, at=utc_now())
                else:
                    return

    asyncio.run(asyncio.wait_for(listen(), 30))
    assert told == [[], [visitor.id], []]
