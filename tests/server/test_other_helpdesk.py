"""A case that is open in another helpdesk is shown with its way there."""

from __future__ import annotations

import hmac
from dataclasses import replace
from typing import Any

from assistant.adapters.helpdesks.bells import make_bell
from assistant.domain.ownership import HELPDESK, Event, Move
from assistant.domain.ticket import Ticket
from assistant.support.helpdesks import Doorkeeper
from tests.server.conftest import Agent, Visitor, World, utc_now


def in_the_helpdesk(world: World, visitor: Visitor) -> str:
    visitor.calls_a_person()
    at = utc_now()
    where = "https://company.zendesk.example/agent/tickets/7"
    world.store.save_ticket(Ticket(visitor.id, "Zendesk", "7", where, 2, at, at))
    return where


def test_the_case_leads_to_the_ticket(world: World, visitor: Visitor, agent: Agent) -> None:
    where = in_the_helpdesk(world, visitor)
    page = agent.opens(f"/console/conversations/{visitor.id}").text
    assert f'href="{where}"' in page
    assert "Open in Zendesk" in page


def test_whoever_answers_there_is_shown_as_its_owner(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    in_the_helpdesk(world, visitor)
    taken = Move(Event.CLAIMED, by=HELPDESK, at=utc_now(), agent_id=HELPDESK)
    world.store.move(visitor.id, taken)
    page = agent.opens(f"/console/conversations/{visitor.id}").text
    assert "with the other helpdesk" in page.lower()
    assert "the other helpdesk" in agent.opens("/console?box=all").text
    refused = agent.posts(f"/console/conversations/{visitor.id}/messages", text="Me too")
    assert refused.status_code == 403


def test_the_helpdesk_rings_by_its_secret_alone(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    in_the_helpdesk(world, visitor)
    world.store.save_ticket(replace(world.store.ticket(visitor.id), look_at=None))  # type: ignore[type-var]
    ring: dict[str, Any] = {"url": "/api/v1/helpdesk", "content": b'{"ticket": {"id": 7}}'}
    assert visitor.client.post(**ring).status_code == 404
    keeper = Doorkeeper(
        world.store, name="Zendesk", bell=make_bell("zammad", "a secret of bytes"), now=utc_now
    )
    world.assistant.outlets = replace(world.assistant.outlets, doorkeeper=keeper)
    assert visitor.client.post(**ring).status_code == 401
    assert world.store.ticket(visitor.id).look_at is None  # type: ignore[union-attr]
    digest = hmac.new(b"a secret of bytes", ring["content"], "sha1").hexdigest()
    rung = visitor.client.post(**ring, headers={"X-Hub-Signature": f"sha1={digest}"})
    assert rung.status_code == 204
    assert world.store.tickets_to_hear(utc_now(), limit=9)
