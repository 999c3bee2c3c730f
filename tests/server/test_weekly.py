"""The report of a week: to print, to leaf through, with a way to every conversation it counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import update

from assistant.adapters.sql.schema import conversations, messages, surveys
from assistant.dates import shown_day
from assistant.insights.weekly import last_week
from tests.server.conftest import Agent, Visitor, World, utc_now

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


def rated(new_visitor: Callable[..., Visitor], csat: int) -> list[str]:
    """The ids of conversations that were rated so."""
    visitors = [new_visitor() for _ in range(10)]
    for visitor in visitors:
        visitor.says("Can I return a gift card?")
        visitor.client.post(f"{visitor.path}/survey", json={"csat": csat}, headers=visitor.headers)
    return [visitor.id for visitor in visitors]


@pytest.mark.parametrize(("locale", "name"), [("en", "alone"), ("fr", "seul")])
def test_a_week_in_which_ratings_fell_says_so(
    world: World, ana: Agent, new_visitor: Callable[..., Visitor], locale: str, name: str
) -> None:
    before, week = rated(new_visitor, 5), timedelta(days=7)
    with world.store._db.write() as connection:
        for table, of in (
            (conversations, conversations.c.id),
            (messages, messages.c.conversation_id),
            (surveys, surveys.c.conversation_id),
        ):
            ago = {"created_at": utc_now() - week}
            connection.execute(update(table).where(of.in_(before)).values(ago))
    rated(new_visitor, 1)
    page = ana.opens(f"{PAGE}?week={utc_now().date()}&locale={locale}").text
    changed = page.split('id="changed"')[1].split("</table>")[0]
    rows = [row.partition("</tr>")[0] for row in changed.split("<tr>")]
    (row,) = (row for row in rows if "CSAT" in row and name in row)
    assert "<b>-100 points</b>" in row
    asked = page.split('id="asked"')[1].split("</table>")[0]
    assert row in asked
    days = {"since": utc_now() - timedelta(days=8), "until": utc_now()}
    period = "&".join(f"{name}={day.date()}" for name, day in days.items())
    trend = ana.opens(f"/console/insights?{period}&locale={locale}").text.split('id="trend"')[1]
    drawn = trend.split("<details>")[0]
    assert drawn.count("<svg") == 2
    assert name in drawn
    assert len(re.findall(r"name=given_csat_assistant[^>]*>10</a>", trend)) == 2


def test_it_is_narrowed_as_the_dashboard_that_leads_to_it_and_says_so(
    ana: Agent, new_visitor: Callable[..., Visitor]
) -> None:
    new_visitor().says("Can I return a gift card?")
    new_visitor(locale="fr").says("Comment retourner un cadeau ?")
    dashboard = unescape(ana.opens("/console/insights?language=fr&channel=api&against=year").text)
    (href,) = re.findall(r'href="(/console/insights/weekly\?[^"]*)"', dashboard)
    page = unescape(ana.opens(f"{href}&week={utc_now().date()}").text)
    assert "One conversation began in this period." in page
    assert re.search(r'<p class="quiet">[^<]* · French · API</p>', page)
    listed = re.findall(r'href="([^"]*name=all[^"]*)"', page)
    weeks = re.findall(r'href="([^"]*week=[^"]*)"', page)
    assert listed
    assert weeks
    assert all("language=fr&channel=api" in each for each in (*listed, *weeks))
    # It is compared with the week before, whatever the dashboard is compared with.
    assert "against" not in page
    whole = ana.opens(f"{PAGE}?week={utc_now().date()}").text
    assert "2 conversations began" in whole
    assert "· French" not in whole


def test_it_speaks_french(ana: Agent) -> None:
    assert "Rapport hebdomadaire" in ana.opens(f"{PAGE}?locale=fr").text


def test_an_analyst_may_choose_the_weekly_mail_alone(ana: Agent) -> None:
    page = ana.opens("/console/account").text
    assert re.findall(r'name="notices" value="(\w+)"', page) == ["weekly"]
