"""axe finds nothing to complain about, on a desk and on a phone, in light and in dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.customer import Customer

pytestmark = pytest.mark.browser

DEVICES = pytest.mark.parametrize(
    "device",
    [
        pytest.param({"width": 1280}, id="1280"),
        pytest.param({"width": 380, "height": 740, "has_touch": True}, id="380"),
        pytest.param({"width": 1280, "color_scheme": "dark"}, id="dark"),
    ],
)


@DEVICES
def test_the_shop_page(new_customer: Callable[..., Customer], device: dict[str, Any]) -> None:
    customer = new_customer(**device)
    customer.visits_the_shop()
    expect(customer.launcher).to_be_visible()
    assert complaints(customer.page) == []


@DEVICES
def test_the_widget_in_each_of_its_states(
    new_customer: Callable[..., Customer], device: dict[str, Any]
) -> None:
    customer = new_customer(**device)
    customer.visits_the_shop()
    customer.opens_help()
    assert complaints(customer.page) + complaints_inside(customer) == []
    customer.asks("How long does delivery to Belgium take?")
    assert complaints_inside(customer) == []
    customer.box.fill("x" * 4001)
    assert complaints_inside(customer) == []
    customer.frame.get_by_role("button", name="New conversation").click()
    assert complaints_inside(customer) == []
    customer.frame.get_by_role("button", name="Stay here").click()
    customer.calls_a_person()
    expect(customer.email_field).to_be_visible()
    assert complaints_inside(customer) == []


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_nothing_is_cut_on_a_phone(new_customer: Callable[..., Customer], locale: str) -> None:
    customer = new_customer(width=380, height=740)
    customer.visits_the_shop(locale)
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert customer.page.evaluate(width)
    customer.opens_help()
    assert customer.inside(width)


def test_finished_sentences_are_told_politely(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    log = customer.frame.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    customer.asks("How do I reset my password?")
    expect(log).to_contain_text("30 minutes")


def complaints(page: Page | Frame) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def complaints_inside(customer: Customer) -> list[str]:
    frame = customer.page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    return complaints(frame)
