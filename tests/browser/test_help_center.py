"""The help center is whole without scripts, and stands still while it loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, WORDS, Customer

pytestmark = pytest.mark.browser

SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach(({value}) => (sum += value)))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 200);
})"""


PATHS = {
    "en": ["/help/en", "/help/en/refunds", "/help/en?q=gift", "/?locale=en"],
    "fr": ["/help/fr", "/help/fr/remboursements", "/help/fr?q=zzzqqq", "/?locale=fr"],
}


@IN_BOTH_LANGUAGES
@pytest.mark.parametrize("width", [1280, 380])
def test_nothing_moves_while_a_page_loads(
    new_customer: Callable[..., Customer], locale: str, width: int
) -> None:
    page = new_customer(width=width, reduced_motion="no-preference").page
    for path in PATHS[locale]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate(SHIFTS) == 0, path


ARTICLE = {"en": "/help/en/refunds", "fr": "/help/fr/remboursements"}
LEFT_OUT = (".masthead nav", ".search", ".trail", ".contents", ".helped", ".related", ".ask")


@IN_BOTH_LANGUAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_printed_article_is_the_article_alone(
    customer: Customer, locale: str, scheme: Literal["light", "dark"]
) -> None:
    page = customer.page
    customer.words = WORDS[locale]
    page.goto(ARTICLE[locale])
    expect(customer.launcher).to_be_visible()
    for part in LEFT_OUT:
        expect(page.locator(part).first).to_be_visible()
    page.emulate_media(media="print", color_scheme=scheme)
    for part in LEFT_OUT:
        expect(page.locator(part).first).to_be_hidden()
    expect(customer.launcher).to_be_hidden()
    for part in ("h1", "article > h2", "article > p", ".about time"):
        expect(page.locator(part).first).to_be_visible()
    # Black on white, whatever the screen's colours are.
    assert complaints(page) == []
    colours = "(one) => [getComputedStyle(one).color, getComputedStyle(document.body).background]"
    ink, paper = page.locator("article > p").first.evaluate(colours)
    assert ink == "rgb(0, 0, 0)"
    assert paper.startswith("rgb(255, 255, 255)")
    take_picture(page, f"printed-{locale}-{scheme}", whole=True)


SEARCHED = {
    "en": ["How do I return an item?", "delivery to Belgium", "gift card"],
    "fr": ["Comment retourner un article ?", "livraison en Belgique", "carte cadeau"],
}


@IN_BOTH_LANGUAGES
def test_its_search_ranks_as_the_assistant_does(
    new_agent: Callable[..., Agent], locale: str
) -> None:
    page = new_agent("wim").page
    for words in SEARCHED[locale]:
        page.goto(f"/console/playground?q={quote(words)}&language={locale}")
        ranked = page.locator(".turn > summary > span:first-child").all_inner_texts()
        asked = {"q": words, "locale": locale, "limit": len(ranked)}
        told = page.request.get("/api/v1/search", params=asked).json()["results"]
        found = [each["title"] for each in told]
        # Of what the assistant weighs, a search leaves out what is not about it at all.
        assert found == [title for title in ranked if title in found]
        assert found[0] == ranked[0]
        assert len(found) > 1
        page.goto(f"/help/{locale}?q={quote(words)}")
        assert page.locator(".results > li > a").all_inner_texts()[: len(found)] == found


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
