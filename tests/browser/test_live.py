"""Pages that follow what happens take nothing from whoever is at them, neither focus nor choice nor
word; and they never stand still for good."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from assistant.domain.conversation import Priority
from assistant.domain.handoff import Reason
from assistant.resources import shipped
from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import Server, Watch
from tests.browser.held import Held
from tests.browser.process import serving_here
from tests.server.conftest import (  # noqa: F401
    PASSWORD,
    Visitor,
    World,
    empty_database,
    make_world,
    new_visitor,
    visitor,
    world,
)

pytestmark = pytest.mark.browser

LANGUAGES = pytest.mark.parametrize("lang", ["en", "fr"])
QUESTION = "Can I return a gift?"


@pytest.fixture
def server(world: World, chromium: str) -> Iterator[Server]:  # noqa: F811
    """With three colleagues."""
    people = {name: (f"{name}@company.example", PASSWORD) for name in ("kim", "noor", "zoe")}
    for email, password in people.values():
        world.assistant.people.add(email, role="agent", password=password)
    with serving_here(world.app) as url:
        yield Server(url, people)


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """The customer's."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client


@pytest.fixture
def asked(world: World, visitor: Visitor) -> Visitor:  # noqa: F811
    """A customer who waits for a person."""
    world.answerer.will_call_a_person(Reason.LOW_CONFIDENCE)
    visitor.says(QUESTION)
    return visitor


