"""axe finds nothing to complain about, on a desk and on a phone, in light and in dark."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.axe import complaints
from tests.browser.conftest import Watch
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.replies import reply

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
@IN_BOTH_LANGUAGES
def test_the_shop_page(
    new_customer: Callable[..., Customer], device: dict[str, Any], locale: str
) -> None:
    customer = new_customer(**device)
    customer.visits_the_shop(locale)
    expect(customer.launcher).to_be_visible()
    assert complaints(customer.page) == []


HELP_CENTER = {
    "en": ["/help/en", "/help/en/refunds", "/help/en?q=gift", "/help/en?q=zzzqqq", "/help/en/none"],
    "fr": ["/help/fr", "/help/fr/remboursements", "/help/fr?q=cadeau", "/help/fr?q=zzzqqq",
           "/help/fr/none"],
}  # fmt: skip


@DEVICES
@IN_BOTH_LANGUAGES
def test_the_help_center(
    new_customer: Callable[..., Customer], watch: Watch, device: dict[str, Any], locale: str
) -> None:
    page = new_customer(**device).page
    watch.expected.append("404")
    for path in HELP_CENTER[locale]:
        page.goto(path)
        assert complaints(page) == [], path


@IN_BOTH_LANGUAGES
@pytest.mark.parametrize("colour", ["ffd400", "757575"])
def test_a_sites_own_colour_can_be_read(
    customer: Customer, watch: Watch, locale: str, colour: str
) -> None:
    watch.expected.append("Failed to load resource")
    page = customer.page
    page.goto(f"/widget?locale={locale}&colour={colour}")
    expect(page.locator(".choice").first).to_be_visible()
    assert complaints(page) == []
    page.route("**/messages", lambda route: route.abort(), times=1)
    page.locator("#text").fill(PASSWORD[locale])
    page.locator("#text").press("Enter")
    expect(page.locator(".failure")).to_be_visible()
    assert complaints(page) == []


FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
# A link within a sentence is as high as its line (WCAG 2.2, 2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll(
  "button, a[href], input:not([hidden]), textarea, summary, [role=button]")]
  .filter((each) => each.checkVisibility({visibilityProperty: true}))
  .filter((each) => !each.matches("p a, li > p a, .text a"))
  .map((each) => [each, each.getBoundingClientRect()])
  .filter(([, {width, height}]) => Math.min(width, height) < 24)
  .map(([each, {width, height}]) => `${each.outerHTML.slice(0, 90)} ${width} × ${height}`)"""


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_what_is_pressed_is_large_enough(customer: Customer, locale: str) -> None:
    customer.page.set_viewport_size({"width": 380, "height": 740})
    customer.visits_the_shop(locale)
    customer.opens_help()
    small = f"({TOO_SMALL})()"
    assert customer.inside(small) == []
    customer.asks(
        {"en": "How do I reset my password?", "fr": "Puis-je retourner un cadeau ?"}[locale]
    )
    customer.button(customer.words.unhelpful).click()
    expect(customer.frame.locator(".why")).to_be_visible()
    assert customer.inside(small) == []
    customer.opens_the_help_center()
    assert customer.inside(small) == []
    customer.goes_back()
    customer.opens_the_menu()
    assert customer.inside(small) == []
    customer.goes_back()
    customer.calls_a_person()
    expect(customer.frame.locator("#attach")).to_be_visible()
    assert customer.inside(small) == []


@IN_BOTH_LANGUAGES
def test_on_a_page_what_is_pressed_is_large_enough_and_nothing_scrolls_sideways(
    new_customer: Callable[..., Customer], watch: Watch, locale: str
) -> None:
    watch.expected.append("404")
    page = new_customer(width=380, height=740).page
    for path in (f"/?locale={locale}", *HELP_CENTER[locale]):
        page.goto(path)
        assert page.evaluate(f"({TOO_SMALL})()") == [], path
        for width in (1280, 380, 320):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate(FITS), (path, width)


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@IN_BOTH_LANGUAGES
def test_who_wants_less_motion_gets_none(
    new_customer: Callable[..., Customer], motion: str, locale: str
) -> None:
    customer = new_customer(reduced_motion=motion)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    moved = customer.inside("getComputedStyle(document.querySelector('.message')).animationName")
    frame = customer.page.locator("iframe")
    rose = frame.evaluate("(frame) => getComputedStyle(frame).animationName")
    still = motion == "reduce"
    assert (moved == "none", rose == "none") == (still, still)


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("width", [380, 320], ids=["phone", "zoomed to 400 %"])
def test_nothing_is_cut_on_a_phone(
    new_customer: Callable[..., Customer], locale: str, width: int
) -> None:
    # 320 px are what a window of 1280 px has left at 400 % (WCAG 2.2, 1.4.10).
    customer = new_customer(width=width, height=740)
    customer.visits_the_shop(locale)
    assert customer.page.evaluate(FITS)
    customer.opens_help()
    assert customer.inside(FITS)
    customer.opens_the_menu()
    assert customer.inside(FITS)
    assert customer.inside("document.querySelector('.body').scrollWidth <= innerWidth")


