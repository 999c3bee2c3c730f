"""Health, figures, the app's life, and what only the owner's command line may call."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.server.pages import web
from tests.server.conftest import Visitor, World


def test_it_is_alive_before_it_is_ready(world: World, client: TestClient) -> None:
    world.readiness.ready, world.readiness.reason = False, "loading the encoder"
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"reason": "loading the encoder"})
    world.readiness.ready = True
    assert client.get("/readyz").status_code == 200


def test_a_question_asked_before_it_is_warm_waits_and_is_answered(
    world: World, visitor: Visitor
) -> None:
    world.readiness.ready = False
    replies: list[str] = []
    asking = threading.Thread(
        target=lambda: replies.append(visitor.says("Can I return a gift?")["decision"])
    )
    asking.start()
    time.sleep(0.2)
    assert asking.is_alive()
    world.readiness.ready = True
    asking.join(timeout=30)
    assert replies == ["answer"]


@pytest.mark.parametrize("path", ["/healthz", "/help", "/widget.js", "/"])
def test_head_is_answered_like_get(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == client.get(path).status_code == 200


def test_figures_count_replies_and_who_waits(client: TestClient, visitor: Visitor) -> None:
    visitor.says("Can I return a gift, please?")
    visitor.calls_a_person()
    visitor.says("Hello?")
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = response.text.splitlines()
    assert 'assistant_replies_total{decision="answer"} 1.0' in lines
    assert 'assistant_replies_total{decision="none"} 1.0' in lines
    assert "assistant_reply_seconds_count 2.0" in lines
    assert "assistant_waiting_conversations 1.0" in lines
    assert "gift" not in response.text


def test_two_apps_in_a_process_count_apart(make_world: Callable[..., World]) -> None:
    first, second = make_world(), make_world()
    with first.client() as client:
        started = client.post("/api/v1/conversations").json()
        visitor = Visitor(client, started["id"], started["token"], "")
        visitor.says("Can I return a gift?")
    with second.client() as client:
        assert 'decision="answer"' not in client.get("/metrics").text


def test_the_assistant_lives_as_long_as_the_app(world: World) -> None:
    with world.client() as client:
        client.get("/healthz")
        assert world.started == ["start", "recover"]
    assert world.started == ["start", "recover", "close"]


def test_what_a_crash_left_unanswered_is_answered(make_world: Callable[..., World]) -> None:
    world = make_world()
    started = world.assistant.desk.start()
    world.assistant.desk._receive(started.conversation.id, "Can I return a gift?", None)
    with world.client():
        wait_for(lambda: len(world.store.messages(started.conversation.id)) == 2)
    assert world.store.unanswered() == []


def test_a_recovery_that_fails_does_not_end_the_server(world: World) -> None:
    from assistant.errors import StoreUnavailable

    async def broken() -> int:
        raise StoreUnavailable("gone", remedy="start it")

    world.assistant.recover = broken
    with world.client() as client:
        assert client.get("/healthz").status_code == 200


def test_the_owners_command_line_may_call_the_doctor(client: TestClient) -> None:
    headers = {"Authorization": "Bearer the owner's secret"}
    response = client.post("/internal/doctor", json={"repair": True}, headers=headers)
    budget = {"operators": 0.15, "adopted": None}
    assert response.json() == {"found": ["repair=True"], "budget": budget}


@pytest.mark.parametrize("token", [None, "", "guess", "é"])
def test_nobody_else_may(client: TestClient, token: str | None) -> None:
    headers = {"Authorization": f"Bearer {token}".encode("latin-1")} if token is not None else {}
    response = client.post("/internal/doctor", json={}, headers=headers)
    assert response.status_code == 401


def test_an_empty_secret_opens_nothing(world: World, client: TestClient) -> None:
    world.assistant.secret = ""
    assert client.post("/internal/doctor", json={}).status_code == 401


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_sample_page_tells_an_evaluator_what_to_try_next(
    client: TestClient, locale: str
) -> None:
    page = client.get("/", params={"locale": locale}).text
    aside = page[page.index("<aside") : page.index("</aside>")]
    for link in ("help", "console", "openapi.json"):
        assert f'href="{link}"' in aside
    assert "docs/README.md" in aside
    assert (Path(__file__).resolve().parents[2] / "docs" / "README.md").is_file()
    assert page.count("data-ask=") > 6


def test_the_sample_page_is_a_shop_in_both_languages(client: TestClient) -> None:
    shops = [client.get("/", params={"locale": locale}).text for locale in ("en", "fr")]
    for page, locale in zip(shops, ("en", "fr"), strict=True):
        wordings = json.loads((web("locales") / f"sample.{locale}.json").read_text("utf-8"))
        for words in ("title", "hero_title", "try_title"):
            assert escape(wordings[words]) in page
            assert escape(wordings[words]) not in "".join(each for each in shops if each != page)
        assert f'<html lang="{locale}"' in page
        assert f'src="/widget.js" async data-locale="{locale}"' in page


def test_the_sample_page_gives_way_to_a_configured_site(make_world: Callable[..., World]) -> None:
    with make_world().client() as client:
        assert "/widget.js" in client.get("/").text
    with make_world(site_url="https://shop.example").client() as client:
        response = client.get("/", follow_redirects=False)
        assert response.headers["location"] == "/help"


def wait_for(condition: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
