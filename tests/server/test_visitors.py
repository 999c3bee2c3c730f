"""What customers own: their name, their conversations on every device, links, and to delete it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from assistant.domain.conversation import Author, Message
from assistant.domain.ownership import Event, Move
from assistant.domain.schedule import Hours, ServiceLevels
from assistant.domain.survey import is_due
from assistant.errors import WrongSetting
from assistant.ports import Deed
from assistant.support.identity import IdentityCheck
from assistant.support.visitors import Visitors
from tests.conftest import ROOT
from tests.server.conftest import API, GIFT, Agent, Visitor, World, person_of, utc_now

EMBEDDING = ROOT / "docs" / "embedding.md"
SECRET = "a secret that the shop and the help desk share"


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world(identity_secret=SECRET)


@pytest.fixture
def client(world: World) -> Iterator[TestClient]:
    with world.client() as client:
        yield client


def signed(*, key: str = SECRET, algorithm: str = "HS256", minutes: int = 5, **claims: Any) -> str:
    expiry = datetime.now(UTC) + timedelta(minutes=minutes)
    return jwt.encode({"sub": "42", "exp": expiry, **claims}, key, algorithm=algorithm)


def identify(client: TestClient, token: str, visitor_token: str | None = None) -> Any:
    body = {"token": token, "visitor_token": visitor_token}
    return client.post(f"{API}/visitors/identify", json=body)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# -- who they are


def test_who_signs_in_is_greeted_by_name_and_known_to_the_agent(
    world: World, client: TestClient, new_visitor: Callable[..., Visitor]
) -> None:
    known = identify(client, signed(name="Anna", email="anna@c.example", plan="gold", orders=3))
    assert known.json()["name"] == "Anna"
    visitor_token = known.json()["visitor_token"]
    started = client.post(f"{API}/conversations", json={"visitor_token": visitor_token}).json()
    assert "Anna" in started["greeting"]
    visitor = Visitor(client, started["id"], started["token"], visitor_token)
    visitor.calls_a_person()
    context = world.store.handoffs(visitor.id)[0].case_file["context"]
    assert context["identity"]["email"] == "anna@c.example"
    assert context["identity"]["plan"] == "gold"
    assert context["identity"]["attributes"] == {"orders": 3}


def test_the_case_says_who_it_is_though_nobody_was_called(client: TestClient, lea: Agent) -> None:
    known = identify(client, signed(name="Anna", plan="gold", orders=3)).json()["visitor_token"]
    started = client.post(f"{API}/conversations", json={"visitor_token": known}).json()
    page = lea.opens(f"/console/conversations/{started['id']}").text
    for told in ("<dd>Anna</dd>", "<dd>gold</dd>", "<dt>orders</dt><dd>3</dd>"):
        assert told in page


def test_a_page_cannot_make_up_who_its_visitor_is(
    world: World, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(context={"identity": {"name": "Mallory"}, "basket": 2})
    visitor.calls_a_person()
    context = world.store.handoffs(visitor.id)[0].case_file["context"]
    assert context == {"basket": 2}


def test_signing_in_later_keeps_the_conversation_and_finds_it_on_another_device(
    client: TestClient, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    identify(client, signed(), visitor.visitor_token)
    phone = identify(client, signed()).json()["visitor_token"]
    listed = client.get(f"{API}/conversations", headers=bearer(phone)).json()["conversations"]
    assert [each["question"] for each in listed] == ["Can I return a gift?"]
    assert client.get(visitor.path, headers=bearer(phone)).status_code == 200
    assert client.get(visitor.path, headers=visitor.headers).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed(minutes=-5), id="expired"),
        pytest.param(signed(key="another secret that is long enough too"), id="another secret"),
        pytest.param(signed(algorithm="HS512", key=SECRET * 2), id="another algorithm"),
        pytest.param(jwt.encode({"sub": "42"}, SECRET), id="without expiry"),
        pytest.param(
            jwt.encode({"exp": datetime.now(UTC) + timedelta(minutes=5)}, SECRET), id="nobody"
        ),
        pytest.param(
            jwt.encode({"sub": "42", "exp": 9999999999}, None, algorithm="none"), id="unsigned"
        ),
        pytest.param(signed(sub=""), id="of nobody"),
        pytest.param(signed(sub="   "), id="of a blank"),
        pytest.param(signed(sub="x" * 201), id="of an endless name"),
        pytest.param("guess", id="no token"),
    ],
)
def test_what_the_site_did_not_sign_for_now_is_refused(client: TestClient, token: str) -> None:
    response = identify(client, token)
    assert response.status_code == 401
    assert SECRET not in response.text


def test_who_signs_a_number_is_told_that_a_text_is_wanted(client: TestClient) -> None:
    claims: dict[str, Any] = {"sub": 42, "exp": 9999999999}
    response = identify(client, jwt.encode(claims, SECRET))
    assert response.status_code == 401
    assert "'sub', a text" in response.json()["detail"]


def test_what_is_signed_as_the_documentation_shows_is_accepted(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_IDENTITY_SECRET", SECRET)
    (program,) = re.findall(r"```python\n(.*?)```", EMBEDDING.read_text("utf-8"), re.DOTALL)
    made: dict[str, Any] = {}
    exec(program, made)
    assert identify(client, made["token"]).json()["name"] == "Anna"


def test_without_a_secret_nobody_is_identified(make_world: Callable[..., World]) -> None:
    with make_world().client() as client:
        assert identify(client, signed()).status_code == 401


def test_a_short_secret_is_refused_at_the_start() -> None:
    with pytest.raises(WrongSetting, match="ASSISTANT_IDENTITY_SECRET"):
        IdentityCheck("secret")


# -- several conversations, and none


def test_conversations_without_a_question_are_not_listed(
    client: TestClient, new_visitor: Callable[..., Visitor]
) -> None:
    first = new_visitor()
    first.says("Can I return a gift?")
    new_visitor(visitor_token=first.visitor_token)
    latest = new_visitor(visitor_token=first.visitor_token)
    latest.says("And an item?")
    listed = client.get(f"{API}/conversations", headers=bearer(first.visitor_token)).json()
    assert [each["id"] for each in listed["conversations"]] == [latest.id, first.id]


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("guess", 404)])
def test_only_the_visitor_lists_and_deletes(
    client: TestClient, visitor: Visitor, token: str | None, status: int
) -> None:
    headers = bearer(token) if token else {}
    assert client.get(f"{API}/conversations", headers=headers).status_code == status
    assert client.post(f"{API}/visitors/forget", headers=headers).status_code == status
    # The token of one conversation does not speak for all of them.
    assert client.post(f"{API}/visitors/forget", headers=visitor.headers).status_code == 404


def test_who_deletes_their_data_leaves_nothing(
    world: World, client: TestClient, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    client.post(f"{visitor.path}/link", headers=visitor.headers)
    response = client.post(f"{API}/visitors/forget", headers=bearer(visitor.visitor_token))
    assert response.json() == {"conversations": 1}
    assert client.get(visitor.path, headers=visitor.headers).status_code == 404
    assert list(world.store.export("conversations")) == []


# -- another device


def test_a_link_opens_the_conversation_on_another_device_once(
    client: TestClient, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    link = client.post(f"{visitor.path}/link", headers=visitor.headers).json()
    address, _, code = link["url"].partition("#resume=")
    assert address == "http://testserver/widget?locale=en"
    followed = client.post(f"{API}/links", json={"code": code})
    assert followed.json()["id"] == visitor.id
    phone = bearer(followed.json()["visitor_token"])
    assert len(client.get(visitor.path, headers=phone).json()["messages"]) == 2
    assert client.post(f"{API}/links", json={"code": code}).status_code == 404
    assert client.get(visitor.path, headers=visitor.headers).status_code == 200


def test_a_link_names_the_address_that_customers_know(make_world: Callable[..., World]) -> None:
    with make_world(public_url="https://help.example.com/").client() as client:
        started = client.post(f"{API}/conversations", json={}).json()
        path = f"{API}/conversations/{started['id']}/link"
        link = client.post(path, headers=bearer(started["token"])).json()
        assert link["url"].startswith("https://help.example.com/widget?locale=en#resume=")


def test_a_link_out_of_a_mail_opens_that_conversation_and_nothing_else(
    world: World, client: TestClient, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    mine = {"visitor_token": visitor.visitor_token}
    other = client.post(f"{API}/conversations", json=mine).json()["id"]
    made = world.assistant.visitors.mailed_link(world.store.conversation(visitor.id))
    followed = client.post(f"{API}/links", json={"code": made.code}).json()
    guest = bearer(followed["visitor_token"])
    assert (followed["id"], followed["guest"]) == (visitor.id, True)
    assert client.get(visitor.path, headers=guest).status_code == 200
    assert client.get(f"{API}/conversations/{other}", headers=guest).status_code == 404
    assert client.get(f"{API}/conversations", headers=guest).status_code == 404
    assert client.post(f"{API}/visitors/forget", headers=guest).status_code == 404
    further = client.post(f"{visitor.path}/link", headers=guest).json()["url"]
    again = client.post(f"{API}/links", json={"code": further.partition("#resume=")[2]}).json()
    assert again["guest"]
    assert client.get(f"{API}/conversations", headers=bearer(again["visitor_token"])).is_error
    for cut in (made.code, followed["visitor_token"]):
        client.post(f"{API}/links", json={"code": cut.removeprefix("guest.")})
        whole = bearer(cut.removeprefix("guest."))
        assert client.get(visitor.path, headers=whole).status_code == 404


# -- what the site tells of the moment


def test_the_context_of_the_moment_is_added_to_what_was_told(
    world: World, client: TestClient, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor(context={"basket": 1, "shop": "fr"})
    told = client.post(
        f"{visitor.path}/context", json={"context": {"basket": 2}}, headers=visitor.headers
    )
    assert told.status_code == 204
    assert world.store.conversation(visitor.id).context == {"basket": 2, "shop": "fr"}


def test_the_context_does_not_grow_without_end(
    world: World, client: TestClient, new_visitor: Callable[..., Visitor]
) -> None:
    visitor = new_visitor()

    def tells(name: str) -> int:
        body, path = {"context": {name: "x" * 5000}}, f"{visitor.path}/context"
        return client.post(path, json=body, headers=visitor.headers).status_code

    assert [tells("a"), tells("b"), tells("a")] == [204, 422, 204]
    assert world.store.conversation(visitor.id).context.keys() == {"a"}


# -- too often


def test_one_address_cannot_start_conversations_without_end(
    make_world: Callable[..., World],
) -> None:
    with make_world(conversations_per_minute=2).client() as client:
        statuses = [client.post(f"{API}/conversations", json={}).status_code for _ in range(3)]
        assert statuses == [201, 201, 429]


def test_a_message_that_is_sent_again_for_its_reply_does_not_count(
    make_world: Callable[..., World],
) -> None:
    with make_world(messages_per_minute=1).client() as client:
        started = client.post(f"{API}/conversations", json={}).json()
        visitor = Visitor(client, started["id"], started["token"], started["visitor_token"])
        first = visitor.says("Can I return a gift?", client_id="k1")
        assert visitor.says("Can I return a gift?", client_id="k1") == first


# -- opinions and waiting


def test_a_thumb_is_there_when_the_conversation_is_read_again(
    client: TestClient, visitor: Visitor
) -> None:
    said = visitor.says("Can I return a gift?")["message"]["id"]
    path = f"{API}/messages/{said}/feedback"
    client.post(path, json={"helpful": False, "reason": "wrong"}, headers=visitor.headers)
    assert [each["helpful"] for each in visitor.reads()["messages"]] == [None, False]


def test_a_survey_is_due_once_and_again_after_people_resolved_it(
    visitor: Visitor, agent: Agent
) -> None:
    case = f"/console/conversations/{visitor.id}"
    visitor.says("Can I return a gift?")
    assert visitor.reads()["survey_due"]
    is_shown_the_survey(visitor)
    assert not visitor.reads()["survey_due"]
    visitor.calls_a_person()
    agent.posts(f"{case}/claim")
    assert not visitor.reads()["survey_due"]
    agent.posts(f"{case}/resolve")
    assert visitor.reads()["survey_due"]
    visitor.client.post(f"{visitor.path}/survey", json={"csat": 5}, headers=visitor.headers)
    assert not visitor.reads()["survey_due"]


def test_a_case_that_is_given_back_asks_nobody_again(visitor: Visitor, agent: Agent) -> None:
    case = f"/console/conversations/{visitor.id}"
    visitor.calls_a_person()
    is_shown_the_survey(visitor)
    agent.posts(f"{case}/claim")
    assert agent.posts(f"{case}/release").status_code == 303
    assert visitor.reads()["status"] == "with_assistant"
    assert not visitor.reads()["survey_due"]


def is_shown_the_survey(visitor: Visitor) -> None:
    """And does not answer."""
    asked = visitor.client.post(f"{visitor.path}/survey/asked", headers=visitor.headers)
    assert asked.status_code == 204


def another(visitor: Visitor) -> Visitor:
    """The same customer in another conversation."""
    body = {"visitor_token": visitor.visitor_token}
    begun = visitor.client.post(f"{API}/conversations", json=body).json()
    return Visitor(visitor.client, begun["id"], begun["token"], visitor.visitor_token)


@pytest.mark.parametrize(("quiet_days", "asked_again"), [(7, False), (0, True)])
@pytest.mark.parametrize("answers", [True, False])
def test_who_was_asked_is_left_in_peace_for_a_while(
    make_world: Callable[..., World], quiet_days: int, asked_again: bool, answers: bool
) -> None:
    world = make_world(survey_quiet_days=quiet_days)
    with world.client() as client:
        started = client.post(f"{API}/conversations", json={}).json()
        first = Visitor(client, started["id"], started["token"], started["visitor_token"])
        second = another(first)
        assert second.reads()["survey_due"]
        if answers:
            client.post(f"{first.path}/survey", json={"csat": 5}, headers=first.headers)
        else:
            is_shown_the_survey(first)
        assert second.reads()["survey_due"] is asked_again
        stranger = client.post(f"{API}/conversations", json={}).json()
        headers = {"Authorization": f"Bearer {stranger['token']}"}
        path = f"{API}/conversations/{stranger['id']}"
        assert client.get(path, headers=headers).json()["survey_due"]


@pytest.fixture
def of_people_alone(make_world: Callable[..., World]) -> Iterator[tuple[World, Visitor]]:
    """A conversation where nobody is asked about the assistant's."""
    world = make_world(survey_share=0.0, survey_share_people=1.0)
    with world.client() as client:
        started = client.post(f"{API}/conversations", json={}).json()
        yield world, Visitor(client, started["id"], started["token"], started["visitor_token"])


