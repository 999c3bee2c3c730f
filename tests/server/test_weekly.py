"""The report of a week: to print, to leaf through, with a way to every conversation it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest

from assistant.dates import shown_day
from assistant.insights.weekly import last_week
from tests.server.conftest import Agent, Visitor, utc_now

PAGE = "/console/insights/weekly"


@pytest.fixture
def ana(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("ana", "analyst")


def test_this_week_counts_what_was_asked_and_leads_to_it(
    ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    new_visitor().says("Can I return a gift card?")
    today = utc_now().date()
    page = ana.opens(f"{PAGE}?week={today.isoformat()}").text
    assert "One conversation began in this period." in page
    lists = re.findall(r'href="(/console/insights/conversations\?[^"]*name=all[^"]*)"', page)
    assert "Can I return a gift card?" in unescape(ana.opens(unescape(lists[0])).text)
    assert "Week after" not in page


def test_it_opens_with_the_last_week_and_leafs_back(ana: Agent) -> None:
    monday = last_week(utc_now())
    page = ana.opens(PAGE).text
    assert f"Week of {shown_day(monday, 'en')}" in page
    assert f"week={(monday - timedelta(days=7)).isoformat()}" in page
    assert f"week={(monday + timedelta(days=7)).isoformat()}" in page


def test_a_week_to_come_is_this_one_and_nonsense_the_last(ana: Agent) -> None:
    this = utc_now().date() - timedelta(days=utc_now().weekday())
    assert f"Week of {shown_day(this, 'en')}" in ana.opens(f"{PAGE}?week=2999-01-01").text
    assert ana.opens(f"{PAGE}?week=2026-02-31").status_code == 200


def test_it_speaks_french(ana: Agent) -> None:
    assert "Rapport hebdomadaire" in ana.opens(f"{PAGE}?locale=fr").text


def test_an_analyst_may_choose_the_weekly_mail_alone(ana: Agent) -> None:
    page = ana.opens("/console/account").text
    assert re.findall(r'name="notices" value="(\w+)"', page) == ["weekly"]
