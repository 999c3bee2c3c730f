"""The help center is whole without scripts, and stands still while it loads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.customer import Customer

pytestmark = pytest.mark.browser

SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({value}) => (sum += value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 200);
})"""


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.parametrize(
    "path",
    [
        "/help/en",
        "/help/fr/remboursements",
        "/help/en?q=gift",
        "/help/fr?q=zzzqqq",
        "/?locale=en",
        "/?locale=fr",
    ],
)
def test_nothing_moves_while_a_page_loads(
    new_customer: Callable[..., Customer], path: str, width: int
) -> None:
    page = new_customer(width=width, reduced_motion="no-preference").page
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize(
    ("locale", "words", "title", "yes", "thanks"),
    [
        ("en", "refund", "Refunds", "Yes", "Thank you"),
        ("fr", "remboursement", "Remboursements", "Oui", "Merci"),
    ],
)
def test_it_is_searched_read_and_rated_without_scripts(
    new_customer: Callable[..., Customer],
    locale: str,
    words: str,
    title: str,
    yes: str,
    thanks: str,
) -> None:
    page = new_customer(java_script_enabled=False).page
    page.goto(f"/help/{locale}")
    page.get_by_role("searchbox").first.fill(words)
    page.get_by_role("searchbox").first.press("Enter")
    page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("footer.about time")).to_be_visible()
    page.get_by_role("button", name=yes, exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(thanks)
