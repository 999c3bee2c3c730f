"""From an empty page to an answer in the widget: two writers, a customer, three browsers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from assistant.server.pages import strings
from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import Watch, take_picture
from tests.browser.customer import Customer
from tests.browser.held import Held
from tests.browser.test_owning import signed
from tests.browser.writer import Writer
from tests.server.test_process import on_this_machine

pytestmark = pytest.mark.browser

TITLE = "Have initials engraved on a fountain pen"
QUESTION = "Can I have initials engraved on a fountain pen?"
OF_MEMBERS = "When does the vellum archive open?"
TEXT = """You can have up to three initials engraved on every fountain pen for €14.

## How long engraving a fountain pen takes

1. Choose **Engrave** on the pen's page.
2. Type the initials; they are shown on the pen.
3. The pen leaves us two working days later.

An engraved pen [cannot be returned](/help/en/items-that-cannot-be-returned).
"""
REMEMBERS_WHAT_IT_TOLD = """() => {
  const told = document.querySelector("[data-told]");
  const remember = () => { sessionStorage.told = told.textContent; };
  new MutationObserver(remember).observe(told, { childList: true });
}"""
"""A page that is being left answers nobody; the one after it can say what stood there last."""
OPEN_ONCE_PRESSED = """async (button) => {
  button.click();
  await new Promise((go) => { setTimeout(go, 100); });
  const open = ":is(input, textarea):read-write, select:not([inert]), button:enabled";
  const shown = [...document.querySelectorAll(open)].map((each) => each.outerHTML);
  return [...shown, ...(new FormData(button.form).has("version") ? [] : ["the version is gone"])];
}"""
"""What could still be written in or pressed as the page waits to be left: asked in the page, since
Playwright asks nothing of one that is being left."""
DEVICES = pytest.mark.parametrize(
    "device",
    [
        pytest.param({"width": 1280}, id="1280"),
        pytest.param({"width": 380, "height": 740}, id="380"),
        pytest.param({"width": 380, "height": 740, "locale": "fr-FR"}, id="380-fr"),
        pytest.param({"width": 1280, "color_scheme": "dark"}, id="dark"),
    ],
)


@pytest.fixture
def wim(new_agent: Callable[..., Agent]) -> Writer:
    return Writer(new_agent("wim"))


@pytest.fixture
def lea(new_agent: Callable[..., Agent]) -> Writer:
    return Writer(new_agent("lea"))


@pytest.fixture
def article(wim: Writer, lea: Writer) -> Iterator[str]:
    """One that Wim begins, archived in the end."""
    address = wim.begins(TITLE)
    yield address
    lea.archives(address)


def test_what_a_lead_publishes_is_answered_at_once(
    customer: Customer, wim: Writer, lea: Writer, article: str
) -> None:
    customer.visits_the_shop()
    customer.opens_help()
    wim.writes(TEXT)
    expect(wim.preview.get_by_role("heading", name="How long engraving")).to_be_visible()
    expect(wim.preview.get_by_role("link", name="cannot be returned")).to_be_visible()
    expect(wim.state).to_contain_text("Saved at")
    wim.page.reload()
    expect(wim.text).to_have_value(TEXT)
    wim.presses("Send for review")
    expect(wim.told).to_contain_text("sent for review")
    lea.page.goto("/console/articles?shelf=in_review")
    lea.page.get_by_role("link", name=TITLE).click()
    lea.page.get_by_label("Your comment").fill("Good. It goes out today.")
    lea.presses("Comment")
    expect(lea.page.locator("#comments")).to_contain_text("It goes out today")
    customer.box.fill(QUESTION)
    lea.presses("Approve and publish")
    expect(lea.told).to_contain_text("the assistant answers from it now")
    assert customer.sends_until_told("€14") < on_this_machine(1)
    expect(customer.sources().first).to_contain_text(TITLE)
    take_picture(customer.page, "written-and-answered")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_breaks_an_answer_is_published_once_somebody_says_why(
    customer: Customer, lea: Writer, new_agent: Callable[..., Agent], watch: Watch, lang: str
) -> None:
    """Nobody asked for a check: publishing makes it, and says that this takes a while."""
    watch.expected.append("422")
    asked = f"How heavy is a quagga of the {lang} herd?"
    address = lea.begins(asked)
    lea.writes(f"A quagga of the {lang} herd weighs 300 kilograms.")
    lea.presses("Approve and publish")
    expect(lea.told).to_contain_text("the assistant answers from it now")
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks(asked)
    expect(customer.last_reply).to_contain_text("300 kilograms")

    said, other = strings("editor", lang), Writer(new_agent("lea", locale=lang))
    other.opens(address)
    other.page.get_by_label(said["title"], exact=True).fill("Our shop")
    other.page.get_by_label(said["body"], exact=True).fill("It is in Namur.")
    publish = other.page.get_by_role("button", name=said["publish_again"], exact=True)
    other.page.evaluate(REMEMBERS_WHAT_IT_TOLD)
    publish.click()
    why = other.page.get_by_label(said["breaks_reason"])
    why.fill("The quagga is gone.")
    # What the other language's story asked may be near enough to break with it.
    expect(other.page.locator("p.alert").first).to_contain_text(re.compile("[12] questions? "))
    assert other.page.evaluate("sessionStorage.told") == said["impact_asking"]
    assert complaints(other.page) == []
    take_picture(other.page, f"breaks-{lang}", whole=True)
    publish.click()
    expect(other.told).to_contain_text(said["told"]["published"])
    expect(other.page.locator("#comments")).to_contain_text("The quagga is gone.")
    lea.archives(address)


def test_while_publishing_takes_its_time_nothing_is_written_that_would_be_lost(
    lea: Writer, wim: Writer, article: str
) -> None:
    lea.opens(article)
    lea.writes(TEXT)
    expect(lea.state).to_contain_text("Saved at")
    held = Held(lea.page, "**/publish")
    publish = lea.page.get_by_role("button", name="Approve and publish", exact=True)
    assert publish.evaluate(OPEN_ONCE_PRESSED) == []
    held.taken().continue_()
    expect(lea.told).to_contain_text("Published: the assistant")
    expect(lea.text).to_be_editable()


def test_of_two_who_write_at_once_nobody_loses_a_word(
    wim: Writer, lea: Writer, article: str, watch: Watch
) -> None:
    watch.expected.append("409")
    wim.writes(TEXT)
    expect(wim.state).to_contain_text("Saved at")
    lea.opens(article)
    expect(lea.page.locator("[data-presence]")).to_contain_text("wim")
    wim.writes(TEXT.replace("€14", "€15"))
    expect(wim.state).to_contain_text("Saved at")
    lea.writes(TEXT.replace("two working days", "three working days"))
    expect(lea.page.locator("[data-newer]")).to_be_visible()
    lea.presses("Compare both texts")
    expect(lea.page.get_by_role("heading", name="Two people wrote here")).to_be_visible()
    both = TEXT.replace("€14", "€15").replace("two working days", "three working days")
    expect(lea.text).to_have_value(both)
    assert complaints(lea.page) == []
    take_picture(lea.page, "two-wrote", whole=True)
    lea.presses("Save this text")
    expect(lea.told).to_have_text("Saved.")
    wim.opens(article)
    expect(wim.text).to_have_value(both)


def test_without_a_connection_the_text_stays_and_is_saved_later(
    wim: Writer, article: str, watch: Watch
) -> None:
    watch.expected.append("Failed to load resource")
    wim.page.route("**/autosave", lambda route: route.abort())
    wim.writes(TEXT)
    expect(wim.state).to_contain_text("the server cannot be reached")
    wim.page.unroute("**/autosave")
    expect(wim.state).to_contain_text("Saved at")


def test_on_a_slow_connection_a_writer_never_meets_their_own_text(
    wim: Writer, article: str
) -> None:
    held = Held(wim.page, "**/autosave")
    wim.writes(TEXT)
    asked = held.taken()
    wim.writes(TEXT.replace("€14", "€15"))
    saved = asked.fetch()
    wim.presses("Save")
    asked.fulfill(response=saved)
    expect(wim.told).to_have_text("Saved.")
    expect(wim.text).to_have_value(TEXT.replace("€14", "€15"))


@DEVICES
def test_the_pages_are_for_everybody(
    new_agent: Callable[..., Agent], article: str, wim: Writer, device: dict[str, Any]
) -> None:
    wim.writes(TEXT)
    expect(wim.state).to_contain_text("Saved at")
    wim.writes(TEXT.replace("€14", "€16"))
    wim.presses("Save")
    page = new_agent("lea", **device).page
    fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    name = "-".join(map(str, device.values()))
    lists = [f"/console/articles{end}" for end in ("", "/sources", "/care")]
    for path in (*lists, article, f"{article}/history"):
        page.goto(path)
        assert complaints(page) == [], path
        assert page.evaluate(fits), path
        take_picture(page, f"writing-{name}-{path.rpartition('/')[2][:12]}", whole=True)


def test_an_article_for_some_goes_out_with_its_image_to_those_alone(
    lea: Writer, article_of_lea: str, new_customer: Callable[..., Customer], picture: Path
) -> None:
    page = lea.page
    lea.writes("The vellum archive opens on Thursdays at nine.\n\n")
    page.get_by_label("Add an image").set_input_files(picture)
    page.get_by_label("What it shows").fill("A reading room with green lamps")
    lea.presses("Insert")
    shown = lea.preview.get_by_role("img", name="A reading room with green lamps")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)")
    page.get_by_label("Who is signed in on your site").check()

    page.get_by_text("Publish at a time").click()
    page.get_by_label("Day and time").fill(
        f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%d}T09:00"
    )
    lea.presses("Approve, and publish then")
    expect(page.locator(".status")).to_contain_text("Goes public")
    assert complaints(page) == []
    take_picture(page, "scheduled", whole=True)
    lea.presses("Take it off the schedule")
    expect(page.locator(".status")).not_to_contain_text("Goes public")
    lea.presses("Approve and publish")
    expect(lea.told).to_contain_text("the assistant answers from it now")

    stranger, member = new_customer(), new_customer()
    for each in (stranger, member):
        each.visits_the_shop()
    member.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed("archivist", "Ines"))
    for each in (stranger, member):
        each.opens_help()
        each.asks(OF_MEMBERS)
    expect(stranger.last_reply).not_to_contain_text("Thursdays")
    expect(member.last_reply).to_contain_text("Thursdays")
    member.sources().first.click()
    expect(member.panel.get_by_role("img", name="A reading room with green lamps")).to_be_visible()
    take_picture(member.page, "for-members-with-image")


@pytest.fixture
def article_of_lea(lea: Writer) -> Iterator[str]:
    """One that Lea begins, archived in the end."""
    address = lea.begins("When the vellum archive opens")
    yield address
    lea.archives(address)


@pytest.fixture
def picture(tmp_path: Path, browser: Browser) -> Path:
    """A real one, whatever it shows."""
    page = browser.new_page(viewport={"width": 320, "height": 200})
    page.set_content("<body style='background: seagreen'>")
    path = tmp_path / "room.png"
    page.screenshot(path=path)
    page.close()
    return path
