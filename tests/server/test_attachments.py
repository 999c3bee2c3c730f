"""Files go from customers to people, come back to nobody else, and can do nothing in a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.support.attachments import MIB, MOST_FILES
from tests.server.conftest import API, Agent, Visitor, World

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01" + bytes(100)


@pytest.fixture
def waiting(visitor: Visitor) -> Visitor:
    visitor.calls_a_person()
    return visitor


def sends(visitor: Visitor, content: bytes = PNG, *, name: str = "label.png", **more: str) -> Any:
    headers = {**visitor.headers, "X-File-Name": name, **more}
    return visitor.client.post(f"{visitor.path}/attachments", content=content, headers=headers)


def fetches(visitor: Visitor, file: dict[str, Any], **headers: str) -> Any:
    path = f"{visitor.path}/attachments/{file['id']}"
    return visitor.client.get(path, headers=headers or visitor.headers)


def test_a_file_reaches_the_thread_and_comes_back_as_it_was(waiting: Visitor) -> None:
    sent = sends(waiting, name="%C3%A9tiquette%20bleue.png")
    assert sent.status_code == 201
    (file,) = sent.json()["attachments"]
    assert file == {
        "id": file["id"],
        "name": "étiquette bleue.png",
        "media_type": "image/png",
        "size": len(PNG),
    }
    last = waiting.reads()["messages"][-1]
    assert (last["author"], last["attachments"]) == ("customer", [file])
    assert fetches(waiting, file).content == PNG


def test_it_can_do_nothing_in_a_browser(waiting: Visitor, agent: Agent) -> None:
    (file,) = sends(waiting, name="%C3%A9 %22x%22.png").json()["attachments"]
    path = f"/console/conversations/{waiting.id}/attachments/{file['id']}"
    for response in (fetches(waiting, file), agent.opens(path)):
        assert response.status_code == 200
        assert response.content == PNG
        assert response.headers["content-type"] == "image/png"
        assert response.headers["x-content-type-options"] == "nosniff"
        policy = response.headers["content-security-policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox"
        said = response.headers["content-disposition"]
        assert said == "attachment; filename=\"_ x.png\"; filename*=UTF-8''%C3%A9%20x.png"
        assert response.headers["cache-control"] == "private, no-store"


def test_the_agent_sees_it_in_the_case(waiting: Visitor, agent: Agent) -> None:
    (file,) = sends(waiting).json()["attachments"]
    page = agent.opens(f"/console/conversations/{waiting.id}").text
    assert f"/console/conversations/{waiting.id}/attachments/{file['id']}" in page
    assert "label.png" in page


def test_nobody_else_gets_it(
    waiting: Visitor, new_visitor: Callable[..., Visitor], new_agent: Callable[..., Agent]
) -> None:
    (file,) = sends(waiting).json()["attachments"]
    other = new_visitor()
    assert fetches(waiting, file, **other.headers).status_code == 404
    assert fetches(waiting, file, Authorization="").status_code == 401
    assert (
        other.client.get(
            f"{other.path}/attachments/{file['id']}", headers=other.headers
        ).status_code
        == 404
    )
    path = f"/console/conversations/{waiting.id}/attachments/{file['id']}"
    assert new_agent("wim", "writer").opens(path).status_code == 403
    away = new_agent("kim", signed_in=False).opens(path)
    assert away.headers["location"] == "/console/sign-in"


def test_the_assistant_takes_none(visitor: Visitor) -> None:
    assert sends(visitor).status_code == 409
    assert visitor.reads()["messages"] == []


def test_given_back_to_the_assistant_it_is_no_question(
    world: World, waiting: Visitor, agent: Agent
) -> None:
    sends(waiting)
    assert agent.posts(f"/console/conversations/{waiting.id}/claim").status_code == 303
    assert agent.posts(f"/console/conversations/{waiting.id}/release").status_code == 303
    assert world.store.unanswered() == []


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='alert(1)'/>", b"<html><script>alert(1)</script>", b"MZ" + PNG]
)
def test_what_is_no_image_and_no_pdf_is_refused_whatever_its_name(
    waiting: Visitor, content: bytes
) -> None:
    refused = sends(waiting, content, **{"Content-Type": "image/png"})
    assert refused.status_code == 422
    assert "PNG" in refused.json()["detail"]


def test_the_operator_sets_how_large_and_whether_at_all(make_world: Callable[..., World]) -> None:
    for mib, size, status in ((1, MIB, 201), (1, MIB + 1, 413), (0, 200, 422)):
        with make_world(attachment_mb=mib).client() as client:
            waiting = begun(client)
            waiting.calls_a_person()
            assert sends(waiting, PNG + bytes(size - len(PNG))).status_code == status


def test_a_file_without_a_declared_length_is_cut_off_at_the_limit(
    make_world: Callable[..., World],
) -> None:
    with make_world(attachment_mb=1).client() as client:
        waiting = begun(client)
        waiting.calls_a_person()
        pieces = (bytes(64 * 1024) for _ in range(1000))
        headers = {**waiting.headers, "X-File-Name": "zeros.png"}
        path = f"{waiting.path}/attachments"
        assert client.post(path, content=pieces, headers=headers).status_code == 413


def test_sent_again_by_its_key_it_is_one_file(waiting: Visitor) -> None:
    first = sends(waiting, **{"X-Client-Id": "k1"}).json()
    assert sends(waiting, **{"X-Client-Id": "k1"}).json()["id"] == first["id"]
    files = [file for each in waiting.reads()["messages"] for file in each["attachments"]]
    assert len(files) == 1


def test_a_conversation_takes_so_many_files(make_world: Callable[..., World]) -> None:
    with make_world().client() as client:
        waiting = begun(client)
        waiting.calls_a_person()
        assert {sends(waiting).status_code for _ in range(MOST_FILES)} == {201}
        assert sends(waiting).status_code == 422


def test_a_number_of_a_card_is_taken_out_of_the_name(waiting: Visitor) -> None:
    (file,) = sends(waiting, name="4111111111111111.png").json()["attachments"]
    assert "4111" not in file["name"]


def test_who_deletes_their_data_deletes_their_files(world: World, waiting: Visitor) -> None:
    (file,) = sends(waiting).json()["attachments"]
    token = {"Authorization": f"Bearer {waiting.visitor_token}"}
    assert waiting.client.post(f"{API}/visitors/forget", headers=token).status_code == 200
    assert fetches(waiting, file).status_code == 404
    assert list(world.store.export("attachments")) == []


def begun(client: TestClient) -> Visitor:
    started = client.post(f"{API}/conversations", json={}).json()
    return Visitor(client, started["id"], started["token"], started["visitor_token"])


def answers(agent: Agent, visitor: Visitor, content: bytes = PNG, **more: str) -> Any:
    path = f"/console/conversations/{visitor.id}/attachments"
    headers = {"Origin": "http://testserver", "X-File-Name": "le%20plan.png", **more}
    return agent.client.post(path, content=content, headers=headers, follow_redirects=False)


def test_a_persons_file_reaches_the_customer_once(waiting: Visitor, agent: Agent) -> None:
    assert "data-attach=" in agent.opens(f"/console/conversations/{waiting.id}").text
    for _ in range(2):
        assert answers(agent, waiting, **{"X-Key": "k1"}).status_code == 201
    sent = [m for m in waiting.reads()["messages"] if m["author"] == "agent"]
    assert len(sent) == 1
    (file,) = sent[0]["attachments"]
    assert file["name"] == "le plan.png"
    assert fetches(waiting, file).content == PNG
    assert waiting.reads()["status"] == "with_agent"


def test_only_who_has_the_conversation_sends_files_in_it(
    world: World, waiting: Visitor, agent: Agent, new_agent: Callable[..., Agent]
) -> None:
    assert answers(agent, waiting).status_code == 201
    other = new_agent("lou")
    assert answers(other, waiting).status_code == 403
    assert answers(agent, waiting, b"<svg onload=alert(1)>").status_code == 422
    evil = {"Origin": "https://evil.example"}
    assert answers(agent, waiting, **evil).status_code == 403
    agent.posts(f"/console/conversations/{waiting.id}/resolve")
    assert answers(agent, waiting).status_code == 409
    assert len([m for m in waiting.reads()["messages"] if m["author"] == "agent"]) == 1


def test_an_agents_file_has_a_limit_too(waiting: Visitor, agent: Agent) -> None:
    assert answers(agent, waiting, PNG + bytes(10 * MIB)).status_code == 413
