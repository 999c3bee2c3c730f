"""The report of a week as a page to print; every Monday it goes by mail to who wants it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from assistant.insights.weekly import WEEK, last_week, monday_of, weekly
from assistant.server.console import ReaderDep
from assistant.server.insights import PATH, Day, Filters, day_of, linker, render

router = APIRouter(prefix=PATH, include_in_schema=False)


class Week(Filters):
    """Which week: any of its days; empty: the last one that is over."""

    week: Day = ""


@router.get("/weekly")
def week(console: ReaderDep, asked: Annotated[Week, Query()]) -> Response:
    """Of any week up to this one, narrowed as the dashboard is."""
    now = datetime.now(UTC)
    monday = monday_of(min(day_of(asked.week) or last_week(now), now.date()))
    sunday = monday + WEEK - timedelta(days=1)
    whenever = asked.address | {"since": "", "until": "", "against": ""}
    days = {"since": monday.isoformat(), "until": sunday.isoformat()}
    filters = Filters.model_validate(whenever | days)
    cohort = filters.cohort(now)
    locale = console.pages.locale(console.request)
    found = weekly(console.assistant.store, cohort, locale=locale)
    articles = {name.article_id for name in found.names.values() if name.article_id}

    def address(monday: date) -> str:
        return linker(Filters.model_validate(whenever))(path="weekly", week=monday.isoformat())

    return render(
        console,
        "insights_weekly",
        filters,
        cohort,
        found=found,
        before=address(found.monday - WEEK),
        after=address(found.monday + WEEK) if found.monday + WEEK <= now.date() else "",
        cards=console.assistant.store.cards(articles),
        mail_is_set=console.assistant.outlets.mail is not None,
    )
