"""Conversations that wait are given out where a lead wants it, to who is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain import routing
from assistant.domain.conversation import Status
from assistant.domain.ownership import ROUTING
from assistant.support import assigning
from tests.server.conftest import Agent, Visitor, World, person_of, utc_now


def owner(world: World, visitor: Visitor) -> str | None:
    return world.store.conversation(visitor.id).agent_id


def test_whoever_says_that_they_are_here_is_given_who_waits(
    world: World, lea: Agent, agent: Agent, visitor: Visitor
) -> None:
    visitor.calls_a_person()
    assert world.assistant.assigning.round() == 0
    assert "by hand" in lea.opens("/console/assignment").text
    lea.posts("/console/assignment", on="yes")
    assert world.assistant.assigning.round() == 0
    assert "You are not given conversations" in agent.opens("/console").text
    agent.posts("/console/availability", takes="yes")
    assert world.assistant.assigning.round() == 1
    assert owner(world, visitor) == person_of(world, agent).id
    assert "with you" in agent.opens("/console?box=mine").text.lower()
    events = world.store.events(visitor.id)
    assert [e.payload["by"] for e in events if e.payload.get("event") == "handed_on"] == [ROUTING]
    page = agent.opens(f"/console/conversations/{visitor.id}").text
    assert "automatic assignment" in page


def test_out_of_hours_nobody_is_interrupted(
    world: World, lea: Agent, agent: Agent, visitor: Visitor
) -> None:
    lea.posts("/console/assignment", on="yes")
    agent.posts("/console/availability", takes="yes")
    closed: Any = {"zone": "UTC", "holidays": "", "day-0": "09:00-09:01"}
    tomorrow = (utc_now() + timedelta(days=2)).weekday()
    closed |= {f"day-{day}": "" for day in range(7)} | {f"day-{tomorrow}": "00:00-00:01"}
    closed |= {f"{kind}-{level}": "60" for kind in ("first", "next") for level in range(3)}
    assert lea.posts("/console/team", **closed).status_code == 303
    visitor.calls_a_person()
    assert world.assistant.assigning.round() == 0
    assert world.store.conversation(visitor.id).status is Status.WAITING


def test_what_a_colleague_is_given_is_set_by_a_lead(world: World, lea: Agent, agent: Agent) -> None:
    path = f"/console/assignment/{person_of(world, agent).id}"
    sent: Any = {"locales": ["fr"], "skills": "Refunds, ,VIP", "capacity": "3"}
    assert lea.posts(path, **sent).headers["location"].endswith("saved=1")
    ((_, kept),) = [
        each
        for each in world.assistant.assigning.everybody()
        if each[0].id == person_of(world, agent).id
    ]
    assert (kept.locales, kept.skills, kept.capacity) == ({"fr"}, {"refunds", "vip"}, 3)
    assert "refunds, vip" in lea.opens("/console/assignment").text
    assert lea.posts(path, capacity="0").status_code == 422
    assert lea.posts("/console/assignment/nobody", capacity="3").status_code == 404


def test_whoever_goes_silent_is_given_no_more(
    world: World, lea: Agent, agent: Agent, visitor: Visitor
) -> None:
    lea.posts("/console/assignment", on="yes")
    agent.posts("/console/availability", takes="yes")
    world.assistant.assigning.fell_silent(person_of(world, agent).id)
    visitor.calls_a_person()
    assert world.assistant.assigning.round() == 0
    assert "You are not given conversations" in agent.opens("/console").text


def test_whoever_has_room_is_given_what_waits_behind_a_full_page(
    world: World,
    lea: Agent,
    agent: Agent,
    new_visitor: Callable[..., Visitor],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(assigning, "_AT_ONCE", 2)
    lea.posts("/console/assignment", on="yes")
    french, english = frozenset({"fr"}), frozenset({"en"})
    world.store.save_agent(routing.Agent(person_of(world, lea).id, french, takes=True, capacity=1))
    world.store.save_agent(
        routing.Agent(person_of(world, agent).id, english, takes=True, capacity=2)
    )
    waiting = [new_visitor(locale=locale) for locale in ("fr", "fr", "fr", "fr", "en", "en", "en")]
    for each in waiting:
        each.calls_a_person()
    assert world.assistant.assigning.round() == 3
    owners = [owner(world, each) for each in waiting]
    them = person_of(world, agent).id
    assert owners == [person_of(world, lea).id, None, None, None, them, them, None]
    assert world.assistant.assigning.round() == 0
