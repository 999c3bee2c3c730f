"""The ways of conversations: how many take each step, and where effort lies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from assistant.insights.journey_log import MOST, read_journeys
from assistant.insights.journeys import Journey, Step, journeys, took, went
from assistant.server.console import ReaderDep
from assistant.server.flow import flow
from assistant.server.insights import PATH, PER_PAGE, Filters, list_of, render

router = APIRouter(prefix=f"{PATH}/journey", include_in_schema=False)


class Along(Filters):
    """Which conversations: of a whole way, or of a passage of it."""

    way: Annotated[str, Field(max_length=200)] = ""
    passage: Annotated[str, Field(max_length=60)] = ""
    at: Annotated[int, Field(ge=0, le=20)] = 0
    page: Annotated[int, Field(ge=1, le=100)] = 1


@router.get("")
def journey(console: ReaderDep, filters: Annotated[Filters, Query()]) -> Response:
    """Of the period's latest conversations."""
    cohort = filters.cohort(datetime.now(UTC))
    found = journeys(read_journeys(console.assistant.store, cohort))
    return render(
        console,
        "insights_journey",
        filters,
        cohort,
        found=found,
        harder=found.harder,
        flow=flow(found.passages, harder=found.harder),
        most=MOST,
    )


@router.get("/conversations")
def along(console: ReaderDep, filters: Annotated[Along, Query()]) -> Response:
    """The conversations behind a number of the page."""
    store, cohort = console.assistant.store, filters.cohort(datetime.now(UTC))
    those = _along(read_journeys(store, cohort), filters)
    skip = (filters.page - 1) * PER_PAGE
    ids = [each.conversation_id for each in those]
    return list_of(
        console,
        filters,
        cohort,
        [store.conversation(id) for id in ids[skip : skip + PER_PAGE]],
        more=len(ids) > skip + PER_PAGE,
    )


def _along(found: Sequence[Journey], filters: Along) -> list[Journey]:
    """None for a way that there is not."""
    steps = _steps(filters.passage or filters.way)
    if not filters.passage:
        return went(found, steps)
    return took(found, at=filters.at, start=steps[0], end=steps[1]) if len(steps) == 2 else []


def _steps(names: str) -> list[Step]:
    known = {step.value for step in Step}
    return [Step(name) for name in names.split(".") if name in known]
