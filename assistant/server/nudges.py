"""The console's page of proactive messages: what visitors are told, where, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.domain.nudge import LONGEST_PLACE, LONGEST_TEXT, LONGEST_WAIT_S, NudgeKind
from assistant.errors import Refused
from assistant.server.console import ConfiguringDep, Console, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.nudges import Draft

router = APIRouter(prefix=f"{CONSOLE}/nudges", include_in_schema=False)


@router.get("")
def nudges(console: ConfiguringDep) -> Response:
    """All of them, the newest first."""
    return _shown(console)


@router.post("", dependencies=[OwnOrigin])
async def add(request: Request, console: ConfiguringDep) -> Response:
    """A new one."""
    draft = _draft(await _form(request))
    return await _saved(console, draft, lambda: console.assistant.nudges.save(draft, by=console.me))


@router.post("/{nudge_id}", dependencies=[OwnOrigin])
async def change(nudge_id: str, request: Request, console: ConfiguringDep) -> Response:
    """As it is from now on."""
    draft = _draft(await _form(request))
    return await _saved(
        console,
        draft,
        lambda: console.assistant.nudges.save(draft, by=console.me, nudge_id=nudge_id),
        nudge_id=nudge_id,
    )


@router.post("/{nudge_id}/drop", dependencies=[OwnOrigin])
def drop(nudge_id: str, console: ConfiguringDep) -> Response:
    """Gone, with its figures."""
    console.assistant.nudges.drop(nudge_id, by=console.me)
    return to("/nudges?saved=1")


async def _saved(
    console: Console, draft: Draft, save: Callable[[], object], *, nudge_id: str = ""
) -> Response:
    try:
        await in_thread(save)
    except Refused as error:
        problem = str(error)
        return await in_thread(
            lambda: _shown(console, draft, problem=problem, of=nudge_id, status=422)
        )
    return to("/nudges?saved=1")


async def _form(request: Request) -> dict[str, str]:
    return {name: str(value)[:10_000] for name, value in (await request.form()).items()}


def _draft(sent: Mapping[str, str]) -> Draft:
    seconds = sent.get("seconds", "")
    incident = sent.get("kind") == NudgeKind.INCIDENT
    return Draft(
        kind=NudgeKind.INCIDENT if incident else NudgeKind.INVITATION,
        place=sent.get("place", ""),
        seconds=int(seconds)
        if seconds.isascii() and seconds.isdigit() and len(seconds) < 8
        else -1,
        texts={locale: sent.get(f"text-{locale}", "") for locale in LOCALES},
        active=sent.get("active") == "yes",
    )


def _shown(
    console: Console,
    draft: Draft | None = None,
    *,
    problem: str | None = None,
    of: str = "",
    status: int = 200,
) -> Response:
    """`draft`: what could not be saved, of the one with the id `of` or of a new one."""
    return console.render(
        "nudges",
        status=status,
        nudges=console.assistant.nudges.all(),
        blank=Draft(NudgeKind.INVITATION, "/*", 20, {}, active=True),
        draft=draft,
        draft_of=of,
        kinds=list(NudgeKind),
        locales=LOCALES,
        problem=problem,
        saved="saved" in console.request.query_params,
        longest=(LONGEST_TEXT, LONGEST_PLACE, LONGEST_WAIT_S),
    )
