"""An article's way to the public: sent for review, sent back, published, archived. Each saves first
what stands on the form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from assistant.domain.manuscript import Manuscript, Stale
from assistant.errors import WrongStatus
from assistant.server.articles import PATH
from assistant.server.console import Console, PublishingDep, WritingDep, to
from assistant.server.dependencies import ManuscriptId
from assistant.server.editing import Sheet, SheetForm, after_saving, shown
from assistant.server.sign_in import OwnOrigin
from assistant.writing.approving import once_meant
from assistant.writing.scheduling import moment_in

router = APIRouter(prefix=f"{PATH}/{{manuscript_id}}", include_in_schema=False)


@router.post("/submit", dependencies=[OwnOrigin])
def submit(manuscript_id: ManuscriptId, console: WritingDep, sheet: SheetForm) -> Response:
    """Save, and send for review."""
    send = console.assistant.editor.submit
    return _stepped(console, manuscript_id, sheet, send, told="submitted")


@router.post("/send-back", dependencies=[OwnOrigin])
def send_back(manuscript_id: ManuscriptId, console: WritingDep, sheet: SheetForm) -> Response:
    """Save, and back to its writer; or the writer takes it back."""
    send = console.assistant.editor.send_back
    return _stepped(console, manuscript_id, sheet, send, told="sent_back")


@router.post("/publish", dependencies=[OwnOrigin])
def publish(manuscript_id: ManuscriptId, console: PublishingDep, sheet: SheetForm) -> Response:
    """Save, see what it breaks, and customers read it."""
    go = console.assistant.editor.publish

    def publish(saved: Manuscript) -> Manuscript | Stale:
        publish_it = partial(go, manuscript_id, version=saved.version, by=console.me)
        return _once_meant(console, saved, publish_it, reason=sheet.reason)

    return after_saving(console, manuscript_id, sheet, then=publish, told="published")


@router.post("/schedule", dependencies=[OwnOrigin])
def schedule(manuscript_id: ManuscriptId, console: PublishingDep, sheet: SheetForm) -> Response:
    """Save, see what it breaks, and customers read it from a moment on."""
    zone = console.assistant.team.levels().hours.zone

    def schedule(saved: Manuscript) -> Manuscript | Stale:
        at = moment_in(sheet.zone, sheet.publish_at, otherwise=zone)
        waits = console.assistant.schedule.publish_at
        approve_it = partial(waits, manuscript_id, at, version=saved.version, by=console.me)
        return _once_meant(console, saved, approve_it, reason=sheet.reason)

    return after_saving(console, manuscript_id, sheet, then=schedule, told="scheduled")


@router.post("/unschedule", dependencies=[OwnOrigin])
def unschedule(manuscript_id: ManuscriptId, console: WritingDep, sheet: SheetForm) -> Response:
    """Save; it waits for nothing any more."""
    cancel = console.assistant.schedule.cancel
    return _stepped(console, manuscript_id, sheet, cancel, told="unscheduled")


@router.post("/archive", dependencies=[OwnOrigin])
def archive(manuscript_id: ManuscriptId, console: PublishingDep) -> Response:
    """Customers read nothing of it any more."""
    try:
        console.assistant.editor.archive(manuscript_id, by=console.me)
    except WrongStatus as error:
        return shown(console, manuscript_id, problem=error, status=409)
    return to(f"/articles/{manuscript_id}?told=archived")


def _stepped(
    console: Console, manuscript_id: str, sheet: Sheet, step: Callable[..., Any], *, told: str
) -> Response:
    """Save, and let it take a step that nobody needs to have read the text for."""
    then = partial(step, manuscript_id, by=console.me)
    return after_saving(console, manuscript_id, sheet, then=lambda _: then(), told=told)


def _once_meant(
    console: Console,
    saved: Manuscript,
    go: Callable[[], Manuscript | Stale],
    *,
    reason: str,
) -> Manuscript | Stale:
    checks, editor = console.assistant.impact, console.assistant.editor
    return once_meant(saved, go, reason=reason, by=console.me, checks=checks, editor=editor)