def test_peoples_conversations_have_a_share_of_their_own(
    of_people_alone: tuple[World, Visitor],
) -> None:
    _, visitor = of_people_alone
    assert not visitor.reads()["survey_due"]
    visitor.calls_a_person()
    assert visitor.reads()["survey_due"]


def test_who_was_answered_by_a_person_that_nobody_called_is_asked_as_peoples_are(
    of_people_alone: tuple[World, Visitor],
) -> None:
    world, visitor = of_people_alone
    visitor.says("Can I return a gift?")
    at = utc_now()
    assert not visitor.reads()["survey_due"]
    world.store.move(visitor.id, Move(Event.TAKEN_UP, by="kim", at=at, agent_id="kim"))
    said = Message(
        id="m-kim",
        conversation_id=visitor.id,
        author=Author.AGENT,
        text="Yes.",
        locale="en",
        created_at=at,
    )
    world.store.answer(said, by="kim")
    world.store.move(visitor.id, Move(Event.RESOLVED, by="kim", at=at))
    assert visitor.reads()["survey_due"]


def test_only_the_share_that_was_set_is_asked() -> None:
    ids = [f"c-{number}" for number in range(2000)]
    asked = [is_due(id, share=0.3, asked=[], resolved_at=None) for id in ids]
    assert 500 < sum(asked) < 700
    assert asked == [is_due(id, share=0.3, asked=[], resolved_at=None) for id in ids]
    now = datetime.now(UTC)
    later, before = now + timedelta(minutes=1), now - timedelta(minutes=1)
    assert is_due("c-1", share=1, asked=[now], resolved_at=later)
    assert not is_due("c-1", share=1, asked=[now], resolved_at=before)


