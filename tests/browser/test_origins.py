"""Who may embed the widget, and whom its messages reach: origins that are named, and no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Error, expect

from tests.browser.conftest import Watch
from tests.browser.customer import WORDS, Customer
from tests.browser.process import free_port, serving
from tests.browser.shop import ISOLATED, another_site, foreign, script

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="{language}"><link rel="icon" href="data:,"><title>Shop</title>
<body><h1>Shop</h1><script src="{assistant}/widget.js" async></script></body></html>"""
UNREACHED = {"en": "cannot be reached", "fr": "n’est pas joignable"}
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90"/></svg>'
START = """(assistant) => fetch(`${assistant}/api/v1/conversations`, {
  method: "POST", headers: {"Content-Type": "application/json"}, body: "{}",
})"""


@pytest.fixture(scope="module")
def allowed() -> str:
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def particular(
    tmp_path_factory: pytest.TempPathFactory, chromium: str, allowed: str
) -> Iterator[str]:
    """An assistant that one origin alone may embed."""
    home = tmp_path_factory.mktemp("particular")
    settings = {
        "ASSISTANT_ALLOWED_ORIGINS": allowed,
        "ASSISTANT_LOGO_URL": f"{allowed}/logo.svg",
    }
    with serving(home, **settings) as url:
        yield url


@pytest.fixture
def shop(
    request: pytest.FixtureRequest, allowed: str, particular: str, locale: str, watch: Watch
) -> Iterator[str]:
    """The same pages under the origin that is allowed and, as `foreign`, under one that is not."""
    headers = getattr(request, "param", {})
    page = PAGE.format(assistant=particular, language=locale)
    watch.expected += [f"request to {each}" for each in (particular, allowed, foreign(allowed))]
    port = int(allowed.rpartition(":")[2])
    with another_site(page, headers=headers, logo=LOGO, port=port) as site:
        yield site


def test_a_page_that_is_not_allowed_gets_no_frame_and_no_conversation(
    customer: Customer, shop: str, particular: str, watch: Watch, locale: str
) -> None:
    refused = "frame-ancestors"
    # Chromium tells of what it refused, and puts a page of its own there that hears nothing.
    watch.expected += [refused, "CORS policy", "Failed to load resource", "postMessage"]
    customer.words = WORDS[locale]
    customer.page.clock.install()
    customer.page.goto(foreign(shop))
    with customer.page.expect_console_message(lambda told: refused in told.text):
        customer.launcher.click()
    expect(customer.box).to_have_count(0)
    customer.page.clock.run_for(13_000)
    expect(customer.page.get_by_role("status")).to_contain_text(UNREACHED[locale])
    expect(customer.page.locator("iframe")).to_have_count(0)
    with pytest.raises(Error, match="Failed to fetch"):
        customer.page.evaluate(START, particular)


def test_a_page_that_is_allowed_gets_both(
    customer: Customer, shop: str, particular: str, locale: str
) -> None:
    customer.words = WORDS[locale]
    customer.page.goto(shop)
    customer.opens_help()
    expect(customer.box).to_be_focused()
    assert customer.page.evaluate(f"({START})({particular!r}).then(({{status}}) => status)") == 201


@pytest.mark.parametrize("shop", [{}, ISOLATED], ids=["", "isolated"], indirect=True)
def test_the_logo_of_another_origin_is_shown(customer: Customer, shop: str, locale: str) -> None:
    customer.words = WORDS[locale]
    customer.page.goto(shop)
    customer.opens_help()
    expect(customer.frame.locator("header img")).to_have_js_property("naturalWidth", 90)


ELSEWHERE = "http://elsewhere.example/"
TAKEN_OVER = """<script>
  window.heard = [];
  addEventListener("message", ({data}) => heard.push(data.type));
</script>"""
LEAD_ASTRAY = """(frame, address) => new Promise((loaded) => {
  frame.addEventListener("load", loaded);
  frame.src = address;
})"""


def test_what_is_meant_for_the_frame_reaches_its_own_origin_alone(
    site: Callable[..., Customer], watch: Watch
) -> None:
    # Chromium reports what it did not deliver.
    watch.expected += [f"request to {ELSEWHERE}", "Failed to execute 'postMessage'"]
    customer = site(script())
    customer.opens_help()
    page = customer.page
    page.route(
        f"{ELSEWHERE}**", lambda route: route.fulfill(body=TAKEN_OVER, content_type="text/html")
    )
    page.locator("iframe").evaluate(LEAD_ASTRAY, ELSEWHERE)
    page.evaluate("HelpAssistant.identify('a.b.c'); HelpAssistant.setContext({basket: 3})")
    page.evaluate("HelpAssistant.ask('A secret question')")
    page.locator("iframe").evaluate("frame => frame.contentWindow.postMessage({type: 'end'}, '*')")
    taken = next(frame for frame in page.frames if frame.url == ELSEWHERE)
    taken.wait_for_function("heard.length")
    assert taken.evaluate("heard") == ["end"]
