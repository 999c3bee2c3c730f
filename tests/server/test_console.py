"""Agents sign in, see who waits, and answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from assistant.domain.handoff import Reason
from assistant.server import sign_in
from tests.server.conftest import PASSWORD, Agent, Visitor, World, person_needed

HTML = {"Accept": "text/html"}


@pytest.fixture
def waiting(world: World, new_visitor: Callable[..., Visitor]) -> Visitor:
    """A customer whose question went to a person."""
    visitor = new_visitor(page_url="https://shop.example/basket", context={"plan": "<b>gold</b>"})
    world.answerer.will_call_a_person(Reason.NOT_COVERED)
    visitor.says("Do you <i>rent</i> out chairs?")
    visitor.calls_a_person(email="anna@customer.example")
    return visitor


def case(visitor: Visitor) -> str:
    return f"/console/conversations/{visitor.id}"


def test_without_an_account_the_way_to_make_one_is_shown(client: TestClient) -> None:
    page = client.get("/console", headers=HTML)
    assert page.url.path == "/console/sign-in"
    assert "assistant user add" in page.text


def test_with_an_account_it_is_not(client: TestClient, new_agent: Callable[..., Agent]) -> None:
    new_agent(signed_in=False)
    assert "assistant user add" not in client.get("/console/sign-in").text


def test_signing_in_and_out(new_agent: Callable[..., Agent]) -> None:
    agent = new_agent(signed_in=False)
    assert agent.opens("/console").headers["location"] == "/console/sign-in"
    assert agent.signs_in().headers["location"] == "/console"
    assert "kim" in agent.opens("/console").text
    assert agent.opens("/console/sign-in").headers["location"] == "/console"
    cookie = agent.client.cookies[sign_in.SESSION_COOKIE]
    assert agent.posts("/console/sign-out").status_code == 303
    agent.client.cookies.set(sign_in.SESSION_COOKIE, cookie, path="/console")
    assert agent.opens("/console").status_code == 303


def test_a_wrong_password_and_an_unknown_address_look_the_same(
    new_agent: Callable[..., Agent],
) -> None:
    agent = new_agent(signed_in=False)
    wrong = agent.signs_in("wrong password")
    unknown = agent.posts("/console/sign-in", email="kim@company.exampel", password="wrong")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text.replace("exampel", "example")
    assert 'role="alert"' in wrong.text
    assert "set-cookie" not in wrong.headers


@pytest.mark.parametrize("form", [{}, {"email": "\0", "password": "\0"}, {"email": "'--"}])
def test_a_sign_in_without_sense_is_a_wrong_one(
    new_agent: Callable[..., Agent], form: dict[str, str]
) -> None:
    agent = new_agent(signed_in=False)
    assert agent.posts("/console/sign-in", **form).status_code == 401


def test_trying_passwords_is_slowed_down_for_the_address_tried(
    world: World, new_agent: Callable[..., Agent], monkeypatch: pytest.MonkeyPatch
) -> None:
    kim, lou = new_agent("kim", signed_in=False), new_agent("lou", signed_in=False)
    limit = sign_in._TRIES_PER_EMAIL
    for _ in range(limit):
        world.app.state.sign_in.count(kim.email.upper(), "10.0.0.1")
    slowed = kim.signs_in()
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
    assert lou.signs_in().status_code == 303


def test_trying_addresses_is_slowed_down_for_who_tries(
    world: World, new_agent: Callable[..., Agent]
) -> None:
    kim = new_agent(signed_in=False)
    for number in range(sign_in._TRIES_PER_ADDRESS):
        world.app.state.sign_in.count(f"{number}@company.example", "testclient")
    assert kim.signs_in().status_code == 429


def test_a_right_password_clears_the_address(world: World, new_agent: Callable[..., Agent]) -> None:
    kim = new_agent(signed_in=False)
    for _ in range(sign_in._TRIES_PER_EMAIL - 1):
        world.app.state.sign_in.count(kim.email, "10.0.0.1")
    assert kim.signs_in().status_code == 303
    for _ in range(sign_in._TRIES_PER_EMAIL):
        world.app.state.sign_in.count(kim.email, "10.0.0.1")


def test_every_page_wants_a_session(client: TestClient, waiting: Visitor) -> None:
    origin = {"Origin": "http://testserver"}
    for path in ("", "/claim", "/messages", "/resolve"):
        call = client.post if path else client.get
        headers = origin if path else {}
        response = call(case(waiting) + path, headers=headers, follow_redirects=False)
        assert response.headers["location"] == "/console/sign-in"


def test_who_only_reads_finds_nothing_to_press(
    new_agent: Callable[..., Agent], waiting: Visitor
) -> None:
    analyst = new_agent("ann", "analyst")
    assert case(waiting) in analyst.opens("/console").text
    page = analyst.opens(case(waiting)).text
    assert "rent&lt;/i&gt; out chairs?" in page
    assert 'action="/console/conversations/' not in page
    assert analyst.posts(f"{case(waiting)}/messages", text="Hi").status_code == 403


def test_who_may_not_read_conversations_begins_with_their_own_work_and_can_leave(
    new_agent: Callable[..., Agent], waiting: Visitor
) -> None:
    writer = new_agent("wim", "writer")
    assert writer.opens("/console").headers["location"] == "/console/articles/home"
    account = writer.opens("/console/account").text
    assert "Writer" in account
    assert "/console/sign-out" in account
    refused = writer.opens(case(waiting))
    assert refused.status_code == 403
    assert "/console/sign-out" in refused.text


def test_an_empty_inbox_says_what_to_do_next(agent: Agent) -> None:
    page = agent.opens("/console").text
    assert "No one is waiting" in page
    assert "appears here by itself" in page


def test_the_inbox_shows_who_waits_and_why(agent: Agent, waiting: Visitor) -> None:
    page = agent.opens("/console").text
    assert "One person is waiting" in page
    assert "Do you &lt;i&gt;rent&lt;/i&gt; out chairs?" in page
    assert "Not in the help center" in page
    assert case(waiting) in page


def test_the_longest_waiting_comes_first(
    agent: Agent, waiting: Visitor, new_visitor: Callable[..., Visitor]
) -> None:
    later = new_visitor()
    later.says("And tables?")
    page = agent.opens("/console").text
    assert page.index(waiting.id) < page.index(later.id)


def test_the_case_tells_what_was_answered_from_what_would_have_been(
    world: World, agent: Agent, visitor: Visitor, waiting: Visitor
) -> None:
    world.answerer.outcome = None
    visitor.says("Can I return a gift?")
    visitor.calls_a_person()
    given, kept_back = agent.opens(case(visitor)).text, agent.opens(case(waiting)).text
    assert "What was answered" in given
    assert "93 %" in given
    assert "What would have been answered" not in given
    assert "What would have been answered" in kept_back
    assert "What was answered" not in kept_back


def test_the_case_of_a_bare_call_claims_no_confidence(agent: Agent, visitor: Visitor) -> None:
    visitor.calls_a_person()
    page = agent.opens(case(visitor)).text
    assert "Asked for a person" in page
    assert "Confidence" not in page
    assert "What would have been answered" not in page


def test_the_case_opens_with_everything_known(agent: Agent, waiting: Visitor) -> None:
    page = agent.opens(case(waiting)).text
    for known in (
        "Do you &lt;i&gt;rent&lt;/i&gt; out chairs?",
        "out chairs? (a gift)",
        "You get a **gift card**.",
        "A person will reply within 24 hours",
        "20 %",
        "0.80",
        "words 7.50, meaning 0.61",
        "anna@customer.example",
        "https://shop.example/basket",
        "English",
        "&lt;b&gt;gold&lt;/b&gt;",
        "Return a gift",
    ):
        assert known in page, known


def test_the_case_tells_what_the_customer_looked_at_meanwhile(
    agent: Agent, waiting: Visitor
) -> None:
    for what, of in (
        ("article", "en/return-a-gift"),
        ("search", "<b>chairs</b> 4111 1111 1111 1111"),
        ("article", "gone"),
    ):
        told = waiting.client.post(
            f"{waiting.path}/looked", json={"what": what, "of": of}, headers=waiting.headers
        )
        assert told.status_code == 204
    page = agent.opens(case(waiting)).text
    assert 'Read · <a href="/help/en/return-a-gift" lang="en">Return a gift</a>' in page
    assert "Searched · <span" in page
    assert "&lt;b&gt;chairs&lt;/b&gt;" in page
    assert "4111" not in page
    assert ">gone</span>" in page
    events = waiting.client.get(f"{waiting.path}", headers=waiting.headers).text
    assert "looked" not in events


def test_the_case_tells_the_effort_so_far_and_where_the_answer_probably_stands(
    agent: Agent, waiting: Visitor
) -> None:
    page = agent.opens(case(waiting)).text
    assert re.search(r"Effort so far, estimated</dt>\s*<dd><a [^>]*>\d+ of 100</a>", page)
    assert re.search(r'Probably answered by</dt>\s*<dd><a [^>]*lang="en">Return a gift</a>', page)
    assert "Effort jusqu’ici" in agent.opens(f"{case(waiting)}?locale=fr").text


@pytest.mark.parametrize("url", ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x"])
def test_an_address_that_could_run_is_not_a_link(
    agent: Agent, new_visitor: Callable[..., Visitor], url: str
) -> None:
    visitor = new_visitor(page_url=url)
    visitor.calls_a_person()
    assert f'href="{url}"' not in agent.opens(case(visitor)).text
    assert url.strip() in agent.opens(case(visitor)).text


def test_taking_over_answering_and_resolving(world: World, agent: Agent, waiting: Visitor) -> None:
    assert agent.posts(f"{case(waiting)}/claim").status_code == 303
    assert waiting.reads()["status"] == "with_agent"
    assert "With you" in agent.opens("/console?box=mine").text
    agent.posts(f"{case(waiting)}/messages", text="Hello,\r\nwe do <b>not</b>.")
    message = waiting.reads()["messages"][-1]
    assert (message["author"], message["text"]) == ("agent", "Hello,\nwe do <b>not</b>.")
    assert "<br" in message["html"]
    assert "<b>" not in message["html"]
    agent.posts(f"{case(waiting)}/resolve")
    assert waiting.reads()["status"] == "resolved"
    assert world.store.handoffs(waiting.id)[-1].closed_at is not None
    assert "No one is waiting" in agent.opens("/console").text


def test_answering_takes_over_by_itself(agent: Agent, waiting: Visitor) -> None:
    agent.posts(f"{case(waiting)}/messages", text="Hello.")
    conversation = waiting.reads()
    assert conversation["status"] == "with_agent"
    assert conversation["messages"][-1]["text"] == "Hello."


def test_a_case_says_who_took_the_offer_that_it_comes_from(
    world: World, visitor: Visitor, agent: Agent
) -> None:
    world.answerer.outcome = replace(person_needed(Reason.LOW_CONFIDENCE), call_now=False)
    visitor.says("Do you rent out chairs?")
    visitor.calls_a_person()
    page = agent.opens(case(visitor)).text
    assert re.search(r"<dt>The offer of a person was taken by</dt>\s*<dd>the customer</dd>", page)
    assert "Do you rent out chairs?" in agent.opens("/console?reason=low_confidence").text
    assert "Do you rent out chairs?" not in agent.opens("/console?reason=asked_for_human").text


def test_the_customers_next_words_are_marked_in_the_inbox(agent: Agent, waiting: Visitor) -> None:
    agent.posts(f"{case(waiting)}/messages", text="Hello.")
    assert "New message" not in agent.opens("/console?box=mine").text
    waiting.says("Thank you, and the invoice?")
    assert "New message" in agent.opens("/console?box=mine").text


def test_the_second_agent_is_told_that_another_was_quicker(
    new_agent: Callable[..., Agent], waiting: Visitor
) -> None:
    kim, lou = new_agent("kim"), new_agent("lou")
    kim.posts(f"{case(waiting)}/claim")
    late = lou.posts(f"{case(waiting)}/claim")
    assert late.status_code == 409
    assert 'role="alert"' in late.text
    answer = lou.posts(f"{case(waiting)}/messages", text="My <long> answer")
    assert answer.status_code == 403
    assert "My &lt;long&gt; answer" in answer.text
    assert lou.posts(f"{case(waiting)}/resolve").status_code == 403
    assert [m["author"] for m in waiting.reads()["messages"]].count("agent") == 0


def test_of_two_at_the_same_moment_one_gets_it(
    new_agent: Callable[..., Agent], waiting: Visitor
) -> None:
    agents = [new_agent(name) for name in ("kim", "lou", "max", "noa")]
    statuses: list[int] = []
    start = threading.Barrier(len(agents))

    def take(agent: Agent) -> None:
        start.wait()
        statuses.append(agent.posts(f"{case(waiting)}/claim").status_code)

    threads = [threading.Thread(target=take, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [303, 409, 409, 409]


def test_a_lead_closes_what_a_colleague_has_but_does_not_write_in_it(
    new_agent: Callable[..., Agent], waiting: Visitor
) -> None:
    kim, lea = new_agent("kim"), new_agent("lea", "lead")
    kim.posts(f"{case(waiting)}/claim")
    assert lea.posts(f"{case(waiting)}/messages", text="By accident.").status_code == 403
    assert lea.posts(f"{case(waiting)}/resolve").status_code == 303


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 20_001])
def test_an_answer_that_is_none_is_kept_as_a_draft(
    agent: Agent, waiting: Visitor, text: str
) -> None:
    response = agent.posts(f"{case(waiting)}/messages", text=text)
    assert response.status_code == 422
    assert text in response.text
    assert waiting.reads()["status"] == "waiting"


def test_a_resolved_conversation_is_not_answered(agent: Agent, waiting: Visitor) -> None:
    agent.posts(f"{case(waiting)}/resolve")
    assert agent.posts(f"{case(waiting)}/messages", text="Late").status_code == 409
    assert agent.posts(f"{case(waiting)}/resolve").status_code == 409


def test_a_conversation_that_is_not_there(agent: Agent) -> None:
    for id in ("c-0", "%00", "..%2f.."):
        assert agent.opens(f"/console/conversations/{id}").status_code == 404


def test_the_console_speaks_french(agent: Agent, waiting: Visitor) -> None:
    headers = {"Accept": "text/html", "Accept-Language": "fr"}
    page = agent.client.get(case(waiting), headers=headers).text
    assert '<html lang="fr">' in page
    assert "Rendre à l’assistant" in page


def test_every_field_and_button_has_a_name(agent: Agent, waiting: Visitor) -> None:
    for path in ("/console", case(waiting)):
        page = agent.opens(path).text
        for field in re.findall(r"<(?:input|textarea)[^>]* id=\"(\w+)\"", page):
            assert f'<label for="{field}">' in page
        assert page.count("<h1") == 1
        assert 'href="#main"' in page
        assert 'id="main"' in page


def test_the_password_is_nowhere_in_the_page(new_agent: Callable[..., Agent]) -> None:
    agent = new_agent(signed_in=False)
    assert PASSWORD + "!" not in agent.signs_in(PASSWORD + "!").text
