"""Who is given conversations by themselves: the lead's page, and everybody's own switch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from assistant.domain.routing import MOST_CAPACITY
from assistant.errors import Refused
from assistant.server.console import AnsweringDep, ConfiguringDep, Console, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin

router = APIRouter(prefix=CONSOLE, include_in_schema=False)

Text = Annotated[str, Form(max_length=1000)]


@router.get("/assignment")
def assignment(console: ConfiguringDep) -> Response:
    """Whether it is on, and what each person is given."""
    return _shown(console)


@router.post("/assignment", dependencies=[OwnOrigin])
def switch(console: ConfiguringDep, on: Text = "") -> Response:
    """Give conversations out from now on, or no more."""
    console.assistant.assigning.switch(on=on == "yes", by=console.me)
    return to("/assignment")


@router.post("/assignment/{person_id}", dependencies=[OwnOrigin])
def describe(
    person_id: str,
    console: ConfiguringDep,
    locales: Annotated[list[str], Form()] = [],  # noqa: B006
    skills: Text = "",
    capacity: Text = "",
) -> Response:
    """What a colleague is given."""
    them = console.assistant.people.by_id(person_id)
    at_once = int(capacity) if capacity.isdecimal() and len(capacity) < 4 else 0
    known = ",".join(each for each in locales if each in LOCALES)
    try:
        console.assistant.assigning.describe(
            them, locales=known, skills=skills, capacity=at_once, by=console.me
        )
    except Refused as error:
        return _shown(console, problem=str(error), status=422)
    return to("/assignment?saved=1")


@router.post("/availability", dependencies=[OwnOrigin])
def availability(console: AnsweringDep, takes: Text = "") -> Response:
    """I take conversations from now on, or no more."""
    console.assistant.assigning.is_there(console.me, takes=takes == "yes")
    return to("")


def _shown(console: Console, *, problem: str | None = None, status: int = 200) -> Response:
    assigning = console.assistant.assigning
    return console.render(
        "assignment",
        status=status,
        on=assigning.is_on(),
        team=assigning.everybody(),
        locales=LOCALES,
        most=MOST_CAPACITY,
        problem=problem,
        saved="saved" in console.request.query_params,
    )
