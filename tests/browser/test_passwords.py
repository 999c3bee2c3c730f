"""Who forgot their password gets another one and chooses their own, by keyboard, on a phone too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from assistant.resources import shipped
from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import Server, Watch, take_picture
from tests.browser.customer import Customer
from tests.browser.process import serving_here
from tests.server.conftest import (  # noqa: F401
    PASSWORD,
    World,
    empty_database,
    make_world,
    world,
)

pytestmark = pytest.mark.browser

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
PASSED_ON = "a password to pass on"
OWN = "my very own words"


@pytest.fixture
def server(world: World, chromium: str) -> Iterator[Server]:  # noqa: F811
    """With an admin and a colleague."""
    people = {name: (f"{name}@company.example", PASSWORD) for name in ("ada", "kim")}
    for name, (email, password) in people.items():
        role = "admin" if name == "ada" else "agent"
        world.assistant.people.add(email, role=role, password=password)
    with serving_here(world.app) as url:
        yield Server(url, people)


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("fr", 380)])
def test_a_forgotten_password_is_set_passed_on_and_changed(
    new_agent: Callable[..., Agent],
    new_customer: Callable[..., Customer],
    watch: Watch,
    lang: str,
    width: int,
) -> None:
    # Chromium reports a form that is refused, which is what it is there to see.
    watch.expected.append("403 (Forbidden)")
    words = json.loads((shipped("web") / "locales" / f"console.{lang}.json").read_text("utf-8"))
    ada = new_agent("ada", locale=lang, width=width).page
    ada.goto("/console/people")
    ada.locator("summary", has_text=words["password_reset"]).press("Enter")
    typed(ada, words["password_to_pass_on"], PASSED_ON)
    seen(ada, f"people-password-{width}")
    ada.keyboard.press("Enter")
    told = words["password_was_reset"].format(name="kim")
    expect(ada.get_by_role("status").filter(has_text=told)).to_be_visible()
    seen(ada, f"people-told-{width}")

    visiting = new_customer(locale=lang, width=width).page
    kim = Agent(visiting, email="kim@company.example", password=PASSED_ON).page
    expect(kim).to_have_url(f"{watch.origin}/console/account")
    kim.get_by_role("link", name=words["password_choose"]).press("Enter")
    expect(kim.get_by_role("heading", name=words["password"])).to_be_in_viewport()
    seen(kim, f"account-{width}")
    changes(kim, words, present="a guess of mine")
    present = kim.get_by_label(words["password_present"])
    expect(present).to_be_focused()
    expect(present).to_have_accessible_description(words["password_wrong"])
    seen(kim, f"account-refused-{width}")
    changes(kim, words, present=PASSED_ON)
    done = kim.get_by_role("status").filter(has_text=words["password_changed"])
    expect(done).to_be_visible()
    expect(kim.get_by_role("link", name=words["password_choose"])).to_have_count(0)


def changes(page: Page, words: dict[str, str], *, present: str) -> None:
    typed(page, words["password_present"], present)
    for label in ("password_new", "password_again"):
        page.keyboard.press("Tab")
        expect(page.get_by_label(words[label])).to_be_focused()
        page.keyboard.type(OWN)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def typed(page: Page, label: str, secret: str) -> None:
    """Reached by the tab key, from wherever the keyboard is."""
    field = page.get_by_label(label)
    while not field.evaluate("each => each === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.type(secret)


def seen(page: Page, name: str) -> None:
    assert complaints(page) == []
    assert page.evaluate(FITS)
    take_picture(page, name, whole=True)
