"""Customers read the help center inside the widget, see what was quoted, and go on asking."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Watch
from tests.browser.customer import IN_BOTH_LANGUAGES, Customer

pytestmark = pytest.mark.browser


CITED = """
fetch(`api/v1/conversations/${kept().id}`, {headers: {Authorization: `Bearer ${kept().token}`}})
  .then((answer) => answer.json())
  .then(({messages}) => messages.at(-1).citations[0].quote)
"""


@pytest.mark.parametrize(
    ("locale", "question"),
    [
        ("en", "When do I get my money back?"),
        ("fr", "Comment réinitialiser mon mot de passe ?"),
    ],
)
def test_a_source_opens_inside_with_the_quoted_sentence_marked(
    customer: Customer, locale: str, question: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(question)
    quote = customer.inside(CITED.replace("kept()", "JSON.parse(localStorage['help-assistant'])"))
    customer.sources().first.click()
    expect(customer.panel.locator("mark").first).to_be_in_viewport()
    marked = "".join(customer.panel.locator("mark").all_inner_texts())
    assert "".join(marked.split()) == "".join(quote.split())
    customer.goes_back()
    expect(customer.panel).to_have_count(0)
    expect(customer.sources().first).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "typed", "found", "title", "question"),
    [
        (
            "en",
            "gift car",
            "Articles found",
            "Buy a gift card",
            "How long is a gift card valid?",
        ),
        (
            "fr",
            "carte cad",
            "Articles trouvés",
            "Acheter une carte cadeau",
            "Combien de temps une carte cadeau est-elle valable ?",
        ),
    ],
)
def test_search_finds_while_typing_and_the_article_goes_on_to_a_question(
    customer: Customer, locale: str, typed: str, found: str, title: str, question: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.opens_the_help_center()
    customer.panel.get_by_role("searchbox").press_sequentially(typed, delay=10)
    expect(customer.panel.get_by_role("status")).to_contain_text(found)
    # By its title: another article's excerpt may name it, too.
    customer.panel.locator(".name").get_by_text(title, exact=True).click()
    expect(customer.panel.get_by_role("heading", level=2)).to_have_text(title)
    expect(customer.panel.get_by_role("heading", level=3).first).to_be_visible()
    customer.asks(question)
    expect(customer.panel).to_have_count(0)
    expect(customer.last_reply).to_contain_text("24 m")


TYPED = {
    "en": ("refund", "gift card", "Buy a gift card", "Ask the assistant"),
    "fr": ("retour", "carte cadeau", "Acheter une carte cadeau", "Demander à l’assistant"),
}


@IN_BOTH_LANGUAGES
def test_what_was_typed_last_stays_however_late_an_earlier_search_comes_back(
    customer: Customer, locale: str
) -> None:
    early, words, title, ask = TYPED[locale]
    late: list[Route] = []
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.opens_the_help_center()
    of_the_early = f"**/search?q={early}&**"
    customer.page.route(of_the_early, lambda route: late.append(route))
    with customer.page.expect_request(of_the_early):
        customer.panel.get_by_role("searchbox").fill(early)
    customer.panel.get_by_role("searchbox").fill(words)
    found = customer.panel.locator(".name").get_by_text(title, exact=True)
    expect(found).to_be_visible()
    with customer.page.expect_response(of_the_early):
        late[0].continue_()
    customer.panel.get_by_role("searchbox").press("End")
    expect(found).to_be_visible()
    expect(customer.panel.get_by_role("button", name=ask)).to_contain_text(words)


@pytest.mark.parametrize(
    ("locale", "said", "found"),
    [
        ("en", "check your connection", "Articles found"),
        ("fr", "Vérifiez votre connexion", "Articles trouvés"),
    ],
)
def test_a_search_that_fails_says_so(
    customer: Customer, watch: Watch, locale: str, said: str, found: str
) -> None:
    watch.expected.append("Failed to load resource")
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.opens_the_help_center()
    customer.page.route("**/search?**", lambda route: route.abort(), times=1)
    customer.panel.get_by_role("searchbox").fill("retour" if locale == "fr" else "refund")
    expect(customer.panel.get_by_role("status")).to_contain_text(said)
    customer.panel.get_by_role("searchbox").fill("retours" if locale == "fr" else "refunds")
    expect(customer.panel.get_by_role("status")).to_contain_text(found)


BROWSED = {
    "en": ("Returns", "Refunds", "return fee", "Return fees"),
    "fr": ("Retours", "Remboursements", "frais de retour", "Frais de retour"),
}


@IN_BOTH_LANGUAGES
def test_topics_are_browsed_and_the_way_back_is_kept(customer: Customer, locale: str) -> None:
    topic_name, title, link, next_title = BROWSED[locale]
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.opens_the_help_center()
    topic = customer.panel.locator("details").filter(has_text=topic_name)
    topic.locator("summary").click()
    topic.get_by_role("button", name=title, exact=True).click()
    expect(customer.panel.get_by_role("heading", level=2)).to_have_text(title)
    customer.panel.get_by_role("link", name=link).click()
    expect(customer.panel.get_by_role("heading", level=2)).to_have_text(next_title)
    customer.goes_back()
    expect(customer.panel.get_by_role("heading", level=2)).to_have_text(title)
    customer.goes_back()
    expect(topic.get_by_role("button").first).to_be_visible()


def test_what_is_not_found_can_be_asked(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.opens_the_help_center()
    customer.panel.get_by_role("searchbox").fill("zzzqqq")
    expect(customer.panel.get_by_role("status")).to_contain_text("Nothing found")
    customer.panel.get_by_role("button", name="Ask the assistant").click()
    expect(customer.messages("customer")).to_contain_text(["zzzqqq"])


def test_an_article_is_rated(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("How do I reset my password?")
    customer.sources().first.click()
    with customer.page.expect_response("**/feedback") as rated:
        customer.panel.get_by_role("button", name="Yes", exact=True).click()
    assert rated.value.status == 204
    expect(customer.panel.locator(".helped")).to_contain_text("Thank you")
