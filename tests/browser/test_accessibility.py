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
def test_the_help_center(new_customer: Callable[..., Customer], device: dict[str, Any]) -> None:
    page = new_customer(**device).page
    for path in ("/help/en", "/help/fr/remboursements", "/help/en?q=gift", "/help/fr?q=zzzqqq"):
        page.goto(path)
        assert complaints(page) == [], path


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
    customer.box.fill("")
    customer.calls_a_person()
    expect(customer.email_field).to_be_visible()
    assert complaints_inside(customer) == []


@DEVICES
def test_what_lies_over_the_conversation(
    new_customer: Callable[..., Customer], device: dict[str, Any]
) -> None:
    customer = new_customer(**device)
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("How do I reset my password?")
    customer.sources().first.click()
    expect(customer.panel.locator("mark").first).to_be_visible()
    assert complaints_inside(customer) == []
    customer.goes_back()
    customer.opens_the_help_center()
    customer.panel.locator("summary").first.click()
    assert complaints_inside(customer) == []
    customer.panel.get_by_role("searchbox").fill("refund")
    expect(customer.panel.get_by_role("status")).to_contain_text("found")
    assert complaints_inside(customer) == []
    customer.goes_back()
    customer.opens_the_menu()
    customer.panel.get_by_role("button", name="Continue on another device").click()
    expect(customer.panel.get_by_label("Open this link")).to_be_visible()
    assert complaints_inside(customer) == []
    customer.panel.get_by_role("button", name="Delete my data").click()
    assert complaints_inside(customer) == []


@DEVICES
def test_the_opinions_that_are_asked_for(
    new_customer: Callable[..., Customer], device: dict[str, Any]
) -> None:
    customer = new_customer(**device)
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("How do I reset my password?")
    customer.button(customer.words.unhelpful).click()
    expect(customer.frame.locator(".why")).to_be_visible()
    assert complaints_inside(customer) == []
    customer.asks("Thank you")
    survey = customer.frame.locator("#survey")
    expect(survey).to_be_visible()
    assert complaints_inside(customer) == []
    survey.get_by_role("button", name="5 of 5").click()
    survey.get_by_role("button", name="6 of 7").click()
    expect(survey.get_by_role("textbox")).to_be_visible()
    assert complaints_inside(customer) == []


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("width", [380, 320], ids=["phone", "zoomed to 400 %"])
def test_nothing_is_cut_on_a_phone(
    new_customer: Callable[..., Customer], locale: str, width: int
) -> None:
    # 320 px are what a window of 1280 px has left at 400 % (WCAG 2.2, 1.4.10).
    customer = new_customer(width=width, height=740)
    customer.visits_the_shop(locale)
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert customer.page.evaluate(fits)
    customer.opens_help()
    assert customer.inside(fits)
    customer.opens_the_menu()
    assert customer.inside(fits)
    assert customer.inside("document.querySelector('.body').scrollWidth <= innerWidth")
    customer.page.goto(f"/help/{locale}")
    assert customer.page.evaluate(fits)


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