WAITS = {
    "en": re.compile("(usually answer|We answer|is back on).*You can close this window"),
    "fr": re.compile("(en général|Nous répondons|de retour le).*Vous pouvez fermer cette fenêtre"),
}


@IN_BOTH_LANGUAGES
def test_at_400_percent_who_waits_reaches_everything(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer(width=320, height=256)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    expect(customer.email_field).to_be_visible()
    told = customer.frame.locator("#next > p").first
    expect(told).to_contain_text(WAITS[locale])
    expect(told).to_be_visible()
    log = customer.inside("document.getElementById('transcript').clientHeight")
    assert log >= 120
    last = "document.querySelector('.send').getBoundingClientRect()"
    customer.inside("scrollTo(0, document.documentElement.scrollHeight)")
    assert 0 < customer.inside(f"{last}.bottom") <= 256
    assert customer.inside("document.documentElement.scrollWidth") <= 320


@IN_BOTH_LANGUAGES
def test_at_400_percent_what_is_read_gets_the_room(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer(width=320, height=256)
    customer.visits_the_shop(locale)
    customer.opens_help()
    assert customer.inside("document.getElementById('transcript').clientHeight") >= 110
    customer.opens_the_help_center()
    assert customer.inside("document.querySelector('#panel .body').clientHeight") >= 110
    expect(customer.person_button).to_be_in_viewport()
    customer.goes_back()
    expect(customer.button(customer.words.library)).to_be_focused()
    customer.opens_the_menu()
    customer.panel.get_by_role("button", name=customer.words.elsewhere).click()
    expect(customer.panel.locator("#link")).to_be_in_viewport(ratio=0.9)


@IN_BOTH_LANGUAGES
def test_in_the_visitors_own_colours_edges_tell_what_is_what(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer(forced_colors="active")
    customer.visits_the_shop(locale)
    assert customer.launcher.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    rated = customer.button(customer.words.helpful)
    ground = "button => getComputedStyle(button).backgroundColor"
    before = rated.evaluate(ground)
    rated.click()
    expect(rated).to_have_attribute("aria-pressed", "true")
    assert rated.evaluate(ground) != before


# What a screen reader would say of the newest answer: each text that is added while the region is
# polite, or a text that changes under its eyes.
LISTEN = """(() => {
  const log = document.getElementById("transcript");
  window.told = [];
  new MutationObserver((all) => {
    if (log.getAttribute("aria-live") !== "polite") return;
    for (const {type, target, addedNodes} of all) {
      if (!(target.closest ? target : target.parentElement)?.closest(".assistant .text")) continue;
      const said = type === "characterData" ? [target] : [...addedNodes];
      told.push(...said.map((node) => node.textContent.trim()).filter(Boolean));
    }
  }).observe(log, {childList: true, characterData: true, subtree: true});
})()"""


@IN_BOTH_LANGUAGES
def test_finished_sentences_are_told_politely_each_once(customer: Customer, locale: str) -> None:
    sentences = ["You have thirty days.", "The label is free.", "We pay you back within a week."]
    customer.visits_the_shop(locale)
    customer.opens_help()
    expect(customer.frame.get_by_role("log")).to_have_attribute("aria-live", "polite")
    customer.inside(LISTEN)
    coming = [f"<p>{each}</p>" for each in sentences]
    customer.page.route(
        "**/messages",
        lambda route: reply(route, html="".join(coming), sentences=coming),
        times=1,
    )
    customer.asks("something")
    assert customer.inside("told") == sentences
    # The same with what the server really sends.
    customer.inside("told.length = 0")
    customer.asks(PASSWORD[locale])
    told = customer.inside("told")
    whole = customer.last_reply.locator(".text > *").all_text_contents()
    assert ["".join(each.split()) for each in told] == ["".join(each.split()) for each in whole]
