"""The description of the interface says what it does, with an example for everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from assistant.server import article_schemas, examples, schemas
from tests.server.conftest import API, GIFT, Visitor

ROUTES = {
    ("/api/v1/conversations", "post"),
    ("/api/v1/conversations/{id}/messages", "post"),
    ("/api/v1/conversations/{id}", "get"),
    ("/api/v1/conversations/{id}/events", "get"),
    ("/api/v1/conversations/{id}/handoff", "post"),
    ("/api/v1/conversations/{id}/follow-up", "post"),
    ("/api/v1/conversations/{id}/relationship/asked", "post"),
    ("/api/v1/conversations/{id}/relationship/declined", "post"),
    ("/api/v1/conversations/{id}/survey", "post"),
    ("/api/v1/conversations/{id}/survey/asked", "post"),
    ("/api/v1/conversations/{id}/context", "post"),
    ("/api/v1/conversations/{id}/link", "post"),
    ("/api/v1/conversations/{id}/looked", "post"),
    ("/api/v1/conversations/{id}/typing", "post"),
    ("/api/v1/conversations/{id}/nudges", "post"),
    ("/api/v1/conversations/{id}/attachments", "post"),
    ("/api/v1/conversations/{id}/attachments/{attachment_id}", "get"),
    ("/api/v1/conversations", "get"),
    ("/api/v1/links", "post"),
    ("/api/v1/visitors/identify", "post"),
    ("/api/v1/visitors/forget", "post"),
    ("/api/v1/messages/{id}/feedback", "post"),
    ("/api/v1/articles/{id}/feedback", "post"),
    ("/api/v1/topics", "get"),
    ("/api/v1/search", "get"),
    ("/api/v1/articles/{id}", "get"),
    ("/api/v1/insights/{what}", "get"),
    ("/api/v1/customers", "post"),
    ("/healthz", "get"),
    ("/readyz", "get"),
}


@pytest.fixture
def description(client: TestClient) -> dict[str, Any]:
    described: dict[str, Any] = client.get("/openapi.json").json()
    return described


def test_every_route_is_described_and_no_page_is(description: dict[str, Any]) -> None:
    found = {(path, method) for path, calls in description["paths"].items() for method in calls}
    assert found == ROUTES


def test_every_answer_and_every_error_has_an_example(description: dict[str, Any]) -> None:
    for path, calls in description["paths"].items():
        for method, call in calls.items():
            assert call.get("summary")
            for status, response in call["responses"].items():
                if status == "204":
                    continue
                for media_type, content in response["content"].items():
                    assert "example" in content, (path, method, status, media_type)
                if int(status) >= 400 and path.startswith(API):
                    assert list(response["content"]) == ["application/problem+json"]
                    assert content["example"]["status"] == int(status)


def test_every_body_has_an_example(description: dict[str, Any]) -> None:
    for path, calls in description["paths"].items():
        for call in calls.values():
            if "requestBody" in call:
                assert "examples" in json.dumps(named(description, call["requestBody"])), path


def test_references_lead_somewhere(description: dict[str, Any]) -> None:
    text = json.dumps(description)
    for part in text.split('"$ref": "')[1:]:
        name = part.split('"')[0].removeprefix("#/components/schemas/")
        assert name in description["components"]["schemas"]


def test_calls_of_a_visitor_name_their_token(description: dict[str, Any]) -> None:
    calls = description["paths"]
    assert calls["/api/v1/conversations/{id}"]["get"]["security"]
    assert calls["/api/v1/search"]["get"]["security"]
    assert "security" not in calls["/api/v1/conversations"]["post"]


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (schemas.StartedOut, examples.STARTED),
        (schemas.ReplyOut, examples.REPLY),
        (schemas.ConversationOut, examples.CONVERSATION),
        (schemas.ConversationOut, examples.WAITING),
        (schemas.TakenUpOut, examples.TAKEN_UP),
        (schemas.MessageOut, examples.ATTACHED),
        (schemas.TableOut, examples.INSIGHTS),
        (article_schemas.SearchOut, examples.SEARCH),
        (article_schemas.ArticleOut, examples.ARTICLE),
    ],
)
def test_examples_are_of_the_described_form(model: type[BaseModel], example: Any) -> None:
    assert_form(model, example)


def test_answers_are_of_the_described_form(client: TestClient, visitor: Visitor) -> None:
    assert_form(schemas.StartedOut, client.post(f"{API}/conversations").json())
    assert_form(schemas.ReplyOut, visitor.says("Can I return a gift?"))
    assert_form(schemas.ConversationOut, visitor.reads())
    assert_form(schemas.ConversationOut, visitor.calls_a_person())
    assert_form(schemas.ReplyOut, visitor.says("Hello?"))
    assert_form(article_schemas.SearchOut, client.get(f"{API}/search?q=gift").json())
    assert_form(article_schemas.ArticleOut, client.get(f"{API}/articles/{GIFT.id}").json())
    assert_form(schemas.Problem, client.get("/nothing").json())
    assert_form(schemas.Problem, client.post(f"{API}/conversations", json=[]).json())


def test_the_link_to_the_description_leads_there(client: TestClient) -> None:
    assert client.get("/docs").json()["openapi"].startswith("3.")


def assert_form(model: type[BaseModel], value: Any) -> None:
    """Nothing is missing, and nothing is there that the description does not name."""
    read = model.model_validate(value)
    assert known(read.model_dump(mode="json")) >= known(value)


def known(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {name for child in value.values() for name in known(child)}
    if isinstance(value, list):
        return {name for child in value for name in known(child)}
    return set()


def named(description: dict[str, Any], value: Any) -> Any:
    """The value with what it refers to."""
    text = json.dumps(value)
    for name, schema in description["components"]["schemas"].items():
        if f'#/components/schemas/{name}"' in text:
            text += json.dumps(schema)
    return text
