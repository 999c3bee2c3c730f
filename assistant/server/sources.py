"""Where articles come from beside the editor: each source's last sync, and syncing it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from assistant.errors import UnknownThing
from assistant.knowledge.planning import SyncMode
from assistant.server.articles import listing
from assistant.server.console import Console, PublishingDep, WritingDep, to
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.writing.sources import EVERY_HOURS

router = APIRouter(prefix=f"{CONSOLE}/sources", include_in_schema=False)

_TOLD = ("begun", "running", "scheduled", "withdrawn")
_MOST_SHOWN = 200
"""Entries of each list of a report; the command line tells them all."""

Name = Annotated[str, Form(max_length=2000)]


@router.get("")
def sources(console: WritingDep, told: Annotated[str, Query(max_length=20)] = "") -> Response:
    """All of them, with what their last sync did."""
    return listing(console, "sources", **_listed(console, told=told))


@router.post("/sync", dependencies=[OwnOrigin])
def sync(
    console: PublishingDep,
    source: Name = "",
    how: Annotated[str, Form(pattern="^(sync|dry_run|withdraw)$")] = "sync",
) -> Response:
    """Begin it; the report is there when it is done."""
    mode = SyncMode(dry_run=how == "dry_run", withdraw=how == "withdraw")
    begun = console.assistant.sources.start(source, mode=mode, by=console.me)
    return to(f"/sources?told={'begun' if begun else 'running'}")


@router.post("/schedule", dependencies=[OwnOrigin])
def schedule(
    console: PublishingDep, source: Name = "", every: Annotated[int, Form()] = 0
) -> Response:
    """Every so many hours, or by hand alone."""
    console.assistant.sources.schedule(source, every or None, by=console.me)
    return to("/sources?told=scheduled")


@router.post("/withdraw", dependencies=[OwnOrigin])
def withdraw(console: PublishingDep, source: Name = "", sure: Name = "") -> Response:
    """All articles of a source that is gone; who is sure writes how many those are."""
    known = console.assistant.sources.named(source)
    if sure.strip() != str(known.articles):
        listed = _listed(console, unsure=source)
        return listing(console, "sources", status=422, **listed)
    console.assistant.sources.withdraw(source, by=console.me.id)
    return to("/sources?told=withdrawn")


def _listed(console: Console, *, told: str = "", unsure: str | None = None) -> dict[str, Any]:
    found = console.assistant.sources.all()
    if unsure and unsure not in {state.name for state in found}:
        raise UnknownThing("source", unsure[:200])
    return {
        "listed": found,
        "is_running": console.assistant.sources.is_running,
        "told": told if told in _TOLD else "",
        "unsure": unsure,
        "every_hours": EVERY_HOURS,
        "most": _MOST_SHOWN,
    }
