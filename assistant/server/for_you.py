"""What asks for me by name: the console's list of it, and that I have seen it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import AwareDatetime

from assistant.server.console import AnsweringDep, to
from assistant.server.events import ANY
from assistant.server.sign_in import CONSOLE, OwnOrigin

router = APIRouter(prefix=f"{CONSOLE}/for-you", include_in_schema=False)


@router.get("")
def for_you(console: AnsweringDep) -> Response:
    """What I have not seen first, and marked; what was left below what names me."""
    # Read first: what comes while the page is put together is told to it.
    last_event = console.assistant.store.last_event()
    people = {each.id: each.shown for each in console.assistant.store.people()}
    asked = console.assistant.store.attention(console.me.id)
    return console.render("for_you", asked=asked, people=people, last_event=last_event)


@router.post("/seen", dependencies=[OwnOrigin])
def seen(console: AnsweringDep, until: Annotated[AwareDatetime, Form()]) -> Response:
    """All that was on the page, whose latest is of that moment."""
    console.assistant.store.attended(console.me.id, at=datetime.now(UTC), until=until)
    console.changed(ANY)
    return to("/for-you")
