"""Every number that opens a list opens as many rows, on every page of the insights."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import update

from assistant.adapters.sql.schema import conversations, messages
from assistant.adapters.sql.store import SqlStore
from assistant.evaluation.simulated import plans
from assistant.evaluation.simulator import Clock, Simulator
from tests.server.conftest import Agent, Visitor, World, utc_now

PAGE = "/console/insights"
NOW = datetime.now(UTC)
PLANS = plans(120, seed=5, until=NOW - timedelta(hours=1))
SINCE = f"{(NOW - timedelta(days=70)):%Y-%m-%d}"


@pytest.fixture
def ana(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("ana", "analyst")


@pytest.fixture
def simulated(world: World) -> None:
    clock = Clock(NOW)
    url = world.store._db.url.render_as_string(hide_password=False)
    store = SqlStore(url, now=clock)
    Simulator(store, clock).write(PLANS)
    store.close()
    world.assistant.digester._now = lambda: NOW + timedelta(minutes=2)
    world.assistant.digester.round(budget_s=60)


def numbers(page: str) -> dict[str, int]:
    """Every link that stands under a number."""
    found = re.findall(rf'<a href="({PAGE}[^"]*)"[^>]*>(\d+)</a>', page)
    return {unescape(href): int(number) for href, number in found}


def rows(ana: Agent, href: str) -> int:
    """Over all pages of the list."""
    count, number = 0, 1
    while True:
        more = f"{href.partition('#')[0]}&page={number}"
        page = ana.opens(more).text
        here = page.count('><a href="/console/conversations/')
        count, number = count + here, number + 1
        if f"page={number}" not in page:
            return count


def rated(new_visitor: Callable[..., Visitor]) -> None:
    asked = {"en": ("Can I return a gift?", 5), "fr": ("Comment retourner un cadeau ?", 1)}
    for locale, (question, csat) in asked.items():
        for number in range(10):
            visitor = new_visitor(locale=locale)
            visitor.says(question)
            answer = {"csat": csat if number else 3}
            visitor.client.post(f"{visitor.path}/survey", json=answer, headers=visitor.headers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "fewest"),
    [
        ("", 40),
        ("/themes", 10),
        ("/use", 10),
        ("/journey", 20),
        ("/relationship", 6),
        ("/predictions", 4),
        ("/weekly", 10),
    ],
)
def test_every_number_opens_as_many_rows(
    ana: Agent, simulated: None, path: str, fewest: int
) -> None:
    page = ana.opens(f"{PAGE}{path}?simulated=1&since={SINCE}").text
    opened = {href: number for href, number in numbers(page).items() if "effort" not in href}
    assert len(opened) >= fewest
    assert {href: rows(ana, href) for href in opened} == opened


def test_both_sides_of_a_comparison_open_their_ratings(
    ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    rated(new_visitor)
    page = ana.opens(f"{PAGE}/drivers").text
    opened = numbers(page)
    assert sorted(opened.values()) == [0, 0, 9, 9, 9, 10, 10, 10, 10, 20]
    assert {href: rows(ana, href) for href in opened} == opened
    others = next(href for href in opened if "value=fr" in href and "others=1" in href)
    assert "Others than French" in ana.opens(others).text


def test_a_survey_that_was_filled_was_shown_and_its_list_says_so(
    ana: Agent, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    visitor.client.post(f"{visitor.path}/survey", json={"csat": 5}, headers=visitor.headers)
    opened = {href: n for href, n in numbers(ana.opens(PAGE).text).items() if "_assistant" in href}
    assert opened[f"{PAGE}/conversations?name=surveyed_assistant"] == 1
    assert {href: rows(ana, href) for href in opened} == opened


def test_the_period_before_opens_its_own_conversations(
    world: World, ana: Agent, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    earlier = utc_now() - timedelta(days=10)
    with world.store._db.write() as connection:
        connection.execute(update(conversations).values(created_at=earlier))
        connection.execute(update(messages).values(created_at=earlier))
    week = f"since={utc_now() - timedelta(days=6):%Y-%m-%d}"
    opened = numbers(ana.opens(f"{PAGE}?{week}").text)
    href = f"{PAGE}/conversations?{week}&name=all"
    assert opened[href] == 0
    assert opened[f"{href}&before=1"] == 1
    listed = ana.opens(f"{href}&before=1").text
    assert "as they stood at the same age" in listed
    assert rows(ana, f"{href}&before=1") == 1
    assert f"{PAGE}?{week}" in unescape(listed)


def test_a_list_of_the_help_goes_back_to_where_its_number_stood(
    ana: Agent, visitor: Visitor
) -> None:
    visitor.says("Can I return a gift?")
    used = next(href for href in numbers(ana.opens(f"{PAGE}/use").text) if "used=opened" in href)
    page = ana.opens(f"{used}&locale=fr").text
    assert "lu dans le widget" in page
    assert f'href="{PAGE}/use"' in page
    assert ana.opens(f"{PAGE}/use/articles?article=nothing&used=eaten").status_code == 422
    assert rows(ana, f"{PAGE}/use/people?person=nobody&did=taken") == 0