def test_the_usual_wait_is_told_once_enough_people_were_answered(
    world: World, new_visitor: Callable[..., Visitor]
) -> None:
    for number in range(5):
        assert new_visitor().calls_a_person()["wait"]["usual_minutes"] is None
        visitor = new_visitor()
        visitor.calls_a_person()
        told = world.store.handoffs(visitor.id)[0].created_at + timedelta(minutes=9 + number)
        said = Message(f"a{number}", visitor.id, Author.AGENT, "Hello", "en", told)
        world.store.add_message(said)
    wait = new_visitor().calls_a_person()["wait"]
    assert wait == {"reply_hours": 24, "usual_minutes": 11, "opens_at": None}


def test_who_waits_while_nobody_is_there_is_told_when_somebody_is(world: World) -> None:
    now = datetime(2026, 3, 14, 12, tzinfo=UTC)  # a Saturday
    weekdays = {day: ((time(9), time(17)),) for day in range(5)}
    visitors = Visitors(
        world.store,
        identity=IdentityCheck(""),
        levels=lambda: ServiceLevels(hours=Hours(weekdays=weekdays)),
        now=lambda: now,
    )
    assert visitors.wait().opens_at == datetime(2026, 3, 16, 9, tzinfo=UTC)
    now += timedelta(days=3)
    assert visitors.wait().opens_at is None


