"""What did not arrive is shown to leads, and sent again when they say so; mails are a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.errors import NeverDelivered
from assistant.support.letters import Content, mail_of_words
from tests.server.conftest import Agent, Visitor, World, utc_now


def dead_mail(world: World) -> str:
    """One that its server refused for good."""
    content = Content("Hello", "Hello", "Hello")
    mail = mail_of_words("gone@company.example", content, key="k", locale="en", at=utc_now())
    world.store.add_deliveries([mail])
    world.assistant.outlets.mail.fails = NeverDelivered("The mail server knows no such mail box.")
    world.assistant.outlets.courier.round()
    return mail.id


def test_a_lead_sees_what_never_arrived_and_sends_it_again(world: World, lea: Agent) -> None:
    assert "Everything arrived" in lea.opens("/console/deliveries").text
    id = dead_mail(world)
    assert "1 delivery never arrived" in lea.opens("/console").text
    page = lea.opens("/console/deliveries").text
    assert "gone@company.example" in page
    assert "no such mail box" in page
    world.assistant.outlets.mail.fails = None
    assert lea.posts(f"/console/deliveries/{id}/again").status_code == 303
    world.assistant.outlets.courier.round()
    assert [each.to for each in world.assistant.outlets.mail.letters] == ["gone@company.example"]
    assert "Everything arrived" in lea.opens("/console/deliveries").text
    assert world.store.deeds(limit=1)[0][1].action == "delivery_again"


def test_agents_are_not_shown_what_is_the_leads_to_mend(world: World, agent: Agent) -> None:
    dead_mail(world)
    assert "never arrived" not in agent.opens("/console").text


@pytest.mark.parametrize("id", ["none", "a b", "%00"])
def test_what_is_not_dead_cannot_be_sent_again(lea: Agent, id: str) -> None:
    assert lea.posts(f"/console/deliveries/{id}/again").status_code == 404


def test_everybody_chooses_what_they_are_told(world: World, agent: Agent) -> None:
    page = agent.opens("/console/account").text
    assert page.count('type="checkbox" name="notices"') == 4
    sent: Any = {"notices": ["waiting", "late"], "locale": "fr"}
    assert agent.posts("/console/account/notices", **sent).status_code == 303
    (choice,) = world.store.choices().values()
    assert (sorted(choice.notices), choice.locale) == (["late", "waiting"], "fr")
    page = agent.opens("/console/account?saved=1").text
    assert page.count(" checked>") == 2
    agent.posts("/console/account/notices", locale="nowhere")
    (choice,) = world.store.choices().values()
    assert (choice.notices, choice.locale) == (frozenset(), "en")


def test_what_cannot_be_chosen_is_refused(agent: Agent) -> None:
    assert agent.posts("/console/account/notices", notices="everything").status_code == 422


def test_who_answers_nobody_is_asked_nothing(new_agent: Callable[..., Agent]) -> None:
    assert 'name="notices"' not in new_agent("wim", "writer").opens("/console/account").text


def test_where_no_mail_leaves_people_are_told_to_write_by_hand(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    visitor.calls_a_person(email="ada@customer.example")
    path, asked = f"/console/conversations/{visitor.id}", "none leaves from here"
    assert asked not in agent.opens(path).text
    world.assistant.outlets = replace(world.assistant.outlets, mail=None)
    assert asked in agent.opens(path).text
    assert "aucun ne part d’ici" in agent.opens(f"{path}?locale=fr").text


def test_the_address_shown_is_the_one_that_mails_go_to(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    """Left at the first call; at the second none was asked for."""
    path = f"/console/conversations/{visitor.id}"
    visitor.calls_a_person(email="ada@customer.example")
    agent.posts(f"{path}/claim")
    agent.posts(f"{path}/release")
    visitor.calls_a_person()
    assert [each.email for each in world.store.handoffs(visitor.id)] == [
        "ada@customer.example",
        None,
    ]
    assert "mailto:ada@customer.example" in agent.opens(path).text


@pytest.mark.parametrize("how", ["reads", "follows"])
def test_a_customer_who_reads_the_reply_here_is_written_no_mail(
    world: World, visitor: Visitor, agent: Agent, how: str
) -> None:
    visitor.calls_a_person(email="ada@customer.example")
    agent.posts(f"/console/conversations/{visitor.id}/messages", text="Hello")
    written = world.store.messages(visitor.id)[-1].created_at
    assert not world.store.seen_since(visitor.id, written)
    if how == "reads":
        visitor.reads()
    else:
        world.assistant.inbox.seen_by_customer(visitor.id)
    assert world.store.seen_since(visitor.id, written)
    assert not world.store.seen_since(visitor.id, written + timedelta(hours=1))


def test_colleagues_do_not_see_the_customer_as_one_of_them(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    visitor.calls_a_person()
    world.assistant.inbox.seen_by_customer(visitor.id)
    answer = agent.posts(f"/console/conversations/{visitor.id}/presence")
    assert answer.json()["others"] == []
