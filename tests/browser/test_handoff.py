"""What the assistant cannot answer goes to a person, and the customer knows what happens next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.browser.agent import Agent
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.replies import LONG, reply

pytestmark = pytest.mark.browser


class Handoff(NamedTuple):
    question: str
    within: str
    incomplete: str
    by_mail: str


HANDOFF = {
    "en": Handoff(
        "Will you sponsor our football club?", "within", "does not look complete",
        "write to you by e-mail",
    ),
    "fr": Handoff(
        "Sponsorisez-vous notre club de football ?", "sous", "semble incomplète",
        "Nous vous écrirons aussi par e-mail",
    ),
}  # fmt: skip


@IN_BOTH_LANGUAGES
def test_an_unanswerable_question_ends_with_a_person_and_an_email(
    customer: Customer, locale: str
) -> None:
    said = HANDOFF[locale]
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(said.question)
    expect(customer.sources()).to_have_count(0)
    customer.chooses(customer.words.person)
    expect(customer.person_area).to_contain_text(customer.words.waiting)
    expect(customer.last_reply).to_contain_text(said.within)
    expect(customer.email_field).to_be_focused()
    customer.leaves_email("anna@customer")
    expect(customer.person_area).to_contain_text(said.incomplete)
    customer.leaves_email("anna@customer.example")
    expect(customer.messages("system")).to_contain_text("anna@customer.example")
    expect(customer.email_field).to_be_hidden()
    customer.reloads()
    expect(customer.person_area).to_contain_text(customer.words.waiting)
    expect(customer.person_area).to_contain_text(said.by_mail)


def test_asking_for_a_person_in_words_is_honoured_at_once(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("I would like to talk to a person")
    expect(customer.person_area).to_contain_text("Waiting for a person")
    expect(customer.person_button).to_be_hidden()


@IN_BOTH_LANGUAGES
def test_the_assistant_is_silent_while_the_customer_waits(customer: Customer, locale: str) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    expect(customer.messages("assistant")).to_have_count(2)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    expect(customer.messages("customer").locator("[data-state=sending]")).to_have_count(0)
    expect(customer.frame.locator("[data-state=sent]")).to_have_count(1)
    expect(customer.messages("assistant")).to_have_count(2)


UNREAD = {"en": "Help, unread: 1", "fr": "Aide, non lus : 1"}
UNREAD_WHILE_OPEN = {"en": "Close help, unread: 1", "fr": "Fermer l’aide, non lus : 1"}
NEWS = {"en": "New messages: 1", "fr": "Nouveaux messages : 1"}


@pytest.mark.parametrize(
    ("locale", "status"),
    [("en", "talking with a person"), ("fr", "Vous parlez avec une personne")],
)
def test_a_persons_reply_appears_live_and_is_counted_while_closed(
    customer: Customer, agent: Agent, locale: str, status: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("We would like to hear more: **Léa** in the showroom is in charge.")
    expect(customer.messages("agent")).to_contain_text(["in the showroom is in charge"])
    expect(customer.person_area).to_contain_text(status)
    customer.launcher_while_open.click()
    agent.answers("She is there until 18:30 today.")
    unread = customer.page.get_by_role("button", name=UNREAD[locale])
    expect(unread).to_be_visible()
    unread.click()
    expect(customer.messages("agent")).to_have_count(2)
    expect(customer.messages("customer")).to_have_count(0)
    expect(customer.launcher_while_open).to_be_visible()


@IN_BOTH_LANGUAGES
def test_a_reply_is_counted_on_the_next_page_too_though_help_stays_closed(
    customer: Customer, agent: Agent, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("Tell us more.")
    expect(customer.messages("agent")).to_have_count(1)
    customer.launcher_while_open.click()
    customer.reloads()
    expect(customer.launcher).to_be_visible()
    agent.answers("How many are you?")
    unread = customer.page.get_by_role("button", name=UNREAD[locale])
    expect(unread).to_be_visible()
    customer.reloads()
    expect(unread).to_be_visible()
    unread.click()
    expect(customer.messages("agent")).to_have_count(2)
    customer.launcher_while_open.click()
    customer.reloads()
    expect(customer.page.locator("iframe")).to_have_count(1)
    expect(customer.messages("agent")).to_have_count(2)
    expect(customer.launcher).to_be_visible()


@IN_BOTH_LANGUAGES
def test_a_reply_under_an_article_stays_unread_until_it_is_seen(
    customer: Customer, agent: Agent, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("One moment.")
    expect(customer.messages("agent")).to_have_count(1)
    badge = customer.page.get_by_role("button", name=UNREAD_WHILE_OPEN[locale])
    expect(badge).to_have_count(0)
    customer.opens_the_help_center()
    agent.answers("Here it is.")
    expect(badge).to_be_visible()
    expect(customer.button(NEWS[locale])).to_be_visible()
    customer.button(NEWS[locale]).click()
    expect(customer.panel).to_have_count(0)
    expect(customer.messages("agent").last).to_be_in_viewport()
    expect(badge).to_have_count(0)
    expect(customer.frame.locator("#news")).to_be_empty()


@IN_BOTH_LANGUAGES
def test_a_reply_below_the_fold_stays_unread_until_it_is_seen(
    customer: Customer, agent: Agent, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    for _ in range(2):
        customer.page.route("**/messages", lambda route: reply(route, html=LONG), times=1)
        customer.asks("something")
    customer.calls_a_person()
    expect(customer.email_field).to_be_focused()
    agent.page.goto(customer.case_in_the_console())
    customer.inside("document.getElementById('transcript').scrollTop = 0")
    agent.answers("Here it is.")
    expect(customer.button(NEWS[locale])).to_be_visible()
    customer.reloads()
    expect(customer.messages("agent")).to_be_in_viewport()
    expect(customer.frame.locator("#news")).to_be_empty()


@IN_BOTH_LANGUAGES
def test_a_reply_while_the_customer_looks_at_another_tab_stays_unread(
    customer: Customer, agent: Agent, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    turned = """(state) => {
      Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    customer.inside(f"({turned})('hidden')")
    agent.answers("Here it is.")
    unread = customer.page.get_by_role("button", name=UNREAD_WHILE_OPEN[locale])
    expect(unread).to_be_visible()
    customer.inside(f"({turned})('visible')")
    expect(unread).to_have_count(0)


@IN_BOTH_LANGUAGES
def test_once_resolved_the_assistant_answers_again(
    customer: Customer, agent: Agent, locale: str
) -> None:
    closed = {"en": "This conversation is closed", "fr": "Cette conversation est close"}
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("Not this year.")
    expect(customer.messages("agent")).to_have_count(1)
    agent.resolves()
    expect(customer.person_area).to_contain_text(closed[locale])
    customer.asks(PASSWORD[locale])
    expect(customer.last_reply).to_contain_text("30 minutes")
    expect(customer.person_button).to_be_visible()


@pytest.fixture
def noor(new_agent: Callable[..., Agent]) -> Iterator[Agent]:
    """With a name of her own; the stories that follow know her by the one before."""
    agent = new_agent("noor")
    is_called(agent.page, "Noor")
    yield agent
    is_called(agent.page, "noor")


def is_called(page: Page, name: str) -> None:
    page.goto("/console/account")
    page.locator("#name").fill(name)
    page.locator("#name").press("Enter")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "question", "said"),
    [
        ("en", "Will you sponsor our sailing club in Lyon?", "You are talking with Noor"),
        ("fr", "Sponsorisez-vous notre club de voile à Lyon ?", "Vous parlez avec Noor"),
    ],
)
def test_who_joins_is_named(
    customer: Customer, noor: Agent, locale: str, question: str, said: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(question)
    customer.calls_a_person()
    noor.page.goto(customer.case_in_the_console())
    noor.answers("With pleasure.")
    expect(customer.person_area).to_contain_text(said)


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "Our team is writing…"), ("fr", "Notre équipe écrit…")]
)
def test_a_person_who_writes_is_seen_writing(
    customer: Customer, agent: Agent, locale: str, said: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.box.fill("Let me see")
    writing = customer.frame.locator("#transcript > .thinking")
    expect(writing).to_contain_text(said)
    agent.box.fill("")
    expect(writing).to_have_count(0)
    agent.answers("Here it is.")
    expect(customer.messages("agent")).to_have_count(1)
    expect(writing).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "question", "answer", "status"),
    [
        ("en", "Do you lend chairs for weddings in Lyon?", "30 chairs", "talking with a person"),
        ("fr", "Prêtez-vous des chaises pour un mariage à Lyon ?", "30 chaises", "une personne"),
    ],
)
def test_a_person_who_steps_in_is_seen_at_once(
    customer: Customer, agent: Agent, locale: str, question: str, answer: str, status: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(question)
    said = customer.messages("assistant").count()
    agent.page.goto(customer.case_in_the_console())
    agent.presses("Take it from the assistant")
    expect(customer.person_area).to_contain_text(status)
    expect(customer.choices()).to_have_count(0)
    agent.answers(answer)
    expect(customer.messages("agent")).to_contain_text([answer])
    customer.box.fill("Merci!")
    customer.box.press("Enter")
    expect(customer.frame.locator("[data-state=sent]")).to_have_count(2)
    expect(customer.messages("assistant")).to_have_count(said)
    expect(customer.messages("customer")).to_have_count(2)


@IN_BOTH_LANGUAGES
def test_what_is_written_in_one_window_is_seen_in_the_other(
    customer: Customer, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(HANDOFF[locale].question)
    there = Customer(customer.page.context.new_page())
    there.visits_the_shop(locale)
    there.opens_help()
    expect(there.messages("customer")).to_have_count(1)
    customer.asks(PASSWORD[locale])
    expect(there.messages("customer")).to_have_count(2)
    expect(there.last_reply).to_contain_text("30 minutes")
    expect(there.messages("assistant")).to_have_count(customer.messages("assistant").count())
