"""From a number to the conversations that it counts, and to one of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.customer import Customer
from tests.browser.test_accessibility import FITS
from tests.browser.test_console import DEVICES

pytestmark = pytest.mark.browser


def test_a_number_leads_to_its_conversations(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    question = "Can I return a gift that I never unpacked?"
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks(question)
    page = new_agent("camille").page
    page.get_by_role("link", name="Insights").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Insights")
    everything = page.get_by_role("link", name=re.compile("began in this period"))
    count = everything.inner_text()
    everything.click()
    rows = page.locator("tbody tr")
    number = 1 if count.startswith("One") else int(re.findall(r"\d+", count)[0])
    expect(rows).to_have_count(min(number, 50))
    page.get_by_role("link", name=question).click()
    expect(page.locator(".messages")).to_contain_text(question)
    page.go_back()
    page.locator("tbody tr").filter(has_text=question).get_by_label("Effort").click()
    expect(page.locator(".scores")).to_contain_text(question)
    expect(page.locator(".scores")).to_contain_text("nothing has been answered yet")
    page.get_by_role("link", name="← Insights").click()
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("language=fr"))
    expect(everything).not_to_have_text(count)


@DEVICES
def test_axe_finds_nothing_in_the_insights(
    customer: Customer, new_agent: Callable[..., Agent], device: dict[str, Any]
) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("How long is the warranty on a lamp?")
    page = new_agent("camille", **device).page
    for path in (
        "",
        "/conversations",
        "/predictions",
        "/themes",
        "/journey",
        "/weekly",
        "/drivers",
        "/use",
        "/customers",
        "?since=2020-01-01",
    ):
        page.goto(f"/console/insights{path}")
        assert complaints(page) == [], path
        assert page.evaluate(FITS), path
