"""An open case: the reply that a language model suggests, to what the customer wrote last; whose
words the answer is made of; and a note, which nothing takes away while it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from assistant.adapters.langchain_chat import LangChainModel
from assistant.case_ports import Verdict
from assistant.domain.conversation import Author
from assistant.domain.handoff import Reason
from assistant.resources import shipped
from assistant.support.proposing import Proposals
from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import Server, Watch
from tests.browser.process import serving_here
from tests.contracts.openai_server import OpenAIServer, says
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


@pytest.fixture
def model() -> Iterator[OpenAIServer]:
    """What speaks as the company's language model does."""
    service = OpenAIServer()
    service.will(says("You get a gift card [1]."))
    yield service
    service.close()


@pytest.fixture
def server(
    world: World,  # noqa: F811
    model: OpenAIServer,
    chromium: str,
) -> Iterator[Server]:
    """With a language model, which the others have not, and two colleagues."""
    asked = LangChainModel(MODEL, base_url=model.url)
    asked.load()
    world.assistant.proposals = Proposals(asked, deadline_s=30, look_up=world.assistant.look_up)
    people = {name: (f"{name}@company.example", PASSWORD) for name in ("kim", "noor")}
    for email, password in people.values():
        world.assistant.people.add(email, role="agent", password=password)
    with serving_here(world.app) as url:
        yield Server(url, people)


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """The customer's."""
    with httpx.Client(base_url=server.url, timeout=30) as client:
        yield client


LANGUAGES = pytest.mark.parametrize("lang", ["en", "fr"])
MODEL = "openai:scripted"


def words(lang: str) -> dict[str, Any]:
    """The console's own."""
    file = shipped("web") / "locales" / f"console.{lang}.json"
    return dict(json.loads(file.read_text(encoding="utf-8")))


@pytest.fixture
def asked(world: World, visitor: Visitor) -> Visitor:  # noqa: F811
    """A customer whose question found a passage, and whose answer was kept back."""
    world.answerer.will_call_a_person(Reason.LOW_CONFIDENCE)
    visitor.says("Can I return a gift?")
    return visitor


@LANGUAGES
def test_what_the_customer_writes_meanwhile_is_answered_and_what_a_colleague_answered_is_not(
    model: OpenAIServer, asked: Visitor, new_agent: Callable[..., Agent], lang: str
) -> None:
    model.will(*(says(f"{each} [1].") for each in ("A gift card", "Without it, too", "Anywhere")))
    kim = new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    suggestion = kim.suggestion
    expect(suggestion).to_contain_text(MODEL)
    expect(suggestion).to_contain_text("A gift card.")
    asked.says("And without the receipt?")
    expect(suggestion).to_contain_text("Without it, too.")
    box(kim).fill("Yes.")
    kim.presses(words(lang)["send"])
    expect(kim.thread).to_contain_text("Yes.")
    # What was answered needs no suggestion.
    expect(suggestion).to_have_count(0)
    expect(kim.page.get_by_role("button", name=words(lang)["use_suggestion"])).to_be_hidden()
    asked.says("In which shop?")
    expect(suggestion).to_contain_text("Anywhere.")
    expect(suggestion).to_contain_text(MODEL)
    assert len(model.requests) == 3


