"""The page of the relationship: whether customers would recommend us, and what each said last."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from assistant.insights.relationship import relationship
from assistant.server.console import ReaderDep
from assistant.server.insights import PATH, PER_PAGE, Filters, Listed, render
from assistant.support.relationship import policy_of

router = APIRouter(prefix=PATH, include_in_schema=False)


@router.get("/relationship")
def recommending(console: ReaderDep, filters: Annotated[Listed, Query()]) -> Response:
    """Of the period, whatever else the dashboard is narrowed to."""
    period = Filters(since=filters.since, until=filters.until, simulated=filters.simulated)
    store, cohort = console.assistant.store, period.cohort(datetime.now(UTC))
    skip = (filters.page - 1) * PER_PAGE
    said = store.recommended(cohort, limit=PER_PAGE + 1, skip=skip)
    return render(
        console,
        "insights_relationship",
        period,
        cohort,
        found=relationship(store, cohort),
        said=said[:PER_PAGE],
        number=filters.page,
        more=len(said) > PER_PAGE,
        asking=policy_of(console.assistant.settings),
    )
