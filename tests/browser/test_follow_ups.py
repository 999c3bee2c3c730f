"""From a bad rating to a person who comes back, and to what the customer says then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.axe import (
    complaints,
    complaints_in_all_looks,
    takes_on,
)
from tests.browser.conftest import take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.test_accessibility import FITS
from tests.browser.test_console import DEVICES

pytestmark = pytest.mark.browser

WORDS = {
    "en": ("Thank you", "1 of 5", "Did that help?", "Yes"),
    "fr": ("Merci", "1 sur 5", "Cela vous a-t-il aidé ?", "Oui"),
}


def rates_low(customer: Customer, locale: str) -> str:
    """Where the case is."""
    thanks, one, _, _ = WORDS[locale]
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.asks(thanks)
    with customer.page.expect_response("**/survey"):
        customer.frame.locator("#survey").get_by_role("button", name=one).click()
    return customer.case_in_the_console()


@IN_BOTH_LANGUAGES
def test_a_bad_rating_leads_to_a_call_and_the_call_to_a_second_answer(
    customer: Customer, new_agent: Callable[..., Agent], locale: str
) -> None:
    case = rates_low(customer, locale)
    page = new_agent().page
    page.goto(case)
    page.get_by_role("link", name="Somebody goes back to this customer").click()
    expect(page.locator(".file")).to_contain_text("1 of 5")
    page.get_by_role("button", name="I call back").click()
    expect(page.locator(".status")).to_contain_text("calls back")
    page.get_by_label("What was done").fill("Called; the mail had gone to another address.")
    page.get_by_role("button", name="Done: ask the customer").click()
    expect(page.locator(".status")).to_contain_text("Customer is asked")
    here = page.url
    _, _, question, yes = WORDS[locale]
    customer.visits_the_shop(locale)
    survey = customer.frame.locator("#survey")
    expect(survey).to_contain_text(question)
    assert complaints_in_all_looks(customer) == {}
    takes_on(customer, "380")
    assert survey.evaluate("element => element.scrollWidth <= element.clientWidth")
    take_picture(customer.page, f"follow-up-card-380-{locale}")
    survey.get_by_role("textbox").fill("Quick.")
    with customer.page.expect_request("**/follow-up") as told:
        survey.get_by_role("button", name=yes, exact=True).click()
    assert told.value.post_data_json == {"helped": True, "comment": "Quick."}
    expect(survey.get_by_role("status")).to_be_visible()
    page.goto(here)
    expect(page.locator(".status")).to_contain_text("It helped")
    expect(page.locator("blockquote")).to_have_text("Quick.")
    page.goto("/console/follow-ups?view=answered")
    expect(page.locator(".queue").get_by_role("link", name=PASSWORD[locale]).first).to_be_visible()


@IN_BOTH_LANGUAGES
def test_the_link_brings_a_customer_back_who_is_gone(
    customer: Customer, new_customer: Callable[..., Customer], agent: Agent, locale: str
) -> None:
    _, _, question, _ = WORDS[locale]
    no, thanks = {"en": ("No", "Thank you"), "fr": ("Non", "Merci")}[locale]
    case = rates_low(customer, locale)
    page = agent.page
    page.goto(case)
    page.get_by_role("link", name="Somebody goes back to this customer").click()
    page.get_by_label("What was done").fill("Wrote an e-mail.")
    page.get_by_role("button", name="Done: ask the customer").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.locator(".suggestion code").inner_text()
    elsewhere = new_customer(width=380).page
    elsewhere.goto(link)
    survey = elsewhere.locator("#survey")
    expect(survey).to_contain_text(question)
    assert complaints(elsewhere) == []
    take_picture(elsewhere, f"follow-up-question-380-{locale}")
    survey.get_by_role("button", name=no, exact=True).click()
    expect(survey).to_contain_text(thanks)
    page.goto("/console/follow-ups")
    page.locator(".queue a").filter(has_text="It did not help").first.click()
    expect(page.get_by_role("button", name="I call back")).to_be_visible()


@DEVICES
def test_axe_finds_nothing_in_the_follow_ups(
    customer: Customer, new_agent: Callable[..., Agent], device: dict[str, Any]
) -> None:
    rates_low(customer, "fr")
    page = new_agent("lea", **device).page
    paths = ["/console/follow-ups", "/console/follow-ups?view=dropped", "/console/follow-ups/rules"]
    page.goto(paths[0])
    paths.append(str(page.locator(".queue a").last.get_attribute("href")))
    for path in paths:
        page.goto(path)
        assert complaints(page) == [], path
        assert page.evaluate(FITS), path
        take_picture(page, f"{path}-{device.get('width', 1280)}", whole=True)