@LANGUAGES
def test_who_sorts_a_case_as_it_changes_loses_neither_words_nor_place(
    world: World,  # noqa: F811
    asked: Visitor,
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    words, kim = console(lang), new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    kim.page.get_by_text(words["more_actions"], exact=True).click()
    priority = kim.page.get_by_label(words["priority"])
    priority.select_option("2")
    tags = kim.page.get_by_label(words["tags"])
    tags.fill("gift, voucher")
    tags.press("Tab")
    save = button(kim, words["save"])
    expect(save).to_be_focused()
    noor = world.store.person_by_email("noor@company.example")
    world.assistant.casework.sort(asked.id, noor, priority=Priority.HIGH, tags=("noted",))
    expect(kim.status).to_contain_text("#noted")
    expect(tags).to_have_value("gift, voucher")
    expect(priority).to_have_value("2")
    expect(save).to_be_focused()
    save.press("Enter")
    expect(kim.status).to_contain_text("#voucher")
    expect(kim.status).to_contain_text(words["priorities"]["2"])


@LANGUAGES
def test_who_gives_cases_to_a_colleague_gives_them_to_the_one_they_chose(
    world: World,  # noqa: F811
    asked: Visitor,
    new_visitor: Callable[..., Visitor],  # noqa: F811
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    words, kim = console(lang), new_agent("kim", locale=lang)
    rows = kim.page.locator(".row-case")
    rows.get_by_role("checkbox").check()
    kim.page.get_by_text(words["more_actions"], exact=True).click()
    whom = kim.page.get_by_label(words["hand_on"])
    whom.select_option("zoe")
    give = button(kim, words["give"])
    # A list that is open cannot be renewed: it is, once it is left.
    new_visitor().calls_a_person()
    whom.press("Tab")
    expect(rows).to_have_count(2)
    new_visitor().calls_a_person()
    expect(rows).to_have_count(3)
    expect(give).to_be_focused()
    expect(whom.locator("option:checked")).to_have_text("zoe")
    give.press("Enter")
    expect(rows).to_have_count(2)
    zoe = world.store.person_by_email("zoe@company.example")
    assert world.store.conversation(asked.id).agent_id == zoe.id


@LANGUAGES
def test_the_inbox_goes_on_when_a_case_is_chosen_and_when_a_search_is_left(
    asked: Visitor,
    new_visitor: Callable[..., Visitor],  # noqa: F811
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    words, kim = console(lang), new_agent("kim", locale=lang)
    rows = kim.page.locator(".row-case")
    pick = rows.get_by_role("checkbox", name=QUESTION)
    pick.check()
    new_visitor().calls_a_person()
    expect(rows).to_have_count(2)
    expect(pick).to_be_checked()
    expect(pick).to_be_focused()
    search = kim.page.get_by_role("searchbox", name=words["search"])
    search.fill("gift")
    with kim.page.expect_response(lambda response: "/console?box=" in response.url):
        new_visitor().calls_a_person()
    expect(rows).to_have_count(2)
    expect(search).to_be_focused()
    search.press("Shift+Tab")
    expect(rows).to_have_count(3)
    expect(search).to_have_value("gift")
    expect(pick).to_be_checked()


@LANGUAGES
def test_what_is_shown_stays_when_an_answer_of_before_comes_late(
    asked: Visitor, new_agent: Callable[..., Agent], lang: str
) -> None:
    kim = new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    expect(kim.thread).to_contain_text(QUESTION)
    held = Held(kim.page, f"**{case(asked)}*", once=True)
    asked.says("Without the receipt?")
    late = held.taken()
    of_before = late.fetch()
    asked.says("Are you there?")
    expect(kim.thread).to_contain_text("Are you there?")
    with kim.page.expect_response(f"**{case(asked)}*"):
        late.fulfill(response=of_before)
    # What the page makes of it is over before it has read another answer.
    kim.page.evaluate("fetch(location).then((answer) => answer.text())")
    expect(kim.thread).to_contain_text("Are you there?")


@LANGUAGES
def test_an_open_case_tells_what_the_customer_left_and_looked_at_and_asked_meanwhile(
    world: World,  # noqa: F811
    asked: Visitor,
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    words, kim = console(lang), new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    file = kim.page.locator(".file")
    expect(file).to_contain_text(words["no_email"])
    turn = file.locator(".turn > summary")
    turn.press("Enter")
    expect(turn.locator("..")).not_to_have_attribute("open", "")
    asked.calls_a_person(email="anna@home.example")
    expect(file.get_by_role("link", name="anna@home.example")).to_be_visible()
    noor = world.store.person_by_email("noor@company.example")
    world.assistant.casework.release(asked.id, noor)
    asked.says("And without the receipt?")
    expect(file.locator(".turn")).to_have_count(2)
    expect(file.locator(".turn").last).not_to_have_attribute("open", "")
    expect(turn.last).to_be_focused()


@LANGUAGES
def test_an_answer_half_written_outlives_the_session(
    world: World,  # noqa: F811
    asked: Visitor,
    new_agent: Callable[..., Agent],
    server: Server,
    watch: Watch,
    lang: str,
) -> None:
    # Where the session is over a page comes in the place of the line of events.
    watch.expected.append("EventSource")
    words, kim = console(lang), new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    answer = kim.page.locator("#text")
    answer.fill("You get a card")
    at = kim.page.url
    me = world.store.person_by_email("kim@company.example")
    for session in world.assistant.people.sessions(me):
        world.assistant.people.end_session(session.id, of=me, by=me)
    over = kim.page.locator("[data-session-over]")
    expect(over).to_have_text(f"{words['session_over']} {words['session_sign_in']}")
    expect(over).to_be_visible()
    expect(answer).to_have_value("You get a card")
    assert kim.page.url == at
    assert complaints(kim.page) == []
    email, password = server.people["kim"]
    Agent(kim.page.context.new_page(), email=email, password=password)
    kim.page.bring_to_front()
    asked.says("Are you there?")
    expect(kim.thread).to_contain_text("Are you there?")
    expect(over).to_be_hidden()
    kim.presses(words["send"])
    expect(kim.thread).to_contain_text("You get a card")


@LANGUAGES
def test_a_promise_that_nobody_keeps_is_marked_as_it_breaks(
    asked: Visitor, new_agent: Callable[..., Agent], lang: str
) -> None:
    words, kim = console(lang), new_agent("kim", locale=lang)
    for path, marked in (("/console", ".row-case"), (case(asked), ".status .due")):
        kim.page.clock.install()
        kim.page.goto(path)
        due = kim.page.locator(".due")
        expect(due).to_contain_text(words["due"])
        expect(kim.page.locator(f"{marked}.late")).to_have_count(0)
        if path == "/console":
            expect(kim.row(QUESTION)).to_contain_text(f"{words['since']} {words['under_a_minute']}")
        # 24 hours are promised; it is looked at twice a minute.
        kim.page.clock.fast_forward("24:00:20")
        expect(due).to_have_text(f"{words['overdue']} {words['under_a_minute']}")
        expect(kim.page.locator(f"{marked}.late")).to_have_count(1)


def console(lang: str) -> dict[str, Any]:
    """Its words."""
    file = shipped("web") / "locales" / f"console.{lang}.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


def case(asked: Visitor) -> str:
    return f"/console/conversations/{asked.id}"


def button(agent: Agent, name: str) -> Locator:
    return agent.page.get_by_role("button", name=name, exact=True)
