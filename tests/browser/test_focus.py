"""Whoever goes by keyboard is never thrown back to the beginning: focus stays, or goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.conftest import Watch
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.replies import LONG, reply

pytestmark = pytest.mark.browser

THANKS = {"en": "Thank you", "fr": "Merci"}


@IN_BOTH_LANGUAGES
def test_each_answer_to_the_survey_leads_to_the_next_question(
    customer: Customer, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.asks(THANKS[locale])
    survey = customer.frame.locator("#survey")
    for points in (5, 7):
        expect(survey.locator(".point")).to_have_count(points)
        survey.locator(".point").last.press("Enter")
        expect(survey.locator("h2")).to_be_focused()
    expect(survey.locator(".point")).to_have_count(15)
    survey.locator("form > button").press("Enter")
    expect(survey.get_by_role("status")).to_be_focused()


@IN_BOTH_LANGUAGES
def test_who_wants_no_survey_goes_on_writing(customer: Customer, locale: str) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.asks(THANKS[locale])
    customer.frame.locator("#survey > .link").press("Enter")
    expect(customer.frame.locator("#survey")).to_have_count(0)
    expect(customer.box).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "more", "less"),
    [("en", "Show all", "Show less"), ("fr", "Tout afficher", "Réduire")],
)
def test_what_unfolds_a_long_answer_folds_it_again(
    customer: Customer, locale: str, more: str, less: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", lambda route: reply(route, html=LONG), times=1)
    customer.asks("something")
    folded = customer.last_reply.locator("[data-folded=yes]")
    expect(customer.button(more)).to_have_attribute("aria-expanded", "false")
    customer.button(more).press("Enter")
    expect(folded).to_have_count(0)
    expect(customer.button(less)).to_be_focused()
    expect(customer.button(less)).to_have_attribute("aria-expanded", "true")
    customer.button(less).press("Enter")
    expect(folded).to_have_count(1)
    expect(customer.button(more)).to_be_focused()


@IN_BOTH_LANGUAGES
def test_who_tries_a_message_again_goes_on_writing(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.abort(), times=1)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    customer.frame.locator(".failure .link").press("Enter")
    expect(customer.box).to_be_focused()
    customer.waits_for_reply(after=1)


@IN_BOTH_LANGUAGES
def test_a_person_who_joins_while_an_address_is_written_takes_no_focus_away(
    customer: Customer, agent: Agent, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    customer.email_field.press_sequentially("anna@")
    agent.page.goto(customer.case_in_the_console())
    agent.answers("Here I am.")
    expect(customer.email_field).to_have_count(0)
    expect(customer.box).to_be_focused()
