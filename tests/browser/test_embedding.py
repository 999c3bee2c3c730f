"""What a site can do with the widget: call it, hear it and dress it.

Each story of a site is told on an English page and on a French one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import complaints_in_all_looks
from tests.browser.conftest import Watch
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, WORDS, Customer
from tests.browser.shop import script

pytestmark = pytest.mark.browser

SECOND = script(position="left", label="Sales", **{"global": "SalesHelp"})


def test_what_the_site_knows_reaches_the_conversation(site: Callable[..., Customer]) -> None:
    customer = site(script())
    customer.page.evaluate("HelpAssistant.setContext({basket: 3})")
    with customer.page.expect_request("**/api/v1/conversations") as started:
        customer.opens_help()
    assert started.value.post_data_json["context"] == {"basket": 3}
    with customer.page.expect_request("**/context") as told:
        customer.page.evaluate("HelpAssistant.setContext({order: 'LF-1'})")
    assert told.value.post_data_json == {"context": {"order": "LF-1"}}


FRAMEWORKS = """() => {
  const cart = new Proxy({items: [1, 2]}, {});
  const round = {};
  round.round = round;
  HelpAssistant.setContext({cart, then: () => 1, round, plan: "gold"});
}"""


def test_a_context_that_cannot_travel_keeps_nothing_from_opening(
    site: Callable[..., Customer], watch: Watch
) -> None:
    watch.expected.append("setContext:")
    customer = site(script())
    expect(customer.launcher).to_be_visible()
    customer.page.evaluate(FRAMEWORKS)
    with customer.page.expect_request("**/api/v1/conversations") as started:
        customer.opens_help()
    told = {"cart": {"items": [1, 2]}, "plan": "gold"}
    assert started.value.post_data_json["context"] == told
    with customer.page.expect_request("**/context") as again:
        customer.page.evaluate(FRAMEWORKS)
    assert again.value.post_data_json == {"context": told}
    assert {fault.split(": ")[-1].split()[0] for fault in watch.faults} == {"then", "round"}


def test_a_site_hears_what_happens_but_no_words(site: Callable[..., Customer], locale: str) -> None:
    customer = site(script())
    listen = """() => {
      window.heard = [];
      for (const event of ["open", "close", "message", "status", "unread"]) {
        HelpAssistant.on(event, (detail) => heard.push([event, detail]));
      }
      window.deaf = HelpAssistant.on("open", () => heard.push(["never"]));
      deaf();
    }"""
    expect(customer.launcher).to_be_visible()
    customer.page.evaluate(listen)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    expect(customer.last_reply).to_contain_text("30 minutes")
    customer.launcher_while_open.click()
    heard = customer.page.evaluate("heard")
    assert heard[0] == ["open", {}]
    assert ["message", {"author": "assistant"}] in heard
    assert ["status", {"status": "with_assistant"}] in heard
    assert heard[-1] == ["close", {}]
    assert PASSWORD[locale].split()[-2] not in str(heard)
    assert "30 minutes" not in str(heard)
    assert ["never"] not in heard


@IN_BOTH_LANGUAGES
def test_on_a_page_in_a_third_language_all_of_it_speaks_the_visitors(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer(locale=f"{locale}-CA")
    page = f'<!doctype html><html lang="de"><title>Shop</title><body>{script()}</body></html>'
    customer.page.route("**/a-shop", lambda to: to.fulfill(body=page, content_type="text/html"))
    customer.page.goto("/a-shop")
    customer.words = WORDS[locale]
    customer.opens_help()
    expect(customer.launcher_while_open).to_be_visible()
    assert customer.inside("document.documentElement.lang") == locale


# A site's own mistakes: each listener that fails has another one after it.
FAILING = """() => {
  window.heard = [];
  for (const event of ["open", "close"]) {
    HelpAssistant.on(event, () => { throw new Error(`the site's own, at ${event}`); });
    HelpAssistant.on(event, () => heard.push(event));
  }
}"""


def test_a_listener_of_the_sites_that_fails_stops_nothing(
    site: Callable[..., Customer], watch: Watch
) -> None:
    watch.expected.append("the site's own")
    customer = site(script())
    expect(customer.launcher).to_be_visible()
    customer.page.evaluate(FAILING)
    customer.opens_help()
    expect(customer.box).to_be_focused()
    customer.page.evaluate("HelpAssistant.destroy()")
    assert customer.page.evaluate("heard") == ["open", "close"]
    expect(customer.page.locator("help-assistant")).to_have_count(0)
    assert customer.page.evaluate("'HelpAssistant' in window") is False
    assert [fault.split()[-1] for fault in watch.faults] == ["open", "close"]


# What the page holds, by kind: everything in it, its style sheets, its globals, and what listens.
HELD = """({
  nodes: document.querySelectorAll("*").length,
  sheets: document.adoptedStyleSheets.length,
  globals: Object.keys(window).sort().join(),
  listening: Object.entries(window.listening ?? {}).filter(([, count]) => count).join(),
})"""
# Counts what is added to the window and not taken away, as the browser itself does for a signal.
COUNT = """
window.listening = {};
const add = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (kind, act, more) {
  const lasting = [window, document, document.documentElement].includes(this ?? window)
    || this instanceof MediaQueryList || this instanceof VisualViewport;
  if (lasting) {
    listening[kind] = (listening[kind] ?? 0) + 1;
    more?.signal && add.call(more.signal, "abort", () => (listening[kind] -= 1));
  }
  return add.call(this, kind, act, more);
};
"""


def test_it_goes_without_a_trace(site: Callable[..., Customer], customer: Customer) -> None:
    customer.page.add_init_script(COUNT)
    site("<main></main>")
    customer.page.evaluate("document.head.append(document.createElement('meta'))")
    before = customer.page.evaluate(HELD)
    customer.page.evaluate(
        """() => new Promise((loaded) => {
          const script = document.createElement("script");
          script.src = "/widget.js";
          script.addEventListener("load", () => (script.remove(), loaded()));
          document.head.append(script);
        })"""
    )
    customer.page.set_viewport_size({"width": 380, "height": 740})
    customer.opens_help()
    held = customer.page.evaluate(HELD)
    assert all(held[kind] != before[kind] for kind in before)
    customer.page.evaluate("window.kept = HelpAssistant; HelpAssistant.destroy(); kept.open()")
    customer.page.evaluate("kept.ask('Anybody there?'); delete window.kept")
    expect(customer.page.locator("iframe")).to_have_count(0)
    assert customer.page.evaluate(HELD) == before
    assert customer.page.evaluate("getComputedStyle(document.documentElement).overflow") == (
        "visible"
    )


def test_what_was_destroyed_may_come_again(site: Callable[..., Customer]) -> None:
    customer = site(script())
    customer.opens_help()
    customer.page.evaluate("HelpAssistant.destroy()")
    customer.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {src: '/widget.js'}))"
    )
    expect(customer.launcher).to_be_visible()
    customer.opens_help()


def test_two_assistants_live_on_one_page_with_conversations_of_their_own(
    site: Callable[..., Customer], locale: str
) -> None:
    customer = site(script() + SECOND)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    expect(customer.last_reply).to_contain_text("30 minutes")
    customer.page.get_by_role("button", name="Sales", exact=True).click()
    sales = customer.page.frame_locator("iframe[src*=SalesHelp]")
    expect(sales.get_by_role("textbox", name=customer.words.question)).to_be_focused()
    expect(sales.locator(".message.assistant").first).to_be_visible()
    expect(sales.locator(".message.customer")).to_have_count(0)
    customer.page.evaluate("SalesHelp.ask('Hello, sales')")
    expect(sales.locator(".message.customer")).to_have_count(1)
    first = customer.page.frame_locator("iframe:not([src*=SalesHelp])")
    expect(first.locator(".message.customer")).to_have_count(1)
    customer.page.evaluate("SalesHelp.destroy()")
    expect(first.locator(".message.customer")).to_have_count(1)


def test_a_sheet_is_covered_by_no_other_launcher(site: Callable[..., Customer]) -> None:
    customer = site(script() + SECOND)
    customer.page.set_viewport_size({"width": 380, "height": 740})
    sales = customer.page.get_by_role("button", name="Sales", exact=True)
    expect(sales).to_be_visible()
    customer.opens_help()
    expect(sales).to_be_hidden()
    customer.page.evaluate("HelpAssistant.close()")
    expect(sales).to_be_visible()
    expect(customer.launcher).to_be_visible()
    customer.page.set_viewport_size({"width": 1280, "height": 800})
    customer.page.evaluate("HelpAssistant.open()")
    expect(sales).to_be_visible()


# What some pages say of all that stands in them: faded, shrunk, below a bar of theirs, gone.
OF_EVERYTHING = """<style>
  body > * { opacity: .3 !important; transform: scale(.5); position: relative; z-index: 1; }
  help-assistant { display: none !important; }
  nav { position: fixed; inset: 0; z-index: 2; background: white; }
