"""A customer's calls: start, ask, read, call a person, rate."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.domain.conversation import Author
from assistant.domain.handoff import Reason
from tests.server.conftest import API, Visitor, World

STREAM = {"Accept": "text/event-stream"}


def test_a_conversation_starts_with_nothing_but_braces(client: TestClient) -> None:
    response = client.post(f"{API}/conversations", json={})
    started = response.json()
    assert response.status_code == 201
    assert set(started) == {"id", "token", "visitor_token", "status", "greeting", "suggestions"}
    assert started["status"] == "with_assistant"
    assert started["greeting"]


def test_a_conversation_starts_without_a_body_too(client: TestClient) -> None:
    assert client.post(f"{API}/conversations").status_code == 201


def test_what_the_site_tells_is_kept_for_the_agent(
    world: World, new_visitor: Callable[..., Visitor]
) -> None:
    page, context = "https://shop.example/basket", {"cart": [{"sku": "A1", "n": 2}]}
    visitor = new_visitor(locale="fr", page_url=page, context=context)
    conversation = world.store.conversation(visitor.id)
    assert (conversation.locale, conversation.page_url) == ("fr", page)
    assert conversation.context == context


def test_the_reply_is_one_json_object(visitor: Visitor) -> None:
    reply = visitor.says("Can I return a gift?")
    assert set(reply) == {
        *("message", "decision", "reason", "confidence", "suggestions", "conversation")
    }
    assert set(reply["message"]) >= {"id", "author", "text", "html", "locale", "citations"}
    assert reply["decision"] == "answer"
    assert reply["reason"] is None
    assert reply["message"]["citations"][0]["article_id"] == "en/return-a-gift"
    assert "<strong>gift card</strong>" in reply["message"]["html"]
    assert reply["conversation"] == {"id": visitor.id, "status": "with_assistant"}


def test_the_reply_comes_as_events_to_who_asks_for_them(visitor: Visitor) -> None:
    events = ask_for_events(visitor, "Can I return a gift?")
    assert [kind for kind, _ in events] == ["sources", "sentence", "sentence", "done"]
    assert events[0][1]["citations"][0]["n"] == 1
    assert events[1][1]["citations"] == [1]
    assert events[1][1]["html"].startswith("<p>")
    assert events[-1][1]["message"]["text"].startswith("You get")


def test_events_and_json_give_the_same_reply(visitor: Visitor) -> None:
    as_json = visitor.says("Can I return a gift?", client_id="one")
    events = ask_for_events(visitor, "Can I return a gift?", client_id="one")
    assert events[-1][1] == as_json


def test_the_same_client_id_gives_the_same_reply_and_no_second_message(
    world: World, visitor: Visitor
) -> None:
    first = visitor.says("Can I return a gift?", client_id="one")
    assert visitor.says("Can I return a gift?", client_id="one") == first
    assert len(visitor.reads()["messages"]) == 2
    assert world.answerer.asked == ["Can I return a gift?"]


def test_a_conversation_is_read_back_whole(visitor: Visitor) -> None:
    visitor.says("Can I return a gift?", client_id="one")
    conversation = visitor.reads()
    assert set(conversation) >= {"id", "status", "locale", "created_at", "messages"}
    asked, answered = conversation["messages"]
    assert (asked["author"], asked["text"]) == ("customer", "Can I return a gift?")
    assert asked["client_id"] == "one"
    assert answered["citations"][0]["title"] == "Return a gift"
    assert answered["html"]
    assert answered["created_at"] >= asked["created_at"]


def test_the_visitor_token_opens_all_of_the_visitors_conversations(
    client: TestClient, new_visitor: Callable[..., Visitor]
) -> None:
    first = new_visitor()
    second = new_visitor(visitor_token=first.visitor_token)
    assert second.visitor_token == first.visitor_token
    headers = {"Authorization": f"Bearer {first.visitor_token}"}
    assert client.get(first.path, headers=headers).status_code == 200
    assert client.get(second.path, headers=headers).status_code == 200


def test_a_foreign_token_finds_nothing(new_visitor: Callable[..., Visitor]) -> None:
    mine, theirs = new_visitor(), new_visitor()
    for token in (theirs.token, theirs.visitor_token, "guess"):
        response = mine.client.get(mine.path, headers={"Authorization": f"Bearer {token}"})
        assert response.status_code == 404
        nowhere = mine.client.get(f"{API}/conversations/c-0", headers=theirs.headers)
        assert response.json() == json.loads(nowhere.text.replace("c-0", mine.id))


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Basic a2ltOnB3"])
def test_without_a_token_it_is_401(visitor: Visitor, value: str | None) -> None:
    headers = {"Authorization": value} if value is not None else {}
    response = visitor.client.get(visitor.path, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


def test_every_call_on_a_conversation_wants_its_token(visitor: Visitor) -> None:
    message = visitor.says("Can I return a gift?")["message"]["id"]
    calls: list[tuple[str, str, Any]] = [
        ("POST", f"{visitor.path}/messages", {"text": "Hello"}),
        ("GET", visitor.path, None),
        ("GET", f"{visitor.path}/events", None),
        ("POST", f"{visitor.path}/handoff", {}),
        ("POST", f"{visitor.path}/survey", {"csat": 5}),
        ("POST", f"{API}/messages/{message}/feedback", {"helpful": True}),
    ]
    for method, path, body in calls:
        assert visitor.client.request(method, path, json=body).status_code == 401, path
        wrong = {"Authorization": "Bearer wrong"}
        response = visitor.client.request(method, path, json=body, headers=wrong)
        assert response.status_code == 404, path


def test_a_person_is_called_once_and_the_email_can_follow(world: World, visitor: Visitor) -> None:
    assert visitor.calls_a_person()["status"] == "waiting"
    again = visitor.calls_a_person(email="kim@customer.example")
    assert again["status"] == "waiting"
    assert len(world.store.handoffs(visitor.id)) == 1
    assert world.store.handoffs(visitor.id)[0].email == "kim@customer.example"
    assert world.store.handoffs(visitor.id)[0].reason is Reason.ASKED_FOR_HUMAN


def test_an_email_that_is_sent_again_is_noted_once(world: World, visitor: Visitor) -> None:
    for email in ("kim@customer.example", "kim@customer.example", "kim@work.example"):
        visitor.calls_a_person(email=email)
    messages = world.store.messages(visitor.id)
    notes = [message.text for message in messages if message.author is Author.SYSTEM]
    assert ["kim@customer.example" in note for note in notes] == [True, False]
    events = [event for event in world.store.events(visitor.id) if event.kind == "message"]
    assert [event.payload["id"] for event in events] == [message.id for message in messages]


def test_an_email_that_is_none_is_refused(visitor: Visitor) -> None:
    body = {"email": "not an address"}
    response = visitor.client.post(f"{visitor.path}/handoff", json=body, headers=visitor.headers)
    assert response.status_code == 422


def test_while_a_person_has_it_the_assistant_says_nothing(visitor: Visitor) -> None:
    visitor.calls_a_person()
    reply = visitor.says("Are you there?")
    assert reply["message"] is None
    assert reply["decision"] == "none"
    assert reply["conversation"]["status"] == "waiting"


def test_a_failure_inside_becomes_a_person_never_an_error(world: World, visitor: Visitor) -> None:
    world.answerer.error = RuntimeError("the index is on fire")
    reply = visitor.says("Can I return a gift?")
    assert (reply["decision"], reply["reason"]) == ("handoff", "failure")
    assert reply["conversation"]["status"] == "waiting"


def test_surveys_and_thumbs_are_stored(world: World, visitor: Visitor) -> None:
    message = visitor.says("Can I return a gift?")["message"]["id"]
    survey = {"csat": 4, "ces": 7, "nps": 0, "useful": 1, "comment": "Fine \ud83d"}
    path = f"{visitor.path}/survey"
    body = json.dumps(survey)
    headers = {**visitor.headers, "Content-Type": "application/json"}
    assert visitor.client.post(path, content=body, headers=headers).status_code == 204
    thumb = {"helpful": False, "reason": "outdated"}
    path = f"{API}/messages/{message}/feedback"
    assert visitor.client.post(path, json=thumb, headers=visitor.headers).status_code == 204
    stored = next(iter(world.store.export("surveys")))
    assert (stored["csat"], stored["nps"], stored["comment"]) == (
        4,
        0,
        "Fine \N{REPLACEMENT CHARACTER}",
    )
    assert next(iter(world.store.export("feedback")))["helpful"] is False


@pytest.mark.parametrize(
    "body",
    [{}, {"csat": 6}, {"csat": "5"}, {"ces": 0}, {"nps": 11}, {"csat": True}, {"csat": 1e99}, []],
)
def test_a_survey_outside_its_scales_is_refused(visitor: Visitor, body: Any) -> None:
    response = visitor.client.post(f"{visitor.path}/survey", json=body, headers=visitor.headers)
    assert response.status_code == 422


def test_a_foreign_token_rates_nothing(new_visitor: Callable[..., Visitor]) -> None:
    mine, theirs = new_visitor(), new_visitor()
    message = mine.says("Can I return a gift?")["message"]["id"]
    path, body = f"{API}/messages/{message}/feedback", {"helpful": True}
    assert mine.client.post(path, json=body, headers=theirs.headers).status_code == 404


def test_too_many_messages_are_told_when_to_go_on(make_world: Callable[..., World]) -> None:
    with make_world(messages_per_minute=2).client() as client:
        started = client.post(f"{API}/conversations").json()
        visitor = Visitor(client, started["id"], started["token"], started["visitor_token"])
        visitor.says("One")
        visitor.says("Two")
        for accept in ("application/json", "text/event-stream"):
            response = client.post(
                f"{visitor.path}/messages",
                json={"text": "Three"},
                headers={**visitor.headers, "Accept": accept},
            )
            assert response.status_code == 429
            assert response.headers["content-type"] == "application/problem+json"
            assert int(response.headers["retry-after"]) == response.json()["retry_after"] > 0


def test_the_longest_message_passes_and_one_more_does_not(visitor: Visitor) -> None:
    assert visitor.says("é" * 4000)["decision"] == "answer"
    response = visitor.client.post(
        f"{visitor.path}/messages", json={"text": "é" * 4001}, headers=visitor.headers
    )
    assert response.status_code == 422
    assert response.json()["type"].endswith(":too-long")
    assert "4000" in response.json()["detail"]


def ask_for_events(visitor: Visitor, text: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    response = visitor.client.post(
        f"{visitor.path}/messages",
        json={"text": text, **more},
        headers={**visitor.headers, **STREAM},
    )
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    return parsed(response.text)


def parsed(stream: str) -> list[tuple[str, dict[str, Any]]]:
    blocks = [
        dict(line.split(": ", 1) for line in block.split("\n"))
        for block in stream.split("\n\n")
        if block
    ]
    return [(block["event"], json.loads(block["data"])) for block in blocks]
