"""A site of another origin embeds the widget, with a policy as strict as it can be.

Each story is told on an English page and on a French one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import Server, Watch
from tests.browser.customer import PASSWORD, WORDS, Customer
from tests.browser.lead import Lead
from tests.browser.shop import ISOLATED, another_site, foreign

pytestmark = pytest.mark.browser

EMBEDDING = Path(__file__).resolve().parents[2] / "docs" / "embedding.md"

PAGE = """<!doctype html><html lang="{language}"><link rel="icon" href="data:,"><title>Shop</title>
<body><h1>Welcome</h1><script src="{assistant}/widget.js" async></script></body></html>"""
LANGUAGES = {"en": "en-GB", "fr": "fr-CA"}
# No more than the documentation asks a site to allow; trusted types besides.
POLICY = (
    "default-src 'none'; img-src data:; script-src {assistant}; frame-src {assistant}; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def test_no_more_is_allowed_there_than_the_documentation_asks_for() -> None:
    (lines,) = re.findall(r"```\n(script-src[^`]+)```", EMBEDDING.read_text("utf-8"))
    documented = lines.replace("https://help.example.com", "{assistant}").split(";")
    # What a strict page has of its own.
    own = ["default-src 'none'", "img-src data:", "trusted-types 'none'"]
    own.append("require-trusted-types-for 'script'")
    allowed = {each.strip() for each in (*documented, *own)} - {""}
    assert {each.strip() for each in POLICY.split(";")} == allowed


@pytest.fixture(params=LANGUAGES)
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(server: Server, locale: str) -> Iterator[str]:
    page = PAGE.format(assistant=server.url, language=LANGUAGES[locale])
    headers = {"Content-Security-Policy": POLICY.format(assistant=server.url)}
    with another_site(page, headers=headers) as address:
        yield address


@pytest.fixture
def visitor(customer: Customer, site: str, watch: Watch, locale: str) -> Customer:
    """On a page of that site."""
    return visits(customer, site, watch, locale)


def test_the_widget_works_there_in_the_pages_language(visitor: Customer, locale: str) -> None:
    visitor.opens_help()
    expect(visitor.person_button).to_be_visible()
    visitor.asks(PASSWORD[locale])
    expect(visitor.last_reply).to_contain_text("30 minutes")
    visitor.reloads()
    expect(visitor.messages("customer")).to_have_count(1)


def test_the_page_opens_closes_and_asks(visitor: Customer) -> None:
    expect(visitor.launcher).to_be_visible()
    visitor.page.evaluate("HelpAssistant.ask('Bonjour')")
    expect(visitor.messages("customer")).to_contain_text(["Bonjour"])
    visitor.page.evaluate("HelpAssistant.close()")
    expect(visitor.page.locator("iframe")).to_be_hidden()
    visitor.page.evaluate("HelpAssistant.open()")
    expect(visitor.box).to_be_focused()


BESIDE = """(address) => new Promise((loaded) => {
  const other = Object.assign(document.createElement("iframe"), {name: "other", src: address});
  other.addEventListener("load", loaded);
  document.body.append(other);
})"""
LISTEN = """() => {
  window.heard = [];
  HelpAssistant.on("close", () => heard.push("close"));
  addEventListener("message", ({data}) => (window.last ||= data === "last"));
}"""
CLOSE = "postMessage({helpAssistant: 1, type: 'close'}, '*')"
# What the page itself could say, but not what another window or origin can.
FOREIGN = "{helpAssistant: 1, type: 'ask', text: 'What nobody wrote'}"
IN_THE_PAGE = "document.querySelector('help-assistant').shadowRoot.querySelector('iframe')"


def test_only_the_frame_itself_can_close_it(visitor: Customer, server: Server) -> None:
    visitor.opens_help()
    visitor.page.evaluate(LISTEN)
    # The page, and a window of the right origin that is not the widget's.
    visitor.page.evaluate(CLOSE)
    visitor.page.evaluate(BESIDE, f"{server.url}/widget?name=other")
    other = visitor.page.frame("other")
    assert other is not None
    other.evaluate(f"parent.{CLOSE}")
    # Messages come in the order in which they were sent.
    other.evaluate("parent.postMessage('last', '*')")
    visitor.page.wait_for_function("window.last")
    assert visitor.page.evaluate("heard") == []
    expect(visitor.page.locator("help-assistant iframe")).to_be_visible()


def test_the_frame_hears_the_page_that_opened_it_and_nobody_else(visitor: Customer) -> None:
    visitor.opens_help()
    visitor.page.evaluate(BESIDE, "about:blank")
    other = visitor.page.frame("other")
    assert other is not None
    other.evaluate(f"parent.{IN_THE_PAGE}.contentWindow.postMessage({FOREIGN}, '*')")
    visitor.page.evaluate("document.querySelector('[name=other]').remove()")
    event = f"{{source: parent, origin: 'https://elsewhere.example', data: {FOREIGN}}}"
    visitor.inside(f"dispatchEvent(new MessageEvent('message', {event}))")
    visitor.page.evaluate("HelpAssistant.ask('Bonjour')")
    expect(visitor.messages("customer").locator(".text")).to_have_text(["Bonjour"])


def test_it_stays_open_from_page_to_page_and_closed_once_closed(
    visitor: Customer, site: str
) -> None:
    visitor.opens_help()
    visitor.page.goto(f"{site}/lampes")
    expect(visitor.box).to_be_visible()
    expect(visitor.box).not_to_be_focused()
    visitor.launcher_while_open.click()
    visitor.reloads()
    expect(visitor.launcher).to_be_visible()
    expect(visitor.page.locator("iframe")).to_have_count(0)


def test_a_browser_that_refuses_storage_keeps_the_conversation_while_the_page_lasts(
    visitor: Customer, site: str
) -> None:
    # Chromium's private windows refuse it to a frame of another site, which localhost is here.
    visitor.page.goto(foreign(site))
    visitor.opens_help()
    with pytest.raises(Error, match="Access is denied"):
        visitor.inside("localStorage")
    visitor.asks("Bonjour")
    visitor.launcher_while_open.click()
    visitor.launcher.click()
    expect(visitor.messages("customer")).to_have_count(1)


def test_a_proactive_message_needs_no_further_line_in_the_policy(
    lead: Lead, customer: Customer, site: str, watch: Watch, locale: str
) -> None:
    texts = {"en": "Anything about chairs?", "fr": "Une question sur les chaises ?"}
    lead.writes(texts, place="/chaises*")
    visitor = visits(customer, site, watch, locale)
    visitor.page.get_by_role("button", name=texts[locale]).click()
    expect(visitor.messages("assistant")).to_have_count(2)
    expect(visitor.last_reply).to_contain_text(texts[locale])
    assert lead.figures()[:2] == [1, 1]


def test_a_page_that_isolates_itself_has_all_of_it(
    lead: Lead, customer: Customer, server: Server, watch: Watch, locale: str
) -> None:
    lead.writes({locale: "Anything about chairs?"}, place="/chaises*")
    page = PAGE.format(assistant=server.url, language=LANGUAGES[locale])
    with another_site(page, headers=ISOLATED) as site:
        visitor = visits(customer, site, watch, locale)
        assert visitor.page.evaluate("crossOriginIsolated")
        visitor.page.get_by_role("button", name="Anything about chairs?").click()
        expect(visitor.messages("assistant")).to_have_count(2)
        visitor.asks(PASSWORD[locale])
        visitor.sources().first.click()
        expect(visitor.panel.locator("mark").first).to_be_visible()


def visits(customer: Customer, site: str, watch: Watch, locale: str) -> Customer:
    watch.expected += [f"request to {origin}" for origin in (site, foreign(site))]
    customer.page.goto(f"{site}/chaises?panier=1")
    customer.words = WORDS[locale]
    return customer
