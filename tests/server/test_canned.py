"""Leads write replies once; people insert them, filled in for the customer, and articles too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.server.conftest import Agent, Visitor, World

HELLO = {
    "title": "Hello",
    "text-en": "Hello {customer_name}, I am {agent_name}. We are there {opening_hours}.",
    "text-fr": "Bonjour {customer_name}, ici {agent_name}. Nous sommes là {opening_hours}.",
}


def offered(agent: Agent, visitor: Visitor, words: str = "") -> dict[str, Any]:
    answer = agent.opens(f"/console/conversations/{visitor.id}/insertable?q={words}")
    found: dict[str, Any] = answer.json()
    return found


def test_a_reply_is_written_changed_and_deleted(world: World, lea: Agent) -> None:
    assert "None yet" in lea.opens("/console/canned").text
    assert lea.posts("/console/canned", **HELLO).headers["location"] == "/console/canned?saved=1"
    (reply,) = world.assistant.canned.all()
    lea.posts(f"/console/canned/{reply.id}", **HELLO | {"title": "Greeting"})
    assert [each.title for each in world.assistant.canned.all()] == ["Greeting"]
    lea.posts(f"/console/canned/{reply.id}/drop")
    assert world.assistant.canned.all() == []
    did = [deed.action for _, deed in world.store.deeds()][:3]
    assert did == ["canned_dropped", "canned_saved", "canned_saved"]
    for path in (f"/console/canned/{reply.id}", f"/console/canned/{reply.id}/drop"):
        assert lea.posts(path, **HELLO).status_code == 404


def test_it_is_filled_in_for_the_customer_in_their_language(
    world: World, lea: Agent, agent: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    lea.posts("/console/canned", **HELLO)
    hours = {"zone": "Europe/Paris", "day-0": "09:00-18:00", "holidays": ""}
    minutes = {f"{kind}-{level}": "60" for kind in ("first", "next") for level in range(3)}
    lea.posts("/console/team", **hours, **minutes)
    (reply,) = offered(agent, new_visitor(locale="fr"))["canned"]
    assert reply["locale"] == "fr"
    assert reply["text"] == ("Bonjour, ici kim. Nous sommes là lundi 09:00-18:00 (Europe/Paris).")


def test_one_without_the_customers_language_is_offered_in_its_own(
    lea: Agent, agent: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    lea.posts("/console/canned", title="Refund", **{"text-en": "See {help_center}."})
    (reply,) = offered(agent, new_visitor(locale="fr"))["canned"]
    assert (reply["locale"], reply["text"]) == ("en", "See https://help.example/help?locale=en.")


def test_it_is_found_by_its_words_and_articles_with_it(
    lea: Agent, agent: Agent, visitor: Visitor
) -> None:
    lea.posts("/console/canned", **HELLO)
    assert offered(agent, visitor, "greeting")["canned"] == []
    assert len(offered(agent, visitor, "hello kim")["canned"]) == 1
    assert offered(agent, visitor)["articles"] == []
    (article,) = offered(agent, visitor, "gift")["articles"]
    assert article["title"] == "Return a gift"
    assert article["link"] == "[Return a gift](/help/en/return-a-gift)"
    assert article["passage"].endswith(article["link"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 81},
        {"text-en": "", "text-fr": " "},
        {"text-en": "x" * 4001},
        {"text-en": "Your {password}"},
    ],
)
def test_what_cannot_be_one_is_refused_and_kept_for_mending(
    world: World, lea: Agent, wrong: dict[str, str]
) -> None:
    refused = lea.posts("/console/canned", **HELLO | wrong)
    assert refused.status_code == 422
    assert "Nous sommes là" in refused.text or "text-fr" in wrong
    assert world.assistant.canned.all() == []


def test_braces_of_a_customer_are_no_variables(
    lea: Agent, agent: Agent, visitor: Visitor, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lea.posts("/console/canned", **HELLO)
    person = world.assistant.people.everybody()[0]
    world.assistant.people.change(person, by=person, name="{agent_name}{0.__class__}")
    (reply,) = offered(agent, visitor)["canned"]
    assert "{agent_name}{0.__class__}" in reply["text"]
