"""What is not for everybody, over the whole app: no route shows, names or hints at it to others."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from assistant.domain.article import Article
from assistant.domain.audience import VOUCHED_FOR
from assistant.knowledge.planning import SyncMode, SyncReport
from assistant.server.app import create_app
from assistant.settings import Settings
from assistant.wiring import Assistant, utc_now
from tests.server.conftest import PASSWORD, Agent
from tests.server.test_roles import within

SHARED = "a secret that the site and we share, long enough"
MARKS = ("concierge", "platinum", "quokka")
OPEN = Article(
    id="kettles",
    title="Descale a kettle",
    locale="en",
    slug="descale",
    tags=("kettles", "care"),
    body="Fill it with vinegar.\n\nSee also [your contact](pro/desk) and [this](/help/en/desk).",
    questions=("How do I descale my kettle?",),
)
SECRET = Article(
    id="pro/desk",
    title="Platinum concierge",
    locale="en",
    slug="desk",
    tags=("care", "platinum-perks"),
    body="## Platinum kettles\n\nThe concierge descales it: call the quokka line.",
    questions=("Who descales my kettle for me?",),
    audience="plan=pro",
)
FRENCH = replace(
    OPEN, id="bouilloires", locale="fr", title="Détartrer", slug="detartrer", tags=("soin",),
    body="Du vinaigre.", questions=(), translation_of="pro/desk",
)  # fmt: skip
MEMBERS = replace(OPEN, id="members", title="Members kettles", slug="members", audience="signed-in")
QUESTIONS = ("Who descales my kettle for me?", "How do I descale my kettle?", "Descale a kettle")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        embedder="assistant.testing.fakes:FakeEmbedder",
        identity_secret=SHARED,
        conversations_per_minute=1000,
        messages_per_minute=1000,
    )
    made = Assistant(settings, purpose="test")
    publish(made, OPEN, SECRET, FRENCH, MEMBERS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    with TestClient(create_app(assistant), raise_server_exceptions=False) as opened:
        while not assistant.readiness.ready:
            time.sleep(0.01)
        yield opened


def publish(assistant: Assistant, *articles: Article) -> None:
    meant = SyncMode(withdraw=True)
    assistant.synchroniser.sync_articles(articles, SyncReport(source="shop"), mode=meant)
    assistant.follower.catch_up()


def signed_in(client: TestClient, **claims: Any) -> dict[str, str]:
    """The headers of a customer of whom the site says this."""
    told = {"sub": str(claims), "exp": time.time() + 60} | claims
    token = jwt.encode(told, SHARED, algorithm="HS256")
    said = client.post("/api/v1/visitors/identify", json={"token": token})
    return {"Authorization": f"Bearer {said.json()['visitor_token']}"}


def asked(client: TestClient, question: str, headers: dict[str, str] | None = None) -> Any:
    """The reply to a question of who has these headers, or of a stranger."""
    token = headers["Authorization"].split()[1] if headers else None
    started = client.post("/api/v1/conversations", json={"visitor_token": token}).json()
    own = {"Authorization": f"Bearer {started['token']}"}
    path = f"/api/v1/conversations/{started['id']}/messages"
    reply = client.post(path, json={"text": question}, headers=own).json()
    return {"started": started, "reply": reply}


STRANGERS: dict[str, Callable[[TestClient], dict[str, str]]] = {
    "nobody": lambda client: {},
    "a wrong token": lambda client: {"Authorization": "Bearer nonsense"},
    "somebody on another plan": lambda client: signed_in(client, plan="free"),
    "somebody who calls themselves so": lambda client: signed_in(client, name="plan=pro"),
}


@pytest.fixture(params=STRANGERS)
def stranger(request: Any, client: TestClient) -> dict[str, str]:
    return STRANGERS[request.param](client)


def test_no_page_and_no_route_tells_a_stranger_of_it(client: TestClient) -> None:
    paths = [
        path.replace("{locale}", locale).replace("{name:path}", name).replace("{id:path}", id)
        for path in all_paths(client)
        for locale in ("en", "fr")
        for name, id in (("desk", "pro/desk"), ("pro/desk", "desk"), ("descale", "kettles"))
    ]
    assert "/help/en/desk" in paths
    assert "/api/v1/articles/pro/desk" in paths
    for path in dict.fromkeys(paths):
        for query in ("", "?q=descale&locale=en", "?q=kettle&locale=fr"):
            shown = client.get(path + query)
            found = [mark for mark in (*MARKS, "members") if mark in shown.text.lower()]
            assert not found, (path + query, found)


def all_paths(client: TestClient) -> list[str]:
    """Of everything that is read without signing in to the console, and ends."""
    routes = list(within(client.app.routes))  # type: ignore[attr-defined]
    assert len(routes) > 100
    return [
        route.path
        for route in routes
        if "GET" in route.methods and not route.path.startswith("/console")
    ]


@pytest.mark.parametrize("path", ["/help/en/desk", "/help/en/pro/desk"])
def test_its_page_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    rated = client.post(f"{path}/feedback", data={"helpful": "true"}, follow_redirects=False)
    assert rated.status_code == 404


def test_strangers_neither_read_nor_find_nor_rate_it(
    client: TestClient, stranger: dict[str, str]
) -> None:
    assert client.get("/api/v1/articles/pro/desk", headers=stranger).status_code == 404
    rated = client.post(
        "/api/v1/articles/pro/desk/feedback", json={"helpful": True}, headers=stranger
    )
    assert rated.status_code == 404
    for query in ("descale", "platinum", "concierge", "quokka", "who descales my kettle for me"):
        found = client.get(f"/api/v1/search?q={query}&locale=en", headers=stranger)
        assert "pro/desk" not in found.text
        assert not any(mark in found.text.lower() for mark in MARKS[:2])
    topics = client.get("/api/v1/topics?locale=en", headers=stranger)
    assert not any(mark in topics.text.lower() for mark in MARKS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_strangers_get_no_answer_from_it(
    client: TestClient, stranger: dict[str, str], question: str
) -> None:
    said = asked(client, question, stranger)
    assert "pro/desk" not in str(said)
    assert not any(mark in str(said).lower() for mark in MARKS[:2])


@pytest.mark.parametrize(
    "question", ["Platinum concierge", "quokka", "concirge", "Who is the conciergee?"]
)
def test_naming_it_finds_nothing_either(client: TestClient, question: str) -> None:
    reply = asked(client, question)["reply"]
    said = str(reply).lower()
    assert "pro/desk" not in said
    assert "call the" not in said
    assert "platinum concierge" not in said


def test_those_it_is_for_read_find_and_are_answered_from_it(client: TestClient) -> None:
    pro = signed_in(client, plan="Pro")
    article = client.get("/api/v1/articles/pro/desk", headers=pro).json()
    assert "quokka" in article["html"]
    found = client.get("/api/v1/search?q=concierge&locale=en", headers=pro).json()
    assert found["results"][0]["article_id"] == "pro/desk"
    assert SECRET.title in client.get("/api/v1/topics?locale=en", headers=pro).text
    reply = asked(client, QUESTIONS[0], pro)["reply"]
    assert reply["message"]["citations"][0]["article_id"] == "pro/desk"
    rated = client.post("/api/v1/articles/pro/desk/feedback", json={"helpful": True}, headers=pro)
    assert rated.status_code == 204


def test_who_signed_in_reads_what_is_for_those(client: TestClient) -> None:
    somebody = signed_in(client, plan="free")
    assert client.get("/api/v1/articles/members", headers=somebody).status_code == 200
    assert client.get("/api/v1/articles/members").status_code == 404


def test_links_to_it_are_plain_words_for_strangers(client: TestClient) -> None:
    page = client.get("/help/en/descale").text
    assert "your contact" in page
    assert "/help/en/desk" not in page
    pro = signed_in(client, plan="pro")
    html = client.get("/api/v1/articles/kettles", headers=pro).json()["html"]
    assert html.count("/help/en/desk") == 2


def test_a_translation_does_not_name_its_original(client: TestClient) -> None:
    assert client.get("/api/v1/articles/bouilloires").json()["translation_of"] is None
    pro = signed_in(client, plan="pro")
    known = client.get("/api/v1/articles/bouilloires", headers=pro).json()
    assert known["translation_of"] == "pro/desk"


def test_a_guest_in_a_conversation_is_no_customer(client: TestClient, assistant: Assistant) -> None:
    pro = signed_in(client, plan="pro")
    conversation = asked(client, "Hello", pro)["started"]["id"]
    link = assistant.visitors.mailed_link(assistant.store.conversation(conversation))
    guest = client.post("/api/v1/links", json={"code": link.code}).json()["visitor_token"]
    headers = {"Authorization": f"Bearer {guest}"}
    assert client.get("/api/v1/articles/pro/desk", headers=headers).status_code == 404
    path = f"/api/v1/conversations/{conversation}/messages"
    reply = client.post(path, json={"text": QUESTIONS[0]}, headers=headers)
    assert reply.status_code == 200
    assert "pro/desk" not in reply.text


def test_whoever_left_the_plan_is_answered_without_it(client: TestClient) -> None:
    pro = signed_in(client, plan="pro", sub="leaving")
    began = asked(client, QUESTIONS[0], pro)["started"]
    signed_in(client, plan="free", sub="leaving")
    own = {"Authorization": f"Bearer {began['token']}"}
    path = f"/api/v1/conversations/{began['id']}/messages"
    reply = client.post(path, json={"text": "And how long does that take?"}, headers=own).json()
    assert "pro/desk" not in str(reply)
    assert "quokka" not in str(reply)
    assert "pro/desk" not in str(asked(client, QUESTIONS[0], signed_in(client, plan="free")))


def test_what_the_site_said_a_day_ago_opens_nothing_until_it_says_so_again(
    client: TestClient, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as yesterday:
        at = utc_now() - VOUCHED_FOR - timedelta(minutes=1)
        yesterday.setattr(assistant.store, "_now", lambda: at)
        pro = signed_in(client, plan="pro", sub="back")
    assert client.get("/api/v1/articles/pro/desk", headers=pro).status_code == 404
    found = asked(client, QUESTIONS[0], pro)
    assert not [mark for mark in MARKS if mark in str(found).casefold()]
    mine = client.get("/api/v1/conversations", headers=pro).json()
    assert [each["id"] for each in mine["conversations"]] == [found["started"]["id"]]
    signed_in(client, plan="pro", sub="back")
    assert client.get("/api/v1/articles/pro/desk", headers=pro).status_code == 200
    assert "quokka" in str(asked(client, QUESTIONS[0], pro)["reply"])


def colleague(client: TestClient, assistant: Assistant, role: str) -> Agent:
    """Signed in to the console."""
    new = Agent(TestClient(client.app), f"{role}@company.example")
    if new.email not in {each.email for each in assistant.people.everybody()}:
        assistant.people.add(new.email, role=role, password=PASSWORD)
    assert new.signs_in().status_code == 303
    return new


@pytest.mark.parametrize("role", ["writer", "agent", "analyst"])
def test_colleagues_read_it_in_the_console(
    client: TestClient, assistant: Assistant, role: str
) -> None:
    page = colleague(client, assistant, role).opens("/console/read/pro/desk")
    assert page.status_code == 200
    assert "quokka" in page.text
    assert "plan=pro" in page.text
    assert "read it in the widget" in page.text
    assert 'id="platinum-kettles"' in page.text


def test_what_everybody_may_read_is_read_where_everybody_does(
    client: TestClient, assistant: Assistant
) -> None:
    wim = colleague(client, assistant, "writer")
    led = wim.opens("/console/read/kettles")
    assert (led.status_code, led.headers["location"]) == (303, "/help/en/descale")
    assert wim.opens("/console/read/unheard-of").status_code == 404


def test_no_link_of_the_console_leads_to_a_page_that_is_not_there(
    client: TestClient, assistant: Assistant
) -> None:
    wim, kim = (colleague(client, assistant, role) for role in ("writer", "agent"))
    pro = signed_in(client, plan="pro")
    case = asked(client, QUESTIONS[0], pro)["started"]["id"]
    pages = {
        "from a source": wim.opens("/console/articles/sources"),
        "what might be better": wim.opens("/console/articles/care"),
        "what contradicts": wim.opens("/console/articles/clashes"),
        "an answer's source": wim.opens(f"/console/playground?q={QUESTIONS[0]}"),
        "a case": kim.opens(f"/console/conversations/{case}"),
        "the article itself": wim.opens("/console/read/pro/desk"),
    }
    for where, page in pages.items():
        assert page.status_code == 200, where
        for link in set(re.findall(r'href="((?:/help|/console/read)/[^"]+)"', page.text)):
            assert wim.opens(link).status_code == 200, (where, link)
    for where in ("from a source", "an answer's source", "a case"):
        assert 'href="/console/read/pro/desk' in pages[where].text, where
    assert 'href="/help/en/descale"' in pages["from a source"].text


def test_agents_are_offered_what_the_customer_may_read(
    client: TestClient, assistant: Assistant
) -> None:
    kim = colleague(client, assistant, "agent")
    pro, other = signed_in(client, plan="pro"), signed_in(client, plan="free")
    for headers, readable in ((pro, True), (other, False)):
        id = asked(client, "Hello", headers)["started"]["id"]
        offered = kim.opens(f"/console/conversations/{id}/insertable?q=concierge").json()
        assert (SECRET.title in [each["title"] for each in offered["articles"]]) is readable


def test_what_is_closed_later_is_gone_at_once_from_all_that_is_kept(
    client: TestClient, assistant: Assistant
) -> None:
    """Last of all: it changes what is published."""
    before = asked(client, QUESTIONS[1])["reply"]
    assert before["message"]["citations"][0]["article_id"] == "kettles"
    assert "descale" in client.get("/sitemap.xml").text
    publish(assistant, replace(OPEN, audience="plan=pro"), SECRET, FRENCH, MEMBERS)
    for path in ("/sitemap.xml", "/help/en", "/api/v1/topics?locale=en", "/help?q=kettle"):
        assert OPEN.title not in client.get(path).text, path
    assert client.get("/help/en/descale").status_code == 404
    after = asked(client, QUESTIONS[1])
    assert "vinegar" not in str(after)
    assert OPEN.title not in [each["text"] for each in after["started"]["suggestions"]]
    publish(assistant, replace(OPEN, audience="interal"), SECRET, FRENCH, MEMBERS)
    pro = signed_in(client, plan="pro")
    assert client.get("/api/v1/articles/kettles", headers=pro).status_code == 404
