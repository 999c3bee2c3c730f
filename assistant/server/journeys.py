"""The ways of conversations: how many take each step, and where effort lies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import Field

from assistant.insights.journey_log import MOST, read_journeys
from assistant.insights.journeys import Journey, Step, came_from, journeys, took, went
from assistant.server.console import Console, ReaderDep
from assistant.server.flow import flow
from assistant.server.insights import PATH, Filters, Paged, list_of, render

router = APIRouter(prefix=f"{PATH}/journey", include_in_schema=False)


class Along(Paged):
    """Which conversations: of a whole way, of a passage of it, or from the page where they began;
    `helped`: of these."""

    way: Annotated[str, Field(max_length=200)] = ""
    passage: Annotated[str, Field(max_length=60)] = ""
    at: Annotated[int, Field(ge=0, le=20)] = 0
    began_on: Annotated[str, Field(max_length=2000)] = ""
    helped: bool = False


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
    cohort = filters.cohort(datetime.now(UTC))
    those = _along(read_journeys(console.assistant.store, cohort), filters)
    ids = [each.conversation_id for each in those if each.helped or not filters.helped]
    path, heading = "journey/conversations", _heading(console, filters)
    return list_of(console, filters, cohort, ids, path=path, heading=heading)


def _heading(console: Console, filters: Along) -> str:
    words, w = console.pages.wordings(console.request, "insights")
    steps = [words["journey_steps"][step.value] for step in _steps(filters.passage or filters.way)]
    named = filters.began_on or " → ".join(steps) or w("journey")
    return f"{named} · {w('helped')}" if filters.helped else named


def _along(found: Sequence[Journey], filters: Along) -> list[Journey]:
    """None for a way that there is not."""
    if filters.began_on:
        return came_from(found, filters.began_on)
    steps = _steps(filters.passage or filters.way)
    if not filters.passage:
        return went(found, steps)
    return took(found, at=filters.at, start=steps[0], end=steps[1]) if len(steps) == 2 else []


def _steps(names: str) -> list[Step]:
    known = {step.value for step in Step}
    return [Step(name) for name in names.split(".") if name in known]