</style><nav>Shop</nav>"""


def test_no_style_of_the_pages_reaches_it_but_the_one_that_hides_it(
    site: Callable[..., Customer],
) -> None:
    customer = site(script())
    expect(customer.launcher).to_be_visible()
    plain = customer.launcher.bounding_box()
    customer = site(OF_EVERYTHING + script())
    expect(customer.launcher).to_be_visible()
    assert customer.launcher.bounding_box() == plain
    assert style(customer.page.locator("help-assistant"), "opacity") == "1"
    # Playwright presses what lies on top alone.
    customer.opens_help()
    expect(customer.box).to_be_focused()
    customer.page.add_style_tag(content="help-assistant { --help-assistant: none }")
    expect(customer.launcher_while_open).to_be_hidden()


def test_the_pages_own_scroll_lock_stays_as_it_was(site: Callable[..., Customer]) -> None:
    customer = site(script())
    expect(customer.launcher).to_be_visible()
    own = "document.documentElement.style.overflow"
    scrolls = "getComputedStyle(document.documentElement).overflow"
    for width in (1280, 380):
        customer.page.set_viewport_size({"width": width, "height": 740})
        customer.page.evaluate(f"{own} = 'hidden'; HelpAssistant.open()")
        customer.page.evaluate("HelpAssistant.close()")
        assert customer.page.evaluate(own) == "hidden"
        customer.page.evaluate(f"{own} = ''; HelpAssistant.open()")
        assert customer.page.evaluate(scrolls) == ("hidden" if width == 380 else "visible")
        customer.page.evaluate("HelpAssistant.close()")
        assert customer.page.evaluate(scrolls) == "visible"


def test_the_same_script_twice_is_one_assistant(site: Callable[..., Customer]) -> None:
    customer = site(script() + script())
    expect(customer.launcher).to_have_count(1)


def test_a_site_gives_it_its_own_look(site: Callable[..., Customer]) -> None:
    look = {"colour": "#ffd400", "position": "left", "label": "Need a hand?", "theme": "dark"}
    customer = site(script(**look))
    customer.words = replace(customer.words, launcher="Need a hand?")
    assert style(customer.launcher, "backgroundColor") == "rgb(255, 212, 0)"
    assert style(customer.launcher, "color") == "rgb(0, 0, 0)"
    box = customer.launcher.bounding_box()
    assert box is not None
    assert box["x"] < 100
    customer.opens_help()
    expect(customer.launcher_while_open).to_be_visible()
    expect(customer.person_button).to_be_visible()
    assert customer.inside("getComputedStyle(document.body).backgroundColor") == "rgb(28, 29, 28)"
    accent = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
    assert customer.inside(accent) == "#ffd400"


@pytest.mark.parametrize("colour", ["#ffd400", "#757575", "#1c5d4a"])
def test_in_any_colour_the_button_is_read_and_its_focus_seen(
    site: Callable[..., Customer], colour: str
) -> None:
    customer = site(script(colour=colour))
    before = style(customer.launcher, "backgroundColor")
    customer.launcher.hover()
    assert style(customer.launcher, "filter") == "none"
    assert style(customer.launcher, "backgroundColor") == before
    # One of the two rings stands out, whatever the page's colour is.
    customer.page.keyboard.press("Tab")
    expect(customer.launcher).to_be_focused()
    assert style(customer.launcher, "outlineColor") == "rgb(255, 255, 255)"
    assert "rgb(0, 0, 0)" in style(customer.launcher, "boxShadow")


OPENERS = {
    "its own": "HelpAssistant.open()",
    "a question's": "HelpAssistant.ask('Hello there')",
}


@pytest.mark.parametrize("call", OPENERS.values(), ids=OPENERS)
@pytest.mark.parametrize("width", [1280, 380])
def test_the_focus_returns_to_what_opened_it(
    site: Callable[..., Customer], call: str, width: int
) -> None:
    customer = site(f'<button onclick="{call}">Ask us</button>{script()}')
    customer.page.set_viewport_size({"width": width, "height": 740})
    opener = customer.page.get_by_role("button", name="Ask us")
    inside = customer.page.locator("iframe")
    # Whatever it is called: a reply that comes once help is closed is counted in its name.
    launcher = customer.page.locator("help-assistant [aria-expanded]")
    expect(launcher).to_be_visible()
    opener.press("Enter")
    # The frame's own document remembers its focus while help is closed; the page tells who has it.
    expect(inside).to_be_focused()
    expect(customer.box).to_be_focused()
    customer.box.press("Escape")
    expect(opener).to_be_focused()
    # Where that is gone, and where the button itself opened it, it is the button.
    opener.press("Enter")
    expect(inside).to_be_focused()
    opener.evaluate("opener => opener.remove()")
    customer.box.press("Escape")
    expect(launcher).to_be_focused()
    launcher.press("Enter")
    expect(inside).to_be_focused()
    customer.box.press("Escape")
    expect(launcher).to_be_focused()


def test_right_to_left_pages_have_it_on_the_left(site: Callable[..., Customer]) -> None:
    customer = site(f"<main><h1>Shop</h1></main>{script()}")
    customer.page.evaluate("document.documentElement.dir = 'rtl'")
    customer.opens_help()
    for each in (customer.launcher_while_open, customer.page.locator("iframe")):
        box = each.bounding_box()
        assert box is not None
        assert box["x"] < 100
    assert complaints_in_all_looks(customer) == {}
    customer.launcher_while_open.click()
    assert complaints_in_all_looks(customer) == {}


def test_the_loader_takes_less_than_20_ms_of_the_pages_main_thread(
    site: Callable[..., Customer],
) -> None:
    # The thread's own time: what other work the machine has does not count.
    session = site("").page.context.new_cdp_session(site("").page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    customer = site(script())
    expect(customer.launcher).to_be_visible()
    figures = session.send("Performance.getMetrics")["metrics"]
    taken = {each["name"]: each["value"] for each in figures}
    assert 0 < taken["ScriptDuration"] < 0.020


KEYBOARD = """
const view = Object.assign(new EventTarget(), {height: innerHeight, offsetTop: 0, scale: 1});
Object.defineProperty(window, "visualViewport", {value: view});
window.keyboard = (height, offsetTop) => {
  Object.assign(view, {height, offsetTop});
  view.dispatchEvent(new Event("resize"));
};
"""


@IN_BOTH_LANGUAGES
def test_the_keyboard_of_a_phone_does_not_hide_the_input(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    # As on iOS: the keyboard covers the page, and only the visual viewport gets smaller.
    customer = new_customer(width=380, height=740, has_touch=True)
    customer.page.add_init_script(KEYBOARD)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.evaluate("keyboard(410, 60)")
    frame = customer.page.locator("iframe").bounding_box()
    box = customer.box.bounding_box()
    assert frame is not None
    assert box is not None
    assert (frame["y"], frame["height"]) == (60, 410)
    assert box["y"] >= 60
    assert box["y"] + box["height"] <= 60 + 410
    # Whoever zooms in sees less of the page, too, and wants the sheet to stay as it is.
    for height, scale in ((740, 1), (370, 2)):
        customer.page.evaluate(f"visualViewport.scale = {scale}; keyboard({height}, 0)")
        whole = customer.page.locator("iframe").bounding_box()
        assert whole is not None
        assert (whole["y"], whole["height"]) == (0, 740)


@IN_BOTH_LANGUAGES
def test_nothing_lies_below_a_notch_or_the_home_bar(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer(width=380, height=740, has_touch=True)
    session = customer.page.context.new_cdp_session(customer.page)
    insets = {"top": 44, "topMax": 44, "bottom": 34, "bottomMax": 34}
    session.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    customer.visits_the_shop(locale)
    launcher = customer.launcher.bounding_box()
    assert launcher is not None
    assert launcher["y"] + launcher["height"] <= 740 - 34 - 20
    customer.opens_help()
    box, title = customer.box.bounding_box(), customer.frame.locator("h1").bounding_box()
    assert box is not None
    assert title is not None
    assert title["y"] >= 44
    assert box["y"] + box["height"] <= 740 - 34


def style(element: Locator, name: str) -> str:
    found: str = element.evaluate("(element, name) => getComputedStyle(element)[name]", name)
    return found
