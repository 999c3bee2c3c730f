"""Leads write how customers are greeted; what the site signed personalises it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from tests.server.conftest import API, Agent, World

SECRET = "a secret that is shared with the shop"
WORDS = {
    "text-en": "Hello {name}! As a {plan|valued} customer with {orders|no} orders, ask away.",
    "text-fr": "Bonjour {name} ! Votre formule {plan|habituelle} vous ouvre la ligne directe.",
}


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(identity_secret=SECRET)


def greeted(client: TestClient, *, locale: str = "en", **claims: Any) -> str:
    """How a new conversation begins for somebody of whom the site signed this."""
    body: dict[str, Any] = {"locale": locale, "context": {"plan": "platinum"}}
    if claims:
        expiry = datetime.now(UTC) + timedelta(minutes=5)
        token = jwt.encode({"sub": "anna", "exp": expiry, **claims}, SECRET)
        known = client.post(f"{API}/visitors/identify", json={"token": token})
        body["visitor_token"] = known.json()["visitor_token"]
    return str(client.post(f"{API}/conversations", json=body).json()["greeting"])


def test_what_the_site_signed_personalises_the_greeting(client: TestClient, lea: Agent) -> None:
    assert lea.posts("/console/welcome", **WORDS).headers["location"] == "/console/welcome?saved=1"
    read = greeted(client, name="Anna", plan="gold", orders=3)
    assert read == "Hello Anna! As a gold customer with 3 orders, ask away."
    assert greeted(client, locale="fr", plan="or").startswith("Bonjour ! Votre formule or vous")


def test_who_is_not_known_is_greeted_with_the_other_words(client: TestClient, lea: Agent) -> None:
    lea.posts("/console/welcome", **WORDS)
    assert greeted(client) == "Hello! As a valued customer with no orders, ask away."


def test_a_value_is_words_and_nothing_more(client: TestClient, lea: Agent) -> None:
    lea.posts("/console/welcome", **WORDS)
    read = greeted(client, name="{plan}\n" + "x" * 200, plan=["a"], orders=True)
    assert read.startswith("Hello {plan} xxx")
    assert "As a valued customer with no orders" in read
    assert read.count("x") < 80


def test_a_language_without_words_of_its_own_keeps_ours(client: TestClient, lea: Agent) -> None:
    lea.posts("/console/welcome", **{"text-en": "Welcome back, {name|friend}."})
    assert greeted(client) == "Welcome back, friend."
    assert greeted(client, locale="fr").startswith("Bonjour ! Posez-moi")
    lea.posts("/console/welcome")
    assert greeted(client, name="Anna").startswith("Hello Anna! Ask me")


@pytest.mark.parametrize("wrong", ["Hello {name", "Hello {name.first}", "x" * 501])
def test_what_makes_no_sense_is_refused_and_kept_in_the_form(
    world: World, lea: Agent, wrong: str
) -> None:
    refused = lea.posts("/console/welcome", **{"text-en": wrong})
    assert refused.status_code == 422
    assert wrong in refused.text
    assert world.assistant.welcome.texts() == {}


def test_who_changed_it_is_on_record(world: World, lea: Agent) -> None:
    lea.posts("/console/welcome", **WORDS)
    assert next(deed.action for _, deed in world.store.deeds()) == "welcome_changed"
