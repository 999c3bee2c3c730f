"""Whatever is sent, the answer is a problem detail that says what would be accepted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant import errors
from assistant.server.problems import TYPE_PREFIX, problem_of
from tests.server.conftest import API, Visitor, World

JSON = {"Content-Type": "application/json"}


def is_problem(response: Any, status: int) -> dict[str, Any]:
    """The body, once it is a problem detail as RFC 9457 has it."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-content-type-options"] == "nosniff"
    body: dict[str, Any] = response.json()
    assert body["status"] == status
    assert body["type"] == "about:blank" or body["type"].startswith(TYPE_PREFIX)
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("path", ["/nothing", f"{API}/nothing", f"{API}/conversations/x/y/z"])
def test_a_path_that_is_not_there(client: TestClient, path: str) -> None:
    is_problem(client.get(path), 404)


def test_a_method_that_is_not_there_names_those_that_are(client: TestClient) -> None:
    response = client.delete(f"{API}/conversations")
    is_problem(response, 405)
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("sent_to", "page"),
    [
        ("/console/webhooks/w-1/secret", "/console/webhooks"),
        ("/console/follow-ups/f-1/link", "/console/follow-ups/f-1"),
        ("/console/conversations/c-1/messages", "/console/conversations/c-1"),
        ("/console/canned/1", "/console/canned"),
    ],
)
def test_an_address_that_takes_a_form_leads_to_the_page_of_the_form(
    client: TestClient, sent_to: str, page: str
) -> None:
    answer = client.get(sent_to, headers={"Accept": "text/html"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get(sent_to).status_code == 405


@pytest.mark.parametrize("body", [b"{", b"", b"{'a': 1}", b"\xff\xfe", b"[" * 60_000, b"NaN,"])
def test_a_body_that_is_not_json(visitor: Visitor, body: bytes) -> None:
    headers = {**visitor.headers, **JSON}
    response = visitor.client.post(f"{visitor.path}/messages", content=body, headers=headers)
    # An empty body is valid as nothing; here something is required.
    is_problem(response, 422 if body == b"" else 400)


@pytest.mark.parametrize(
    "body",
    [
        *("text", 1, None, [], True, {}),
        {"text": None},
        {"text": 1},
        {"text": ["a"]},
        {"text": {"a": 1}},
        {"text": ""},
        {"text": " \n\t "},
        {"text": "Hi", "client_id": 1},
        {"text": "Hi", "client_id": ""},
        {"text": "Hi", "client_id": "x" * 201},
    ],
)
def test_a_message_of_the_wrong_form(visitor: Visitor, body: Any) -> None:
    response = visitor.client.post(f"{visitor.path}/messages", json=body, headers=visitor.headers)
    problem = is_problem(response, 422)
    assert problem["errors"][0]["field"].startswith("body")


def test_a_body_in_another_media_type(visitor: Visitor) -> None:
    headers = {**visitor.headers, "Content-Type": "text/plain"}
    response = visitor.client.post(f"{visitor.path}/messages", content=b"Hi", headers=headers)
    is_problem(response, 422)


@pytest.mark.parametrize(
    "body",
    [
        {"locale": 1},
        {"locale": "x" * 36},
        {"page_url": "x" * 4001},
        {"visitor_token": "x" * 201},
        {"context": []},
        {"context": "x"},
        {"context": {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}},
        {"context": {"a": "x" * 9000}},
    ],
)
def test_a_start_of_the_wrong_form(client: TestClient, body: Any) -> None:
    is_problem(client.post(f"{API}/conversations", json=body), 422)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_context_holds_finite_numbers_only(client: TestClient, number: str) -> None:
    body = f'{{"context": {{"a": {number}}}}}'
    is_problem(client.post(f"{API}/conversations", content=body, headers=JSON), 422)


def test_deep_json_within_the_limit_of_size(client: TestClient) -> None:
    body = '{"context": {"a": ' + "[" * 900 + "]" * 900 + "}}"
    is_problem(client.post(f"{API}/conversations", content=body, headers=JSON), 422)


def test_an_enormous_number(client: TestClient) -> None:
    body = '{"context": {"a": ' + "9" * 5000 + "}}"
    is_problem(client.post(f"{API}/conversations", content=body, headers=JSON), 400)


def test_ten_megabytes(visitor: Visitor) -> None:
    body = json.dumps({"text": "x" * 10_000_000})
    headers = {**visitor.headers, **JSON}
    response = visitor.client.post(f"{visitor.path}/messages", content=body, headers=headers)
    assert "65536" in is_problem(response, 413)["detail"]


def test_ten_megabytes_of_undeclared_length(world: World, visitor: Visitor) -> None:
    sent = 0

    def chunks() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b"x" * 10_000

    headers = {**visitor.headers, **JSON}
    response = visitor.client.post(f"{visitor.path}/messages", content=chunks(), headers=headers)
    is_problem(response, 413)
    assert world.answerer.asked == []


def test_a_length_that_is_a_lie(visitor: Visitor) -> None:
    headers = {**visitor.headers, **JSON, "Content-Length": "-5"}
    body = b'{"text": "Can I return a gift?"}'
    response = visitor.client.post(f"{visitor.path}/messages", content=body, headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("id", ["x", "c-0", "%00", "%ff", "a%20b", "' OR 1=1 --", "x" * 5000, "é"])
def test_an_id_that_is_none_of_ours(visitor: Visitor, id: str) -> None:
    for path in (f"/conversations/{id}", f"/conversations/{id}/events", f"/articles/{id}"):
        is_problem(visitor.client.get(API + path, headers=visitor.headers), 404)
    path = f"{API}/messages/{id}/feedback"
    body = {"helpful": True}
    is_problem(visitor.client.post(path, json=body, headers=visitor.headers), 404)


def test_nul_and_half_an_emoji_do_not_cost_a_question(world: World, visitor: Visitor) -> None:
    body = '{"text": "Can I return \\u0000 a gift \\ud83d?", "client_id": "\\u0000\\udc00"}'
    headers = {**visitor.headers, **JSON}
    for _ in range(2):
        response = visitor.client.post(f"{visitor.path}/messages", content=body, headers=headers)
        assert response.status_code == 200
    stored = visitor.reads()["messages"]
    assert len(stored) == 2
    assert stored[0]["text"].startswith("Can I return")


def test_nul_and_half_an_emoji_everywhere_else(world: World, client: TestClient) -> None:
    text = '"\\u0000\\ud83d"'
    fields = ", ".join(f'"{name}": {text}' for name in ("locale", "page_url", "visitor_token"))
    body = f'{{{fields}, "context": {{{text}: [{text}]}}}}'
    assert client.post(f"{API}/conversations", content=body, headers=JSON).status_code == 201
    assert client.get(f"{API}/search", params={"q": "a\0b"}).status_code == 200
    assert client.get("/help", params={"q": "a\0b", "locale": "\0"}).status_code == 200


def test_what_was_sent_is_not_sent_back(visitor: Visitor) -> None:
    body = {"text": {"<script>": "my secret"}, "client_id": 1}
    response = visitor.client.post(f"{visitor.path}/messages", json=body, headers=visitor.headers)
    assert "secret" not in is_problem(response, 422)["detail"]
    assert "secret" not in response.text


def test_an_unexpected_error_tells_nothing(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("SELECT secret FROM customers")

    monkeypatch.setattr(world.assistant.desk, "start", broken)
    response = client.post(f"{API}/conversations", json={})
    is_problem(response, 500)
    assert "secret" not in response.text
    assert response.headers["content-security-policy"]


def test_a_database_that_is_away_is_503_without_its_reason(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise errors.StoreUnavailable("postgresql://kim@db is down", remedy="start it")

    monkeypatch.setattr(world.assistant.desk, "start", broken)
    response = client.post(f"{API}/conversations", json={})
    is_problem(response, 503)
    assert "kim@db" not in response.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.UnknownThing("article", "x"), 404),
        (errors.WrongStatus("c-1", status="resolved", wanted=["waiting"]), 409),
        (errors.Refused("No."), 422),
        (errors.UnreadableSource("x.md", "empty", remedy="write"), 422),
        (errors.TooLong(5, limit=4), 422),
        (errors.NotAllowed("No."), 401),
        (errors.TooManyRequests(9), 429),
        (errors.WrongSetting("ASSISTANT_X", "secret"), 500),
        (errors.HomeBusy("/home", "secret"), 503),
        (errors.StoreUnavailable("secret", remedy="secret"), 503),
        (errors.IndexUnavailable("secret"), 503),
        (errors.EmbedderUnavailable("secret"), 503),
        (errors.ModelFailed("secret"), 503),
        (errors.AssistantError("secret"), 500),
        (KeyError("secret"), 500),
    ],
)
def test_every_error_of_ours_has_its_status(error: Exception, status: int) -> None:
    problem = problem_of(error)
    assert problem["status"] == status
    assert "secret" not in json.dumps(problem)


def test_people_in_a_browser_get_a_page(client: TestClient) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "fr"}
    for path in ("/help/xx/nothing", "/nothing"):
        response = client.get(path, headers=browser)
        assert response.status_code == 404
        assert response.headers["content-type"].startswith("text/html")
        assert '<html lang="fr">' in response.text
        is_problem(client.get(path), 404)
    is_problem(client.get(f"{API}/nothing", headers=browser), 404)


def test_a_page_that_fails_says_so_without_detail(
    world: World, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.store, "version", lambda: 1 / 0)
    response = client.get("/help", headers={"Accept": "text/html"})
    assert response.status_code == 500
    assert "<h1>" in response.text
    assert "ZeroDivision" not in response.text


def test_a_longest_message_that_was_raised_fits_through(
    make_world: Callable[..., World],
) -> None:
    with make_world(max_message=50_000).client() as client:
        response = client.post(f"{API}/conversations", json={"context": {"a": "x" * 100_000}})
        assert response.status_code == 422
