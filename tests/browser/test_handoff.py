"""What the assistant cannot answer goes to a person, and the customer knows what happens next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.replies import LONG, reply

pytestmark = pytest.mark.browser


def test_an_unanswerable_question_ends_with_a_person_and_an_email(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("Will you sponsor our football club?")
    expect(customer.sources()).to_have_count(0)
    customer.chooses("Talk to a person")
    expect(customer.person_area).to_contain_text("Waiting for a person")
    expect(customer.last_reply).to_contain_text("within")
    expect(customer.email_field).to_be_focused()
    customer.leaves_email("anna@customer")
    expect(customer.person_area).to_contain_text("does not look complete")
    customer.leaves_email("anna@customer.example")
    expect(customer.messages("system")).to_contain_text("anna@customer.example")
    expect(customer.email_field).to_be_hidden()
    customer.reloads()
    expect(customer.person_area).to_contain_text("Waiting for a person")
    expect(customer.person_area).to_contain_text("write to you by e-mail")


def test_the_same_in_french(customer: Customer) -> None:
    customer.visits_the_shop("fr")
    customer.opens_help()
    customer.calls_a_person()
    expect(customer.person_area).to_contain_text("Une personne va vous répondre")
    expect(customer.last_reply).to_contain_text("sous")
    customer.leaves_email("anna@client.example")
    expect(customer.messages("system")).to_contain_text("anna@client.example")
    expect(customer.person_area).to_contain_text("Nous vous écrirons aussi par e-mail")


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


def test_a_reply_is_counted_on_the_next_page_too_though_help_stays_closed(
    customer: Customer, agent: Agent
) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("Will you sponsor our fencing club in Lyon?")
    customer.calls_a_person()
    agent.opens_the_case("sponsor our fencing club in Lyon")
    agent.answers("Tell us more.")
    expect(customer.messages("agent")).to_have_count(1)
    customer.launcher_while_open.click()
    customer.reloads()
    expect(customer.launcher).to_be_visible()
    agent.answers("How many are you?")
    unread = customer.page.get_by_role("button", name="Help, unread: 1")
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


@pytest.mark.parametrize(
    ("locale", "unread", "news"),
    [
        ("en", "Close help, unread: 1", "New messages: 1"),
        ("fr", "Fermer l’aide, non lus : 1", "Nouveaux messages : 1"),
    ],
)
def test_a_reply_under_an_article_stays_unread_until_it_is_seen(
    customer: Customer, agent: Agent, locale: str, unread: str, news: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("One moment.")
    expect(customer.messages("agent")).to_have_count(1)
    badge = customer.page.get_by_role("button", name=unread)
    expect(badge).to_have_count(0)
    customer.opens_the_help_center()
    agent.answers("Here it is.")
    expect(badge).to_be_visible()
    expect(customer.button(news)).to_be_visible()
    customer.button(news).click()
    expect(customer.panel).to_have_count(0)
    expect(customer.messages("agent").last).to_be_in_viewport()
    expect(badge).to_have_count(0)
    expect(customer.frame.locator("#news")).to_be_empty()


def test_a_reply_below_the_fold_stays_unread_until_it_is_seen(
    customer: Customer, agent: Agent
) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    for _ in range(2):
        customer.page.route("**/messages", lambda route: reply(route, html=LONG), times=1)
        customer.asks("something")
    customer.calls_a_person()
    expect(customer.email_field).to_be_focused()
    agent.page.goto(customer.case_in_the_console())
    customer.inside("document.getElementById('transcript').scrollTop = 0")
    agent.answers("Here it is.")
    expect(customer.button("New messages: 1")).to_be_visible()
    customer.reloads()
    expect(customer.messages("agent")).to_be_in_viewport()
    expect(customer.frame.locator("#news")).to_be_empty()


def test_a_reply_while_the_customer_looks_at_another_tab_stays_unread(
    customer: Customer, agent: Agent
) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    turned = """(state) => {
      Object.defineProperty(document, "visibilityState", {value: state, configurable: true});
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    customer.inside(f"({turned})('hidden')")
    agent.answers("Here it is.")
    unread = customer.page.get_by_role("button", name="Close help, unread: 1")
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


@pytest.mark.parametrize(
    ("locale", "question", "said"),
    [
        ("en", "Will you sponsor our sailing club in Lyon?", "You are talking with Noor"),
        ("fr", "Sponsorisez-vous notre club de voile à Lyon ?", "Vous parlez avec Noor"),
    ],
)
def test_who_joins_is_named(
    customer: Customer, new_agent: Callable[..., Agent], locale: str, question: str, said: str
) -> None:
    noor = new_agent("noor")
    noor.page.goto("/console/account")
    noor.page.locator("#name").fill("Noor")
    noor.page.locator("#name").press("Enter")
    expect(noor.page.get_by_role("link", name="Noor", exact=True)).to_be_visible()
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


def test_what_is_written_in_one_window_is_seen_in_the_other(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("Will you sponsor our judo club in Lyon?")
    there = Customer(customer.page.context.new_page())
    there.visits_the_shop()
    there.opens_help()
    expect(there.messages("customer")).to_have_count(1)
    customer.asks("How do I reset my password?")
    expect(there.messages("customer")).to_have_count(2)
    expect(there.last_reply).to_contain_text("30 minutes")
    expect(there.messages("assistant")).to_have_count(customer.messages("assistant").count())
