"""A customer and two agents in three browsers: handed over, claimed, collided, answered live,
noted, given back, resolved, reopened and rated; the assistant silent as long as a person has it."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Page, expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.customer import Customer

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "images"
LOOKED_UP = "From the help center, for what the customer wrote last"
_sizes = itertools.count(50)
DEVICES = pytest.mark.parametrize(
    "device",
    [
        pytest.param({"width": 1280}, id="1280"),
        pytest.param({"width": 380, "height": 740}, id="380"),
        pytest.param({"width": 1280, "color_scheme": "dark"}, id="dark"),
        pytest.param({"width": 380, "height": 740, "locale": "fr-FR"}, id="fr"),
    ],
)


def asks_for_a_person(customer: Customer, question: str) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks(question)
    customer.calls_a_person()
    expect(customer.person_area).to_contain_text("Waiting for a person")


def save_picture(page: Page, name: str, *, height: int = 800) -> None:
    """For the manual; only when asked for, so that a test run changes no file."""
    if os.environ.get("ASSISTANT_SAVE_SCREENSHOTS") == "1":
        clip = FloatRect(x=0, y=0, width=1280, height=height)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True, clip=clip)


@contextmanager
def the_assistant_silent(customer: Customer) -> Iterator[None]:
    """From here on, in what the customer sees and in what is on record."""
    seen, recorded = customer.messages("assistant").count(), on_record(customer, "assistant")
    yield
    expect(customer.messages("assistant")).to_have_count(seen)
    assert on_record(customer, "assistant") == recorded


def writes_to_people(customer: Customer, words: str) -> None:
    """Until all is there that the server had to say to it."""
    customer.writes(words)
    written = customer.messages("customer").filter(has_text=words)
    expect(written).to_have_attribute("data-state", "sent")


def on_record(customer: Customer, author: str) -> list[str]:
    """Which messages of theirs the log holds."""
    kept = customer.inside("JSON.parse(localStorage['help-assistant'])")
    token = {"Authorization": f"Bearer {kept['token']}"}
    read = customer.page.request.get(f"/api/v1/conversations/{kept['id']}", headers=token)
    return [each["id"] for each in read.json()["messages"] if each["author"] == author]


def test_a_conversation_goes_to_people_and_back(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    question = "Can I send back a kettle that I used once in Ghent?"
    camille, noor = new_agent("camille"), new_agent("noor")
    asks_for_a_person(customer, question)
    # Both lists show it by themselves.
    for agent in (camille, noor):
        expect(agent.row(question)).to_contain_text("Asked for a person")
    with the_assistant_silent(customer):
        writes_to_people(customer, "The kettle is dented, too.")
    with the_assistant_silent(customer):
        camille.opens_the_case(question)
        noor.opens_the_case(question)
        expect(camille.presence).to_have_text("noor has this case open too")
        noor.box.fill("I was about to say the same.")
        expect(camille.presence).to_have_text("noor is writing in this case")
        # Camille is quicker; Noor's page is told, and her words stay.
        camille.presses("Take it")
        expect(camille.status).to_contain_text("With you")
        expect(noor.status).to_contain_text("With camille")
        expect(noor.page.get_by_text("no longer yours to answer")).to_be_visible()
        expect(noor.page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
        expect(noor.box).to_have_value("I was about to say the same.")
        customer.box.fill("Are you")
        expect(camille.page.get_by_text("The customer is writing")).to_be_visible()
        writes_to_people(customer, "Are you there?")
        expect(camille.page.get_by_text("has the conversation on their page")).to_be_visible()
        expect(camille.thread).to_contain_text("Are you there?")
        # These words ask for her; what they asked before is looked up.
        expect(camille.page.locator("[data-looked-up]")).to_contain_text("kettle is dented")
        camille.notes("She has had the refund twice.")
        expect(camille.thread).to_contain_text("Note by camille")
        expect(camille.suggestion).to_contain_text(LOOKED_UP)
        expect(camille.presence).to_have_text("noor is writing in this case")
        camille.presses("Begin with the suggestion")
        expect(camille.box).not_to_have_value("")
        camille.page.evaluate("scrollTo(0, 0)")
        save_picture(camille.page, "console-case", height=1900)
        camille.answers("Yes, within **30 days**.")
        expect(customer.messages("agent")).to_contain_text(["within 30 days"])
        expect(customer.frame.get_by_text("refund twice")).to_have_count(0)
    # Back to the assistant, which says so and answers.
    camille.presses("Give it back to the assistant")
    expect(customer.last_reply).to_contain_text("with the assistant again")
    customer.asks("How do I reset my password?")
    expect(customer.last_reply).to_contain_text("30 minutes")
    # Taken from it, resolved, and reopened.
    with the_assistant_silent(customer):
        noor.page.reload()
        noor.presses("Take it from the assistant")
        noor.answers("Is there anything left to do?")
        # The widget follows people live once it knows of them.
        customer.reloads()
        expect(customer.messages("agent")).to_have_count(2)
        writes_to_people(customer, "How long does delivery to Ghent take?")
        expect(noor.thread).to_contain_text("delivery to Ghent")
        # What nobody considered yet is looked up for her alone.
        expect(noor.suggestion).to_contain_text(LOOKED_UP)
        expect(noor.suggestion).to_contain_text("working days")
        noor.resolves()
        expect(customer.person_area).to_contain_text("This conversation is closed")
    with the_assistant_silent(customer):
        noor.presses("Reopen")
        expect(noor.status).to_contain_text("With you")
        expect(customer.person_area).to_contain_text("talking with")
        writes_to_people(customer, "And to Bruges?")
        expect(noor.thread).to_contain_text("And to Bruges?")
        noor.resolves()
        expect(customer.person_area).to_contain_text("This conversation is closed")
    # How it was is asked at the end; who rates it may still write.
    survey = customer.frame.locator("#survey")
    with customer.page.expect_response("**/survey") as rated:
        survey.get_by_role("button", name="5 of 5").click()
    assert rated.value.ok
    survey.get_by_role("button", name="6 of 7").click()
    expect(survey.get_by_role("button", name="Send")).to_be_visible()
    customer.asks("How long does delivery to Belgium take?")
    expect(noor.status).to_contain_text("With the assistant")


def test_what_asks_for_me_is_counted_at_once_and_over_once_i_saw_it(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    question = "Is the warranty on my kettle over in Bruges?"
    camille, noor = new_agent("camille"), new_agent("noor")
    for agent in (camille, noor):
        agent.has_seen_all()
    asks_for_a_person(customer, question)
    camille.opens_the_case(question)
    camille.presses("Take it")
    expect(camille.status).to_contain_text("With you")
    camille.notes("@noor you know the warranty of kettles")
    # Wherever he is: counted in the header and in the tab's title, and said.
    expect(noor.asking).to_have_text("1")
    expect(noor.page).to_have_title(re.compile(r"^\(1\) "))
    expect(noor.page.locator("[data-asking-said]")).to_have_text("Cases that ask for you: 1")
    noor.page.keyboard.press("f")
    expect(noor.row(question)).to_contain_text("camille named you in a note")
    expect(noor.row(question)).to_contain_text("New")
    assert complaints(noor.page) == []
    save_picture(noor.page, "console-for-you")
    # What the customer writes in the case that is open here is seen as it comes.
    customer.writes("It is dripping")
    expect(camille.thread).to_contain_text("It is dripping")
    expect(camille.asking).to_have_text("")
    camille.page.goto("/console/account")
    customer.writes("And it hums")
    expect(camille.asking).to_have_text("1")
    noor.row(question).get_by_role("link").click()
    expect(noor.asking).to_have_text("")
    camille.page.goto("/console/for-you")
    expect(camille.row(question)).to_contain_text("The customer of your case wrote")
    camille.presses("Mark all as seen")
    expect(camille.page.locator(".tag.alerting")).to_have_count(0)
    expect(camille.asking).to_have_text("")


LEAVES = """
let away = false;
Object.defineProperty(document, "hidden", { get: () => away });
window.looksAway = (is) => { away = is; document.dispatchEvent(new Event("visibilitychange")); };
"""


def test_a_case_in_a_tab_that_nobody_looks_at_still_asks(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    question = "Is the lid of my teapot sold alone in Aalst?"
    camille = new_agent("camille")
    camille.has_seen_all()
    asks_for_a_person(customer, question)
    camille.page.add_init_script(LEAVES)
    camille.opens_the_case(question)
    camille.presses("Take it")
    expect(camille.status).to_contain_text("With you")
    camille.page.evaluate("looksAway(true)")
    customer.writes("It broke today")
    expect(camille.asking).to_have_text("1")
    expect(camille.page).to_have_title(re.compile(r"^\(1\) "))
    camille.page.evaluate("looksAway(false)")
    expect(camille.thread).to_contain_text("It broke today")
    expect(camille.asking).to_have_text("")
    camille.page.goto("/console/account")
    expect(camille.asking).to_have_text("")


def test_an_analyst_follows_the_inbox_and_is_asked_for_nothing(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    """Told like everybody what asks for them, without a place in the header for it."""
    question = "Do you engrave cups in Kortrijk?"
    ana = new_agent("ana")
    asks_for_a_person(customer, question)
    expect(ana.row(question)).to_be_visible()


def test_tabs_that_nobody_looks_at_use_up_no_connections(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    """A browser holds six to one server: with each tab on a line of its own the seventh hung."""
    question = "Is there a workshop for kettles in Mechelen?"
    context = new_agent("noor").page.context
    tabs = [context.new_page() for _ in range(8)]
    for tab in tabs:
        tab.add_init_script(LEAVES)
        tab.goto("/console")
        expect(tab.locator("[data-live=inbox]")).to_be_visible()
        tab.evaluate("looksAway(true)")
    asks_for_a_person(customer, question)
    tabs[0].evaluate("looksAway(false)")
    expect(tabs[0].locator(".row-case", has_text=question)).to_be_visible()


def test_a_passage_becomes_a_reply_and_a_label(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    question = "Is there a shop of yours in Namur?"
    asks_for_a_person(customer, question)
    customer.opens_the_help_center()
    customer.panel.get_by_role("searchbox").fill("opening hours")
    with customer.page.expect_response("**/looked") as told:
        customer.panel.get_by_role("searchbox").press("Enter")
    assert told.value.ok
    camille = new_agent("camille")
    camille.opens_the_case(question)
    expect(camille.page.locator(".file")).to_contain_text("Searched · opening hours")
    passage = camille.page.locator(".passage").first
    passage.locator("summary").click()
    words = passage.locator("[data-text]").inner_text()
    passage.get_by_role("button", name="Use in my reply").click()
    expect(camille.box).to_have_value(words.strip())
    camille.box.fill("")
    passage.get_by_role("button", name="This is the right one").click()
    expect(camille.page.locator(".passage .tag", has_text="the right one")).to_be_visible()
    camille.presses("Nothing in the help center answers this")
    expect(camille.page.locator(".turn .tag.alerting")).to_be_visible()


def test_the_keyboard_suffices(customer: Customer, new_agent: Callable[..., Agent]) -> None:
    asks_for_a_person(customer, "Do you lend out vases in Mons?")
    page = new_agent("noor").page
    expect(page.locator("a.case").first).to_be_visible()
    # With what waits from the stories before.
    save_picture(page, "console-inbox")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Write to the customer")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("a.case").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/conversations/*")
    page.keyboard.press("r")
    expect(page.get_by_role("textbox", name="Your answer")).to_be_focused()
    page.keyboard.type("j is only a letter here")
    expect(page.get_by_role("textbox", name="Your answer")).to_have_value("j is only a letter here")


@DEVICES
def test_axe_finds_nothing_and_nothing_is_cut(
    new_customer: Callable[..., Customer], new_agent: Callable[..., Agent], device: dict[str, Any]
) -> None:
    question = f"Do you engrave rings of size {next(_sizes)}?"
    asks_for_a_person(new_customer(), question)
    admin = new_agent("ada", **device)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    for path in ("/console", "/console?box=mine", "/console/account", "/console/people",
                 "/console/audit", "/console/team", "/console/assignment", "/console/triggers",
                 "/console/articles/home", "/console?box=all&language=en"):  # fmt: skip
        admin.page.goto(path)
        assert complaints(admin.page) == [], path
        assert admin.page.evaluate(fits), path
    admin.opens_the_case(question)
    admin.page.locator(".more summary").click()
    for each in admin.page.locator(".passage summary").all():
        each.click()
    assert complaints(admin.page) == []
    assert admin.page.evaluate(fits)


@pytest.mark.parametrize("width", [1280, 380])
def test_all_settings_are_a_step_from_each_other(
    new_agent: Callable[..., Agent], width: int
) -> None:
    page = new_agent("ada", width=width, height=740).page
    page.get_by_role("link", name="Settings").press("Enter")
    settings = page.get_by_role("navigation", name="Settings")
    for name in ("When a person is called", "Audit log", "Hours and promises"):
        settings.get_by_role("link", name=name).press("Enter")
        expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
        expect(settings.locator("[aria-current]")).to_have_text(name)
        expect(settings.locator("[aria-current]")).to_be_in_viewport(ratio=1)


def test_a_writer_is_not_in_a_dead_end(new_agent: Callable[..., Agent]) -> None:
    page = new_agent("wim").page
    expect(page.get_by_role("heading", name="Articles", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
