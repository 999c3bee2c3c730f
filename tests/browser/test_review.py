"""A lead reviews what the assistant answered by itself, with the reasons at hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import take_picture
from tests.browser.customer import PASSWORD, Customer
from tests.browser.test_accessibility import FITS
from tests.browser.test_console import DEVICES

pytestmark = pytest.mark.browser


@DEVICES
def test_an_answer_is_reviewed_with_its_reasons(
    customer: Customer, new_agent: Callable[..., Agent], device: dict[str, Any]
) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks(PASSWORD["en"])
    page = new_agent("lea", **device).page
    page.goto("/console/review?pick=random")
    answer = page.locator("article", has_text=PASSWORD["en"]).first
    expect(answer.locator(".said")).to_contain_text("30 minutes")
    answer.locator("summary").first.click()
    expect(answer.locator(".passage").first).to_be_visible()
    assert complaints(page) == []
    assert page.evaluate(FITS)
    name = f"{device['width']}-{device.get('color_scheme', device.get('locale', ''))}"
    take_picture(page, f"console-review-{name}", whole=True)
    marking = answer.locator("form").first.get_attribute("action")
    answer.locator("button[value=right]").click()
    expect(page.locator(f"form[action='{marking}']")).to_have_count(0)
    expect(page.locator(".figures")).to_be_visible()