def test_the_customer_is_told_the_name_of_who_joins_never_the_address(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    visitor.calls_a_person()
    assert visitor.reads()["agent_name"] is None
    person = person_of(world, agent)
    world.assistant.casework.claim(visitor.id, person)
    assert visitor.reads()["agent_name"] is None
    deed = Deed(utc_now(), person.id, "test", person.id, {})
    world.store.save_person(replace(person, name="Camille"), deed=deed)
    shown = visitor.reads()
    assert shown["agent_name"] == "Camille"
    assert agent.email not in str(shown)


# -- the help center inside the widget


def test_topics_hold_the_articles_of_one_locale(client: TestClient) -> None:
    topics = client.get(f"{API}/topics", params={"locale": "en-GB"}).json()
    assert topics["locale"] == "en"
    assert [topic["name"] for topic in topics["topics"]] == ["Returns"]
    listed = topics["topics"][0]["articles"]
    assert [each["title"] for each in listed] == ["Return a gift", "Return an item"]
    assert listed[0]["url"] == "/help/en/return-a-gift"


def test_an_opinion_of_an_article_is_counted(world: World, client: TestClient) -> None:
    path = f"{API}/articles/{GIFT.id}/feedback"
    assert client.post(path, json={"helpful": True, "comment": "Clear"}).status_code == 204
    assert client.post(path, json={"helpful": "maybe"}).status_code == 422
    nothing = client.post(f"{API}/articles/en/nothing/feedback", json={"helpful": True})
    assert nothing.status_code == 404
