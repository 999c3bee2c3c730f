"""A page that embeds the widget gives nothing away before it is opened, and little after."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer

pytestmark = pytest.mark.browser


@IN_BOTH_LANGUAGES
def test_before_the_first_opening_nothing_is_stored_and_no_frame_is_there(
    customer: Customer, locale: str
) -> None:
    requested: list[str] = []
    customer.page.on("request", lambda request: requested.append(request.url))
    customer.visits_the_shop(locale)
    expect(customer.launcher).to_be_visible()
    customer.page.wait_for_load_state("networkidle")
    assert customer.kept_by_the_browser() == []
    expect(customer.page.locator("iframe")).to_have_count(0)
    assert [url for url in requested if "/api/" in url or url.endswith("/widget")] == []


@IN_BOTH_LANGUAGES
def test_no_token_stands_in_any_address(customer: Customer, locale: str) -> None:
    requested: list[str] = []
    customer.page.context.on("request", lambda request: requested.append(request.url))
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.calls_a_person()
    expect(customer.person_area).to_contain_text(customer.words.waiting)
    kept = customer.inside("JSON.parse(localStorage['help-assistant'])")
    assert any("/events" in url for url in requested)
    for url in requested:
        assert kept["token"] not in url
        assert kept["visitorToken"] not in url


def test_the_console_session_is_not_sent_with_a_customers_calls(
    customer: Customer, server: Server
) -> None:
    customer.page.context.add_cookies([{"name": "session", "value": "1", "url": server.url}])
    customer.visits_the_shop()
    with customer.page.expect_request("**/api/v1/conversations") as started:
        customer.launcher.click()
    assert "cookie" not in started.value.all_headers()


def test_the_page_is_told_to_the_help_desk_without_its_query(customer: Customer) -> None:
    customer.page.goto("/?locale=en&basket=secret#also")
    with customer.page.expect_request("**/api/v1/conversations") as started:
        customer.launcher.click()
    told = started.value.post_data_json
    assert told["page_url"].endswith("/")
    assert "secret" not in str(told)
    assert told["channel"] == "widget"


def test_who_asks_in_the_help_center_is_told_from_who_asks_on_the_site(customer: Customer) -> None:
    customer.page.goto("/help/en")
    with customer.page.expect_request("**/api/v1/conversations") as started:
        customer.launcher.click()
    assert started.value.post_data_json["channel"] == "help_center"