@LANGUAGES
def test_words_of_ones_own_above_a_suggestion_are_on_record_as_an_edit(
    world: World,  # noqa: F811
    asked: Visitor,
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    kim, suggested = new_agent("kim", locale=lang), "You get a gift card."
    kim.page.goto(case(asked))
    for own in ("We refund you 500 EUR.\n\n", ""):
        expect(kim.suggestion).to_contain_text(MODEL)
        box(kim).fill(own)
        kim.presses(words(lang)["use_suggestion"])
        expect(box(kim)).to_have_value(own + suggested)
        kim.presses(words(lang)["send"])
        expect(kim.thread).to_contain_text(own.strip())
        expect(box(kim)).to_have_value("")
        asked.says("And without the receipt?")
    answered = [deed for _, deed in world.store.deeds() if deed.action == "answered"]
    assert [deed.detail["from_suggestion"] for deed in answered[::-1]] == ["edited", "as_it_was"]


@LANGUAGES
def test_what_is_looked_up_for_words_written_to_people_can_be_used_and_marked(
    world: World,  # noqa: F811
    model: OpenAIServer,
    visitor: Visitor,  # noqa: F811
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    model.will(says("NOT_COVERED"))
    visitor.calls_a_person()
    visitor.says("Can I return a gift?")
    kim = new_agent("kim", locale=lang)
    kim.page.goto(case(visitor))
    found = kim.page.locator("[data-looked-up]")
    expect(found).to_contain_text("Can I return a gift?")
    expect(found).to_contain_text(words(lang)["looked_up"])
    found.locator(".passage summary").first.click()
    found.get_by_role("button", name=words(lang)["use_passage"]).first.click()
    expect(box(kim)).to_have_value(re.compile("A gift card; the giver is"))
    assert complaints(kim.page) == []
    kim.page.set_viewport_size({"width": 380, "height": 800})
    assert complaints(kim.page) == []
    found.get_by_role("button", name=words(lang)["mark_right"]).first.click()
    expect(found.get_by_text(words(lang)["is_right"], exact=True)).to_be_visible()
    found.get_by_role("button", name=words(lang)["nothing_answers"]).click()
    expect(found.locator(".tag.alerting")).to_have_text(words(lang)["is_gap"])
    verdicts = [each.verdict for each in world.store.judgements(visitor.id)]
    assert verdicts == [Verdict.RIGHT_PASSAGE, Verdict.NOTHING_ANSWERS]


@LANGUAGES
def test_a_note_half_written_stays_when_the_case_becomes_ours_to_answer(
    world: World,  # noqa: F811
    asked: Visitor,
    new_agent: Callable[..., Agent],
    lang: str,
) -> None:
    work, noor = world.assistant.casework, world.store.person_by_email("noor@company.example")
    work.claim(asked.id, noor)
    kim = new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    kim.page.get_by_text(words(lang)["write_note"]).click()
    note = kim.page.get_by_role("textbox", name=words(lang)["your_note"])
    note.fill("She has had two refunds.")
    expect(box(kim)).to_be_hidden()
    work.requeue(asked.id, noor)
    expect(box(kim)).to_be_visible()
    expect(note).to_have_value("She has had two refunds.")
    kim.presses(words(lang)["save_note"])
    expect(kim.thread).to_contain_text("She has had two refunds.")
    expect(box(kim)).to_be_visible()


@LANGUAGES
def test_an_answer_that_came_too_late_is_sent_by_nobody_but_its_writer(
    world: World,  # noqa: F811
    asked: Visitor,
    new_agent: Callable[..., Agent],
    watch: Watch,
    lang: str,
) -> None:
    watch.expected.append("Failed to load resource")
    work, noor = world.assistant.casework, world.store.person_by_email("noor@company.example")
    kim = new_agent("kim", locale=lang)
    # The page does not hear of it before it sends.
    kim.page.route("**/console/events*", lambda route: route.abort())
    kim.page.goto(case(asked))
    expect(kim.suggestion).to_contain_text(MODEL)
    kim.presses(words(lang)["use_suggestion"])
    expect(box(kim)).to_have_value("You get a gift card.")
    work.claim(asked.id, noor)
    kim.page.unroute("**/console/events*")
    kim.presses(words(lang)["send"])
    expect(kim.page.get_by_text(words(lang)["not_yours"])).to_be_visible()
    expect(box(kim)).to_have_value("You get a gift card.")
    send = kim.page.get_by_role("button", name=words(lang)["send"], exact=True)
    expect(send).to_be_disabled()
    work.requeue(asked.id, noor)
    expect(send).to_be_enabled()
    expect(box(kim)).to_have_value("You get a gift card.")
    assert [each.author for each in world.store.messages(asked.id)].count(Author.AGENT) == 0
    kim.presses(words(lang)["send"])
    expect(kim.thread).to_contain_text("You get a gift card.")
    answered = [deed for _, deed in world.store.deeds() if deed.action == "answered"]
    assert [deed.detail["from_suggestion"] for deed in answered] == ["as_it_was"]
    assert [deed.detail["suggested_by"] for deed in answered] == [MODEL]


@LANGUAGES
def test_who_reads_the_suggestion_by_keyboard_goes_on_reading_when_the_customer_writes(
    asked: Visitor, new_agent: Callable[..., Agent], lang: str
) -> None:
    kim = new_agent("kim", locale=lang)
    kim.page.goto(case(asked))
    expect(kim.suggestion).to_contain_text(MODEL)
    region = kim.page.get_by_role("region", name=words(lang)["suggested"])
    region.focus()
    before = kim.suggestion.get_attribute("data-after")
    asked.says("And without the receipt?")
    expect(kim.suggestion).not_to_have_attribute("data-after", str(before))
    expect(region).to_be_focused()


def case(asked: Visitor) -> str:
    return f"/console/conversations/{asked.id}"


def box(agent: Agent) -> Locator:
    return agent.page.locator("[data-composer] textarea")
