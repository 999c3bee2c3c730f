"""A lead writes a reply once; an agent inserts it, and an article, without leaving the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import take_picture
from tests.browser.customer import Customer
from tests.browser.test_accessibility import FITS
from tests.browser.test_console import DEVICES, asks_for_a_person

pytestmark = pytest.mark.browser


def writes_canned(page: Page, title: str) -> None:
    page.goto("/console/canned")
    form = page.locator("form[action='/console/canned']")
    form.locator("[name=title]").fill(title)
    form.locator("[name=text-en]").fill("Hello {customer_name}, I am {agent_name}: welcome!")
    form.locator("[name=text-fr]").fill("Bonjour {customer_name}, ici {agent_name} : bienvenue !")
    form.locator("button").click()
    expect(page.get_by_role("status")).to_be_visible()


def deletes_all_canned(page: Page) -> None:
    page.goto("/console/canned")
    while left := page.locator("form[action$=drop]").count():
        page.locator("main details summary").first.click()
        page.locator("form[action$=drop] button").first.click()
        expect(page.locator("form[action$=drop]")).to_have_count(left - 1)


def test_a_reply_and_an_article_are_inserted_by_keyboard(
    customer: Customer, new_agent: Callable[..., Agent]
) -> None:
    lea, noor = new_agent("lea").page, new_agent("noor")
    writes_canned(lea, "Welcome")
    asks_for_a_person(customer, "Can you deliver to a lighthouse near Ostend?")
    noor.page.goto(customer.case_in_the_console())
    keyboard = noor.page.keyboard
    noor.box.focus()
    keyboard.type("/")
    dialog = noor.page.get_by_role("dialog", name="Insert into the reply")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    keyboard.type("welcome")
    expect(dialog.get_by_role("button", name="Welcome")).to_have_count(1)
    take_picture(noor.page, "inserting")
    assert complaints(noor.page) == []
    keyboard.press("Enter")
    expect(noor.box).to_have_value("Hello, I am noor: welcome!")
    expect(noor.box).to_be_focused()
    keyboard.type(" 1/2\n/")
    with noor.page.expect_response(lambda answer: answer.url.endswith("q=password")):
        keyboard.type("password")
    found = dialog.get_by_role("button", name="Reset your password Link to the article")
    expect(found).to_be_visible()
    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    expect(dialog.locator("button:focus")).to_contain_text("The passage, with its link")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    expect(noor.box).to_have_value(re.compile(r"^Hello, I am noor: welcome! 1/2\n\[Reset"))
    noor.presses("Send")
    expect(customer.messages("agent").last).to_contain_text("Hello, I am noor: welcome!")
    expect(customer.messages("agent").last.get_by_role("link")).to_have_count(1)
    keyboard.press("Escape")
    deletes_all_canned(lea)


@DEVICES
def test_axe_finds_nothing_where_replies_are_written(
    new_agent: Callable[..., Agent], device: dict[str, Any]
) -> None:
    page = new_agent("lea", **device).page
    writes_canned(page, "Welcome")
    page.locator("main details summary").first.click()
    assert complaints(page) == []
    assert page.evaluate(FITS)
    name = f"{device['width']}-{device.get('color_scheme', device.get('locale', ''))}"
    take_picture(page, f"console-canned-{name}", whole=True)
    deletes_all_canned(page)
