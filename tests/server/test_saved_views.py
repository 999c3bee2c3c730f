"""A list that was narrowed is kept, for oneself or for all; many cases at once are moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Priority, Status
from tests.server.conftest import Agent, Visitor, World, person_of, utc_now
from tests.server.test_team import SENT


def test_a_list_is_kept_and_found_again(world: World, agent: Agent, lea: Agent) -> None:
    kept = agent.posts("/console/views", name="Urgent", query="box=all&priority=2&tag=")
    assert kept.headers["location"] == "/console?box=all&priority=2"
    page = agent.opens("/console").text
    assert 'href="/console?box=all&amp;priority=2">Urgent</a>' in page
    assert "Urgent</a>" not in lea.opens("/console").text
    (view,) = world.assistant.views.of(person_of(world, agent))
    assert lea.posts(f"/console/views/{view.id}/drop").status_code == 404
    agent.posts(f"/console/views/{view.id}/drop")
    assert world.assistant.views.of(person_of(world, agent)) == []


def test_what_a_lead_shares_everybody_has(world: World, agent: Agent, lea: Agent) -> None:
    lea.posts("/console/views", name="French", query="language=fr", shared="yes")
    assert "French</a>" in agent.opens("/console").text
    (view,) = world.assistant.views.of(person_of(world, agent))
    assert agent.posts(f"/console/views/{view.id}/drop").status_code == 404
    refused = agent.posts("/console/views", name="Mine for all", query="tag=x", shared="yes")
    assert "unsaved=1" in refused.headers["location"]
    assert "could not be kept" in agent.opens("/console?unsaved=1").text


@pytest.mark.parametrize("sent", [{"name": " "}, {"name": "x", "query": "box=elsewhere"}])
def test_what_is_no_list_is_not_kept(world: World, agent: Agent, sent: dict[str, str]) -> None:
    assert "unsaved=1" in agent.posts("/console/views", **sent).headers["location"]
    assert world.assistant.views.of(person_of(world, agent)) == []


def test_many_are_handed_on_snoozed_and_put_back_at_once(
    world: World, agent: Agent, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    visitors = [new_visitor() for _ in range(2)]
    ids: Any = [visitor.id for visitor in visitors]
    for visitor in visitors:
        visitor.calls_a_person()

    def states() -> list[tuple[Status, str | None, bool]]:
        found = [world.store.conversation(id) for id in ids]
        return [(each.status, each.agent_id, each.snoozed_until is not None) for each in found]

    lea.posts("/console/bulk", action="hand_on", ids=ids, whom=person_of(world, agent).id)
    assert states() == [(Status.WITH_AGENT, person_of(world, agent).id, False)] * 2
    agent.posts("/console/bulk", action="snooze", ids=ids, how_long="day")
    assert states() == [(Status.WITH_AGENT, person_of(world, agent).id, True)] * 2
    agent.posts("/console/bulk", action="requeue", ids=ids)
    assert states() == [(Status.WAITING, None, False)] * 2
    left = lea.posts("/console/bulk", action="hand_on", ids=ids, whom="nobody")
    assert "left=2" in left.headers["location"]


def test_what_is_to_be_over_has_a_timer_and_comes_first(
    world: World, agent: Agent, lea: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    hours = dict.fromkeys((f"day-{day}" for day in range(7)), "")
    lea.posts("/console/team", **SENT | hours | {"resolution-0": "600", "resolution-2": "5"})
    first, second = new_visitor(), new_visitor()
    first.calls_a_person()
    second.calls_a_person()
    waits = world.store.conversation(first.id)
    assert waits.resolve_by is not None
    assert timedelta(hours=9) < waits.resolve_by - utc_now() <= timedelta(hours=10)
    agent.posts(f"/console/conversations/{second.id}/sort", priority="2")
    urgent = world.store.conversation(second.id)
    assert urgent.resolve_by is not None
    assert urgent.resolve_by - utc_now() < timedelta(minutes=6)
    page = agent.opens("/console").text
    assert page.index(second.id) < page.index(first.id)
    assert "to resolve" in agent.opens(f"/console/conversations/{second.id}").text
    agent.posts(f"/console/conversations/{second.id}/messages", text="Here")
    answered = world.store.conversation(second.id)
    assert (answered.due_at, answered.resolve_by) == (None, urgent.resolve_by)
    agent.posts(f"/console/conversations/{second.id}/resolve")
    assert world.store.conversation(second.id).resolve_by is None
    kept = world.assistant.team.kept()[Priority.URGENT]
    assert (kept.replies, kept.late_replies) == (1, 0)
    assert (kept.resolutions, kept.late_resolutions) == (1, 0)
    assert "0 of 1 late" in lea.opens("/console/team").text
