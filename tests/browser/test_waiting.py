"""Who waits for a person is told how long that usually takes, or when the team is back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.agent import Agent
from tests.browser.customer import Customer

pytestmark = pytest.mark.browser

WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "fr": ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"],
}


@pytest.fixture
def back(new_agent: Callable[..., Agent]) -> Iterator[datetime]:
    """When the team is back: for three hours in two days' time, as a lead has set it."""
    page = new_agent("lea").page
    opens = (datetime.now(UTC) + timedelta(days=2)).replace(hour=9, minute=0)
    _set_hours(page, {opens.weekday(): "09:00-12:00"})
    yield opens
    _set_hours(page, {})


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "Our team is back on"), ("fr", "Notre équipe est de retour")]
)
def test_who_waits_while_nobody_is_there_reads_when_the_team_is_back(
    new_customer: Callable[..., Customer], back: datetime, locale: str, said: str
) -> None:
    customer = new_customer(timezone_id="UTC")
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    told = customer.frame.locator("#next")
    expect(told).to_contain_text(said)
    expect(told).to_contain_text(WEEKDAYS[locale][back.weekday()])
    expect(told).to_contain_text(re.compile(rf"\b{back.day}\b.*\b0?9:00"))
    expect(customer.email_field).to_be_visible()


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", r"People usually answer within \d+ min\."),
        ("fr", r"Une réponse arrive en général sous \d+ min\."),
    ],
)
def test_who_waits_reads_how_long_it_usually_takes(
    customer: Customer, agent: Agent, locale: str, said: str
) -> None:
    while _usual(customer.page) is None:
        waiting = _calls(customer.page)["id"]
        agent.page.goto(f"/console/conversations/{waiting}")
        agent.answers("Hello, how can I help?")
        expect(agent.thread).to_contain_text("Hello, how can I help?")
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    expect(customer.frame.locator("#next")).to_contain_text(re.compile(said))


def _set_hours(page: Page, days: dict[int, str]) -> None:
    page.goto("/console/team")
    for day in range(7):
        page.locator(f"#day-{day}").fill(days.get(day, ""))
    page.locator("form.team button").click()
    expect(page.get_by_role("status")).to_be_visible()


def _calls(page: Page) -> dict[str, object]:
    """A conversation in which a person was called, as its customer reads it."""
    begun = page.request.post("/api/v1/conversations", data={}).json()
    headers = {"Authorization": f"Bearer {begun['token']}"}
    path = f"/api/v1/conversations/{begun['id']}/handoff"
    called: dict[str, object] = page.request.post(path, headers=headers, data={}).json()
    return called


def _usual(page: Page) -> object:
    wait = _calls(page)["wait"]
    assert isinstance(wait, dict)
    return wait["usual_minutes"]
