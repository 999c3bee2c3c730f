"""What a site calls before the widget has loaded is kept, and done in order once it has.

Each story is told on an English page and on a French one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.customer import Customer
from tests.browser.shop import script

pytestmark = pytest.mark.browser

QUEUED = """
window.HelpAssistant ||= new Proxy([], {
  get: (calls, name) =>
    name in calls ? calls[name] : (...values) => calls.push([name, ...values]),
});
"""


def test_what_is_called_before_it_has_loaded_is_done_then(
    site: Callable[..., Customer], customer: Customer
) -> None:
    calls = "HelpAssistant.setContext({basket: 3}); HelpAssistant.ask('Hello there')"
    with customer.page.expect_request("**/api/v1/conversations") as started:
        site(f"<script>{QUEUED}{calls}</script>{script()}")
    assert started.value.post_data_json["context"] == {"basket": 3}
    expect(customer.messages("customer")).to_contain_text(["Hello there"])


def test_a_plain_list_of_calls_is_a_queue_too(site: Callable[..., Customer]) -> None:
    calls = "(window.HelpAssistant ??= []).push(['open'])"
    customer = site(f"<script>{calls}</script>{script()}")
    expect(customer.messages("assistant").first).to_be_visible()
    customer.page.evaluate("HelpAssistant.push(['close'])")
    expect(customer.page.locator("iframe")).to_be_hidden()


@pytest.mark.parametrize("call", ["['ask', 'Hello there']", "['open'], ['ask', 'Hello there']"])
def test_one_frame_alone_where_a_page_on_a_phone_calls_early(
    site: Callable[..., Customer], customer: Customer, call: str
) -> None:
    customer.page.set_viewport_size({"width": 380, "height": 740})
    customer.page.add_init_script("localStorage['HelpAssistant-open'] = 1")
    site(f"<script>window.HelpAssistant = [{call}]</script>{script()}")
    expect(customer.messages("customer")).to_contain_text(["Hello there"])
    expect(customer.page.locator("iframe")).to_have_count(1)


EARLY = """<!doctype html><html lang="LANGUAGE"><title>Shop</title><script>
  const ask = () => HelpAssistant.ask("Hello there");
  document.addEventListener("readystatechange", ask, {once: true});
</script><script src="/widget.js"></script><body>"""


def test_one_frame_alone_where_it_is_opened_before_the_page_is_there(
    customer: Customer, locale: str
) -> None:
    customer.page.set_viewport_size({"width": 380, "height": 740})
    customer.page.add_init_script("localStorage['HelpAssistant-open'] = 1")
    early = EARLY.replace("LANGUAGE", locale)
    customer.page.route(
        "**/early", lambda route: route.fulfill(body=early, content_type="text/html")
    )
    customer.page.goto("/early")
    expect(customer.messages("customer")).to_contain_text(["Hello there"])
    expect(customer.page.locator("iframe")).to_have_count(1)
    assert customer.inside("document.documentElement.lang") == locale


def test_what_an_early_call_destroys_does_not_open(
    site: Callable[..., Customer], customer: Customer
) -> None:
    customer.page.add_init_script("sessionStorage['HelpAssistant-open'] = 1")
    calls = "['on', 'open', () => (window.heard = true)], ['destroy']"
    site(f"<script>window.HelpAssistant = [{calls}]</script>{script()}")
    expect(customer.page.locator("help-assistant")).to_have_count(0)
    assert customer.page.evaluate("[window.heard, 'HelpAssistant' in window]") == [None, False]
