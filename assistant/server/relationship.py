"""The page of the relationship: whether customers would recommend us, and what each said last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from assistant.domain.relationship import Way
from assistant.insights.relationship import GROUPS, relationship
from assistant.ports.relationship import ANYTHING
from assistant.server.console import ReaderDep
from assistant.server.insights import PATH, PER_PAGE, Filters, Paged, Word, list_of, render
from assistant.support.relationship import policy_of

router = APIRouter(prefix=PATH, include_in_schema=False)


class Recommending(Paged):
    """And of which group what they said is listed."""

    group: Word = ""


class AskedBy(Paged):
    """Who was asked in which way, or answered."""

    way: Way = Way.WIDGET
    answered: bool = False


@router.get("/relationship")
def recommending(console: ReaderDep, filters: Annotated[Recommending, Query()]) -> Response:
    """Of the period, whatever else the dashboard is narrowed to."""
    period = _period(filters)
    store, cohort = console.assistant.store, period.cohort(datetime.now(UTC))
    skip = (filters.page - 1) * PER_PAGE
    among = GROUPS.get(filters.group, ANYTHING)
    said = store.recommended(cohort, limit=PER_PAGE + 1, skip=skip, among=among)
    return render(
        console,
        "insights_relationship",
        period,
        cohort,
        found=relationship(store, cohort),
        said=said[:PER_PAGE],
        group=filters.group if filters.group in GROUPS else "",
        number=filters.page,
        more=len(said) > PER_PAGE,
        asking=policy_of(console.assistant.settings),
    )


@router.get("/relationship/conversations")
def asked(console: ReaderDep, filters: Annotated[AskedBy, Query()]) -> Response:
    """Where they were asked."""
    cohort = _period(filters).cohort(datetime.now(UTC))
    ids = console.assistant.store.asked_in(cohort, filters.way, answered=filters.answered)
    words, w = console.pages.wordings(console.request, "insights")
    said = w("relationship_answered" if filters.answered else "relationship_asked")
    heading = f"{words['nps_ways'][filters.way.value]} · {said}"
    path = "relationship/conversations"
    return list_of(console, filters, cohort, ids, path=path, heading=heading)


def _period(filters: Filters) -> Filters:
    return Filters(since=filters.since, until=filters.until, simulated=filters.simulated)
