"""Every state in which customers can meet the widget, on one page, one after another.

axe finds nothing in any of them, wide, at 380 px and in the dark; each is pictured to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.axe import LOOKS, complaints_in_all_looks, takes_on
from tests.browser.conftest import Watch, take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.held import Held
from tests.browser.replies import LONG, reply
from tests.browser.test_attachments import BILL, LABEL, attaches, file, sent
from tests.browser.test_conversation import SHOWN_WELL
from tests.browser.test_handoff import UNREAD

pytestmark = pytest.mark.browser

DELIVERY = {
    "en": "How long does delivery to Belgium take?",
    "fr": "Quel est le délai de livraison en Belgique ?",
}
NOTHING = {"en": "Zzyzx qwrtp?", "fr": "Zzyzx qwrtp ?"}
THANKS = {"en": "Thank you", "fr": "Merci"}


@dataclass
class Story:
    """Who is in it, and what is held back so that a state lasts."""

    customer: Customer
    agent: Agent
    locale: str
    held: Held = field(init=False)

    def is_answered(self, html: str = "", choices: tuple[str, ...] = ()) -> None:
        """The next question, by a reply that is known."""
        more = {"html": html} if html else {}
        self.customer.page.route(
            "**/messages", lambda route: reply(route, choices=choices, **more), times=1
        )
        self.customer.asks("something")


def closed(story: Story) -> None:
    expect(story.customer.launcher).to_be_visible()


def failed_start(story: Story) -> None:
    story.customer.page.route("**/api/v1/conversations", lambda route: route.abort(), times=1)
    story.customer.launcher.click()
    expect(story.customer.messages("system")).to_be_visible()


def at_the_start(story: Story) -> None:
    story.customer.messages("system").get_by_role("button").click()
    expect(story.customer.choices().first).to_be_visible()


def looking(story: Story) -> None:
    story.held = Held(story.customer.page, "**/messages", once=True)
    story.customer.box.fill(PASSWORD[story.locale])
    story.customer.box.press("Enter")
    expect(story.customer.frame.locator(".thinking")).to_be_visible()


def answered(story: Story) -> None:
    story.held.taken().continue_()
    expect(story.customer.sources().first).to_be_visible()


def asked_why(story: Story) -> None:
    story.customer.button(story.customer.words.unhelpful).click()
    expect(story.customer.frame.locator(".why")).to_be_visible()


def choices_as_buttons(story: Story) -> None:
    story.is_answered(choices=("Delivery", "Returns"))
    expect(story.customer.choices()).to_have_count(2)


def nothing_found(story: Story) -> None:
    story.customer.asks(NOTHING[story.locale])
    expect(story.customer.choices().last).to_be_visible()


def lists_tables_and_code(story: Story) -> None:
    story.is_answered(SHOWN_WELL)
    expect(story.customer.last_reply.locator("table")).to_be_visible()


def folded(story: Story) -> None:
    story.is_answered(LONG)
    expect(story.customer.last_reply.locator("[data-folded=yes]")).to_be_visible()


def unfolded(story: Story) -> None:
    story.customer.last_reply.locator("[aria-expanded]").click()
    expect(story.customer.last_reply.locator("[data-folded=no]")).to_be_visible()


def too_long(story: Story) -> None:
    story.customer.box.fill("x" * 4001)


def article(story: Story) -> None:
    story.customer.box.fill("")
    story.customer.frame.locator(".sources a").first.click()
    expect(story.customer.panel.locator("mark").first).to_be_visible()


def topics(story: Story) -> None:
    story.customer.goes_back()
    story.customer.opens_the_help_center()
    story.customer.panel.locator("summary").first.click()


def found(story: Story) -> None:
    story.customer.panel.get_by_role("searchbox").fill("cadeau" if story.locale == "fr" else "gift")
    expect(story.customer.panel.locator(".shown > .choice")).to_be_visible()


def found_nothing(story: Story) -> None:
    story.customer.panel.get_by_role("searchbox").fill("zzzqqq")
    expect(story.customer.panel.locator(".shown .rows button")).to_have_count(0)
    expect(story.customer.panel.locator(".choice")).to_be_visible()


def several_conversations(story: Story) -> None:
    story.customer.goes_back()
    story.customer.opens_the_menu()
    story.customer.panel.get_by_role("button", name=story.customer.words.anew).click()
    expect(story.customer.messages("customer")).to_have_count(0)
    expect(story.customer.messages("assistant")).to_have_count(1)
    story.customer.asks(DELIVERY[story.locale])
    story.customer.opens_the_menu()
    expect(story.customer.panel.locator(".rows").last.get_by_role("button")).to_have_count(2)


def a_link_to_elsewhere(story: Story) -> None:
    story.customer.panel.locator(".rows").first.get_by_role("button").nth(1).click()
    expect(story.customer.panel.locator("#link")).to_be_visible()


def delete_my_data(story: Story) -> None:
    story.customer.panel.locator(".rows").first.get_by_role("button").last.click()
    expect(story.customer.panel.locator(".danger")).to_be_visible()


def offline(story: Story) -> None:
    story.customer.panel.locator(".plain").last.click()
    story.customer.goes_back()
    story.customer.page.route("**/messages", lambda route: route.abort(), times=1)
    story.customer.box.fill(PASSWORD[story.locale])
    story.customer.box.press("Enter")
    expect(story.customer.frame.locator(".failure")).to_be_visible()


def survey(story: Story) -> None:
    story.customer.frame.locator(".failure button").click()
    expect(story.customer.frame.locator(".failure")).to_have_count(0)
    story.customer.asks(THANKS[story.locale])
    expect(story.customer.frame.locator("#survey .point")).to_have_count(5)


def survey_of_effort(story: Story) -> None:
    story.customer.frame.locator("#survey .point").last.click()
    expect(story.customer.frame.locator("#survey .point")).to_have_count(7)


def survey_goes_on(story: Story) -> None:
    story.customer.frame.locator("#survey .point").last.click()
    expect(story.customer.frame.locator("#survey .point")).to_have_count(15)
    story.customer.frame.locator("#survey .point").first.click()


def survey_thanks(story: Story) -> None:
    story.customer.frame.locator("#survey form > button").click()
    expect(story.customer.frame.locator("#survey").get_by_role("status")).to_be_visible()


def waiting(story: Story) -> None:
    story.customer.calls_a_person()
    expect(story.customer.email_field).to_be_visible()


def wrong_address(story: Story) -> None:
    story.customer.leaves_email("anna@customer")
    expect(story.customer.email_field).to_have_attribute("aria-invalid", "true")


def address_left(story: Story) -> None:
    story.customer.leaves_email("anna@customer.example")
    expect(story.customer.email_field).to_be_hidden()


def files_sent(story: Story) -> None:
    attaches(story.customer, LABEL, BILL)
    expect(sent(story.customer).locator("img")).to_be_visible()
    expect(sent(story.customer).locator(".plain-file, .file")).to_have_count(2)


def file_refused(story: Story) -> None:
    attaches(story.customer, file("notes.txt", "text/plain", b"words"))
    expect(story.customer.messages("system").last).to_contain_text("notes.txt")


def a_person_writes(story: Story) -> None:
    story.agent.page.goto(story.customer.case_in_the_console())
    story.agent.box.fill("Let me see")
    expect(story.customer.frame.locator("#transcript > .thinking")).to_be_visible()


def with_a_person(story: Story) -> None:
    story.agent.answers("Here it **is**.")
    expect(story.customer.messages("agent")).to_have_count(1)


def unread_under_an_article(story: Story) -> None:
    story.customer.opens_the_help_center()
    story.agent.answers("And this, too.")
    expect(story.customer.frame.locator("#news button")).to_be_visible()


def closed_with_news(story: Story) -> None:
    story.customer.frame.locator("#news button").click()
    expect(story.customer.panel).to_have_count(0)
    story.customer.launcher_while_open.click()
    story.agent.answers("Anything else?")
    expect(story.customer.page.get_by_role("button", name=UNREAD[story.locale])).to_be_visible()


def resolved(story: Story) -> None:
    story.customer.page.get_by_role("button", name=UNREAD[story.locale]).click()
    story.agent.resolves()
    expect(story.customer.person_button).to_be_visible()


STATES: tuple[Callable[[Story], None], ...] = (
    closed,
    failed_start,
    at_the_start,
    looking,
    answered,
    asked_why,
    choices_as_buttons,
    nothing_found,
    lists_tables_and_code,
    folded,
    unfolded,
    too_long,
    article,
    topics,
    found,
    found_nothing,
    several_conversations,
    a_link_to_elsewhere,
    delete_my_data,
    offline,
    survey,
    survey_of_effort,
    survey_goes_on,
    survey_thanks,
    waiting,
    wrong_address,
    address_left,
    files_sent,
    file_refused,
    a_person_writes,
    with_a_person,
    unread_under_an_article,
    closed_with_news,
    resolved,
)


@IN_BOTH_LANGUAGES
def test_axe_finds_nothing_in_any_state(
    customer: Customer, agent: Agent, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    story = Story(customer, agent, locale)
    customer.visits_the_shop(locale)
    wrong = {}
    for number, state in enumerate(STATES):
        state(story)
        if complained := complaints_in_all_looks(customer):
            wrong[state.__name__] = complained
        for look in LOOKS:
            takes_on(customer, look)
            take_picture(customer.page, f"state-{locale}-{look}-{number:02}-{state.__name__}")
        takes_on(customer, "wide")
    assert wrong == {}
