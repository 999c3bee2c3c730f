"""Everything can be done by keyboard alone, and focus is where the customer expects it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer

pytestmark = pytest.mark.browser


@IN_BOTH_LANGUAGES
def test_asks_and_leaves_by_keyboard_alone(customer: Customer, locale: str) -> None:
    customer.visits_the_shop(locale)
    keys = customer.page.keyboard
    tab_to(customer, customer.words.launcher)
    keys.press("Enter")
    expect(customer.box).to_be_focused()
    begun, ended = PASSWORD[locale].split(" ", 3)[:3], PASSWORD[locale].split(" ", 3)[3]
    keys.type(" ".join(begun))
    keys.press("Shift+Enter")
    keys.type(ended)
    expect(customer.box).to_have_value(" ".join(begun) + "\n" + ended)
    keys.press("Enter")
    customer.waits_for_reply(after=1)
    expect(customer.box).to_be_focused()
    expect(customer.box).to_have_value("")
    keys.press("Escape")
    expect(customer.page.locator("iframe")).to_be_hidden()
    expect(customer.launcher).to_be_focused()


@IN_BOTH_LANGUAGES
def test_the_source_and_the_person_are_a_few_tabs_away(customer: Customer, locale: str) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    keys = customer.page.keyboard
    keys.press("Shift+Tab")
    expect(customer.person_button).to_be_focused()
    # The suggested questions, then the thumbs and the copy under the answer.
    for _ in range(customer.choices().count() + 3 + customer.sources().count()):
        keys.press("Shift+Tab")
    expect(customer.sources().first).to_be_focused()
    keys.press("Enter")
    expect(customer.panel.get_by_role("heading", level=2)).to_be_focused()
    keys.press("Escape")
    expect(customer.panel).to_have_count(0)
    expect(customer.sources().first).to_be_focused()


@IN_BOTH_LANGUAGES
def test_a_sheet_over_the_page_holds_the_focus(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer(width=380, height=740)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.frame.get_by_role("button", name=customer.words.close).focus()
    customer.page.keyboard.press("Tab")
    customer.box.focus()
    customer.page.keyboard.press("Tab")
    customer.page.keyboard.press("Tab")
    assert (
        customer.page.evaluate("document.activeElement.shadowRoot?.activeElement?.tagName")
        == "IFRAME"
    )
    expect(customer.button(customer.words.library)).to_be_focused()


def test_nothing_empty_and_nothing_too_long_is_sent(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.box.fill("   \n ")
    customer.box.press("Enter")
    customer.box.fill("x" * 4001)
    expect(customer.frame.locator("#count")).to_contain_text("4,001")
    expect(customer.box).to_have_attribute("aria-invalid", "true")
    customer.box.press("Enter")
    expect(customer.messages("customer")).to_have_count(0)
    customer.box.fill("x" * 3999)
    expect(customer.frame.locator("#count")).to_have_text("Characters left: 1")


def test_enter_that_only_chooses_a_word_sends_nothing(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.box.fill("にほん")
    customer.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(customer.messages("customer")).to_have_count(0)
    expect(customer.box).to_have_value("にほん")


def tab_to(customer: Customer, name: str) -> None:
    """Press Tab until the page's own focus is on the button of that name."""
    for _ in range(60):
        customer.page.keyboard.press("Tab")
        if (
            customer.page.evaluate("document.activeElement.shadowRoot?.activeElement?.ariaLabel")
            == name
        ):
            return
    pytest.fail(f"60 tabs did not reach {name!r}")


@IN_BOTH_LANGUAGES
def test_a_person_is_one_step_away_from_whatever_lies_over_the_conversation(
    customer: Customer, locale: str
) -> None:
    waits = {"en": "Waiting for a person", "fr": "Une personne va vous répondre"}
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.opens_the_menu()
    expect(customer.person_button).to_be_visible()
    customer.opens_the_help_center()
    expect(customer.person_button).to_be_visible()
    customer.person_button.press("Enter")
    expect(customer.panel).to_have_count(0)
    expect(customer.email_field).to_be_focused()
    customer.opens_the_menu()
    expect(customer.person_area).to_contain_text(waits[locale])
    expect(customer.email_field).to_be_hidden()
