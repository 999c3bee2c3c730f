"""The team says something first: a quiet bubble, counted, nothing kept before help is opened."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.agent import Agent
from tests.browser.axe import LOOKS, complaints, complaints_in_all_looks, takes_on
from tests.browser.conftest import Watch, take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, WORDS, Customer
from tests.browser.lead import Lead

pytestmark = pytest.mark.browser

SIZES = {
    "en": "Not sure about the size? Ask me, I know every table.",
    "fr": "Un doute sur la taille ? Demandez-moi, je les connais toutes.",
}
OUTAGE = {
    "en": "Card payments fail at the moment.",
    "fr": "Les cartes ne passent pas pour l’instant.",
}


def visits(customer: Customer, path: str, locale: str = "en", *, more: str = "") -> None:
    """A page of a shop under this path."""
    html = (
        f'<!doctype html><html lang="{locale}"><title>A shop</title><link rel="icon" href="data:,">'
        '<body><main><h1>Shoes</h1></main><script src="/widget.js" async></script>'
        f"{more}</body></html>"
    )

    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    customer.words = WORDS[locale]
    customer.page.route(re.compile(r"/shoes(/|$)"), answer)
    customer.page.goto(path)


def bubble(customer: Customer) -> Locator:
    return customer.page.locator(".nudge")


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_it_is_shown_opened_answered_and_counted(
    customer: Customer, lead: Lead, locale: str
) -> None:
    lead.writes(SIZES, place="/shoes/*")
    visits(customer, "/shoes/derby", locale)
    expect(bubble(customer)).to_contain_text(SIZES[locale])
    expect(customer.launcher).to_be_visible()
    assert lead.figures() == [1, 0, 0]
    bubble(customer).get_by_role("button", name=SIZES[locale]).click()
    expect(customer.messages("assistant")).to_contain_text([re.compile("."), SIZES[locale]])
    expect(bubble(customer)).to_be_empty()
    customer.asks(
        {"en": "How do I reset my password?", "fr": "Puis-je retourner un cadeau ?"}[locale]
    )
    customer.reloads()
    expect(customer.messages("assistant").filter(has_text=SIZES[locale])).to_have_count(1)
    assert lead.figures() == [1, 1, 1]


@IN_BOTH_LANGUAGES
def test_on_a_right_to_left_page_it_stands_on_the_left(
    customer: Customer, lead: Lead, locale: str
) -> None:
    lead.writes(SIZES, place="/shoes/*")
    visits(customer, "/shoes/derby", locale)
    expect(bubble(customer)).to_contain_text(SIZES[locale])
    customer.page.evaluate("document.documentElement.dir = 'rtl'")
    box = bubble(customer).bounding_box()
    assert box is not None
    assert box["x"] < 100
    # The room is at the page's side: × stands at the other one.
    words = bubble(customer).get_by_role("button", name=SIZES[locale])
    assert words.evaluate("words => getComputedStyle(words).padding") == "11px 16px 11px 4px"


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "check your connection"), ("fr", "Vérifiez votre connexion")]
)
def test_one_that_could_not_be_taken_up_says_so(
    customer: Customer, lead: Lead, watch: Watch, locale: str, said: str
) -> None:
    watch.expected.append("Failed to load resource")
    lead.writes(SIZES, place="/shoes/*")
    visits(customer, "/shoes/derby", locale)
    customer.page.route("**/nudges", lambda route: route.abort(), times=1)
    bubble(customer).get_by_role("button", name=SIZES[locale]).click()
    expect(customer.messages("system")).to_contain_text(said)


@IN_BOTH_LANGUAGES
def test_before_help_is_opened_nothing_is_stored_and_afterwards_it_comes_once(
    customer: Customer, lead: Lead, locale: str
) -> None:
    requested: list[str] = []
    customer.page.on("request", lambda request: requested.append(request.url))
    lead.writes(SIZES, place="/shoes/*")
    visits(customer, "/shoes/derby", locale)
    expect(bubble(customer)).to_contain_text(SIZES[locale])
    bubble(customer).get_by_role("button", name=customer.words.dismiss).click()
    expect(customer.launcher).to_be_focused()
    assert customer.kept_by_the_browser() == []
    expect(customer.page.locator("iframe")).to_have_count(0)
    asked = {url.partition("?")[0].rpartition("/")[2] for url in requested}
    assert {name for name in asked if not re.match("n-", name)} == {
        "derby",
        "widget.js",
        "nudges.js",
    }
    customer.reloads()
    expect(bubble(customer)).to_contain_text(SIZES[locale])
    customer.opens_help()
    customer.launcher_while_open.click()
    customer.page.clock.install()
    with customer.page.expect_response("**/nudges.js"):
        customer.reloads()
    ticks(customer, 3)
    expect(bubble(customer)).to_be_empty()


@IN_BOTH_LANGUAGES
def test_it_waits_for_its_page_and_its_time(customer: Customer, lead: Lead, locale: str) -> None:
    # The page's clock goes on by itself, too: there is room for a machine that is busy.
    lead.writes(SIZES, place="/shoes/*", seconds=200)
    customer.page.clock.install()
    visits(customer, "/shoes", locale)
    ticks(customer, 60)
    expect(bubble(customer)).to_be_empty()
    customer.page.evaluate("history.pushState(null, '', '/shoes/derby')")
    ticks(customer, 150)
    expect(bubble(customer)).to_be_empty()
    ticks(customer, 60)
    expect(bubble(customer)).to_contain_text(SIZES[locale])
    customer.page.evaluate("history.pushState(null, '', '/shoes')")
    ticks(customer, 2)
    expect(bubble(customer)).to_be_empty()


MATCHED = """async ([place, path]) => {
  const {matches} = await import("/widget/nudges.js");
  const [pathname, query] = path.split("?");
  const taken = [];
  let met;
  for (let times = 0; times < 5; times += 1) {
    const begun = performance.now();
    met = matches(place, {pathname, search: query ? `?${query}` : ""});
    taken.push(performance.now() - begun);
  }
  return [met, Math.min(...taken)];
}"""
"""The quickest of some: other work of the machine may come between."""


def test_a_page_is_recognised_in_no_time_whatever_the_pattern(customer: Customer) -> None:
    customer.visits_the_shop()
    for place, path, expected in [
        ("/shoes", "/shoes", True),
        ("/shoes", "/shoes/derby", False),
        ("/shoes/*", "/shoes/derby", True),
        ("/shoes/*", "/shoes", False),
        ("*", "/", True),
        ("/*/size/*", "/shoes/size/40", True),
        ("/*/size/*", "/shoes/sizes/40", False),
        ("/ab*ba", "/aba", False),
        ("/a*b*b", "/ab", False),
        ("/a*b*b", "/abb", True),
        ("*q=red*", "/shoes?q=red", True),
        ("/a.c", "/abc", False),
        ("/*******x", "/" + "a" * 4000, False),
        ("/" + "*a" * 100 + "*x", "/" + "a" * 4000, False),
    ]:
        met, took = customer.page.evaluate(MATCHED, [place, path])
        assert met is expected, (place, path)
        assert took < 100, (place, path)


@IN_BOTH_LANGUAGES
def test_a_known_problem_goes_before_and_a_dismissal_ends_the_invitations(
    customer: Customer, lead: Lead, locale: str
) -> None:
    lead.writes(OUTAGE, place="/shoes/*", kind="incident", seconds=100)
    lead.writes(
        {"en": "Shall I find your size?", "fr": "Je cherche votre taille ?"}, place="/shoes/*"
    )
    lead.writes(SIZES, place="/shoes/*")
    customer.page.clock.install()
    visits(customer, "/shoes/derby", locale)
    expect(bubble(customer)).not_to_be_empty()
    bubble(customer).get_by_role("button", name=customer.words.dismiss).click()
    ticks(customer, 10)
    expect(bubble(customer)).to_be_empty()
    ticks(customer, 100)
    expect(bubble(customer)).to_contain_text(OUTAGE[locale])
    bubble(customer).get_by_role("button", name=customer.words.dismiss).click()
    ticks(customer, 5)
    expect(bubble(customer)).to_be_empty()
    # Another page, another view: an invitation is shown, and gives way to what is known.
    visits(customer, "/shoes/oxford", locale)
    ticks(customer, 2)
    expect(bubble(customer)).not_to_be_empty()
    expect(bubble(customer)).not_to_contain_text(OUTAGE[locale])
    ticks(customer, 110)
    expect(bubble(customer)).to_contain_text(OUTAGE[locale])
    expect(bubble(customer).get_by_role("button")).to_have_count(2)


@IN_BOTH_LANGUAGES
def test_who_has_help_open_is_left_alone(customer: Customer, lead: Lead, locale: str) -> None:
    lead.writes(SIZES, place="/shoes/*", seconds=100)
    customer.page.clock.install()
    visits(customer, "/shoes/derby", locale)
    customer.opens_help()
    ticks(customer, 120)
    expect(bubble(customer)).to_be_empty()


@IN_BOTH_LANGUAGES
def test_a_message_in_one_language_is_for_who_reads_it(
    customer: Customer, lead: Lead, locale: str
) -> None:
    other = {"en": "fr", "fr": "en"}[locale]
    lead.writes({locale: SIZES[locale]}, place="/shoes/*")
    customer.page.clock.install()
    visits(customer, "/shoes/derby", other)
    ticks(customer, 2)
    expect(bubble(customer)).to_be_empty()
    visits(customer, "/shoes/derby", locale)
    expect(bubble(customer)).to_contain_text(SIZES[locale])


@IN_BOTH_LANGUAGES
def test_of_two_assistants_on_a_page_one_speaks_up(
    customer: Customer, lead: Lead, locale: str
) -> None:
    lead.writes(SIZES, place="/shoes/*")
    second = '<script src="/widget.js" async data-global="Sales" data-position="left"></script>'
    visits(customer, "/shoes/derby", locale, more=second)
    expect(
        customer.page.get_by_role("button", name=customer.words.launcher, exact=True)
    ).to_have_count(2)
    expect(bubble(customer).get_by_role("button", name=SIZES[locale])).to_have_count(1)
    assert lead.figures() == [1, 0, 0]
    expect(bubble(customer).get_by_role("button", name=SIZES[locale])).to_have_count(1)


# Of what tells a known problem from an invitation at a glance, and of the rest.
BORDERS = """(bubble) => {
  const { borderInlineStartColor, borderInlineEndColor } = getComputedStyle(bubble);
  return [borderInlineStartColor, borderInlineEndColor];
}"""


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_a_known_problem_is_told_on_the_page_and_in_the_widget(
    customer: Customer, lead: Lead, locale: str
) -> None:
    lead.writes(OUTAGE, place="/shoes/*", kind="incident")
    visits(customer, "/shoes/derby", locale)
    said = {"en": "Known problem", "fr": "Incident en cours"}[locale]
    expect(bubble(customer)).to_contain_text(said)
    expect(bubble(customer)).to_contain_text(OUTAGE[locale])
    assert complaints_in_all_looks(customer) == {}
    take_picture(customer.page, f"incident-{locale}")
    for look in LOOKS:
        takes_on(customer, look)
        bar, border = bubble(customer).evaluate(BORDERS)
        assert bar != border, look
    takes_on(customer, "wide")
    customer.launcher.click()
    expect(customer.frame.locator(".incident")).to_contain_text(OUTAGE[locale])
    expect(customer.frame.locator(".incident")).to_contain_text(said)
    assert complaints_in_all_looks(customer) == {}
    take_picture(customer.page, f"incident-inside-{locale}")


@pytest.mark.parametrize(
    "device", [{"width": 1280}, {"width": 380, "height": 740}, {"color_scheme": "dark"}]
)
@IN_BOTH_LANGUAGES
def test_the_bubble_is_for_everybody(
    new_customer: Callable[..., Customer], lead: Lead, device: dict[str, object], locale: str
) -> None:
    customer = new_customer(**device)
    lead.writes(SIZES, place="/shoes/*")
    visits(customer, "/shoes/derby", locale)
    expect(bubble(customer).get_by_role("button")).to_have_count(2)
    # A polite region that was there before its words: they are read, and take no focus.
    expect(customer.page.get_by_role("status").filter(has_text=SIZES[locale])).to_be_visible()
    assert customer.page.evaluate("document.activeElement.tagName") == "BODY"
    assert complaints(customer.page) == []
    take_picture(customer.page, f"bubble-{locale}-{'-'.join(map(str, device.values()))}")
    box, launcher = bubble(customer).bounding_box(), customer.launcher.bounding_box()
    assert box is not None
    assert launcher is not None
    assert box["x"] >= 0
    assert box["y"] + box["height"] <= launcher["y"]
    for button in bubble(customer).get_by_role("button").all():
        target = button.bounding_box()
        assert target is not None
        assert min(target["width"], target["height"]) >= 24
    bubble(customer).get_by_role("button", name=customer.words.dismiss).focus()
    customer.page.keyboard.press("Escape")
    expect(bubble(customer)).to_be_empty()


@pytest.mark.parametrize("width", [1280, 380])
@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_the_page_where_they_are_written(
    new_agent: Callable[..., Agent], width: int, locale: str
) -> None:
    lead = Lead(new_agent("lea", width=width, locale=locale))
    try:
        lead.writes(SIZES, place="/shoes/*", seconds=20)
        lead.writes(OUTAGE, place="/nowhere", kind="incident")
        assert complaints(lead.page) == []
        lead.page.locator(".nudge summary").first.click()
        assert complaints(lead.page) == []
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert lead.page.evaluate(fits)
        take_picture(lead.page, f"nudges-{width}-{locale}", whole=True)
    finally:
        lead.takes_all_back()


def ticks(customer: Customer, seconds: int) -> None:
    """So much time passes on the page, once it looks for what is due."""
    expect(bubble(customer)).to_be_attached()
    customer.page.clock.run_for(seconds * 1000)
