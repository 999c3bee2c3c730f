"""The settings page of the team: opening hours, holidays, promised times."""

from __future__ import annotations

from zoneinfo import available_timezones

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.domain.conversation import Priority
from assistant.errors import Refused
from assistant.server.console import ConfiguringDep, Console, to
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support import team as service

router = APIRouter(prefix=CONSOLE, include_in_schema=False)


@router.get("/team")
def team(console: ConfiguringDep) -> Response:
    """What is set, or what holds while nothing is."""
    return _shown(console, console.assistant.team.form())


@router.post("/team", dependencies=[OwnOrigin])
async def save_team(request: Request, console: ConfiguringDep) -> Response:
    """Set it for everybody, from now on."""
    sent = {name: str(value)[:10_000] for name, value in (await request.form()).items()}
    form = service.Form(
        zone=sent.get("zone", "").strip(),
        days={day: sent.get(f"day-{day}", "").strip() for day in service.WEEKDAYS},
        holidays=sent.get("holidays", "").strip(),
        minutes={level: _minutes(sent, level) for level in Priority},
        resolutions=_resolutions(sent),
    )
    try:
        await in_thread(console.assistant.team.save, form, by=console.me)
    except Refused as error:
        return _shown(console, form, problem=str(error), status=422)
    return to("/team?saved=1")


def _minutes(sent: dict[str, str], level: Priority) -> tuple[int, int]:
    first, following = (sent.get(f"{kind}-{int(level)}", "") for kind in ("first", "next"))
    return tuple(
        int(text) if text.isdigit() and len(text) < 8 else 0 for text in (first, following)
    )  # type: ignore[return-value]


def _resolutions(sent: dict[str, str]) -> dict[Priority, int]:
    """Where nothing is written, nothing is promised."""
    written = {level: sent.get(f"resolution-{int(level)}", "").strip() for level in Priority}
    return {
        level: int(text) if text.isdigit() and len(text) < 8 else 0
        for level, text in written.items()
        if text
    }


def _shown(
    console: Console, form: service.Form, *, problem: str | None = None, status: int = 200
) -> Response:
    return console.render(
        "team",
        status=status,
        form=form,
        priorities=list(Priority),
        weekdays=service.WEEKDAYS,
        zones=sorted(available_timezones()),
        problem=problem,
        saved="saved" in console.request.query_params,
        longest=service.LONGEST_MINUTES,
        kept=console.assistant.team.kept(),
    )
