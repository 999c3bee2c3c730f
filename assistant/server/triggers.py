"""What calls a person, as leads choose it, and from when on the assistant answers by itself."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.errors import Refused
from assistant.server.console import ConfiguringDep, Console, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.alarms import TOPICS
from assistant.support.calling import LONGEST_WORDS, MOST_WORDS
from assistant.support.triggers import OPTIONAL, Chosen

_LONGEST_TEXT = MOST_WORDS * (LONGEST_WORDS + 2) * 2

router = APIRouter(prefix=CONSOLE, include_in_schema=False)


@router.get("/triggers")
def triggers(console: ConfiguringDep) -> Response:
    """What is chosen."""
    return _shown(console, console.assistant.calling.chosen())


@router.post("/triggers", dependencies=[OwnOrigin])
async def choose_triggers(request: Request, console: ConfiguringDep) -> Response:
    """For messages that come from now on."""
    sent = await request.form()
    on = {str(value) for value in sent.getlist("on")}
    words = {each: str(sent.get(f"words-{each}", ""))[:_LONGEST_TEXT] for each in LOCALES}
    try:
        await in_thread(console.assistant.calling.choose, on, words, by=console.me)
    except Refused as error:
        lines = {locale: text.splitlines() for locale, text in words.items()}
        unsaved = Chosen(frozenset(OPTIONAL) - on, lines)
        return _shown(console, unsaved, problem=str(error), status=422)
    return to("/triggers?saved=1")


def _shown(
    console: Console, chosen: Chosen, *, problem: str | None = None, status: int = 200
) -> Response:
    return console.render(
        "triggers",
        status=status,
        chosen=chosen,
        optional=OPTIONAL,
        topics=TOPICS,
        locales=LOCALES,
        sureness=_sureness(console),
        problem=problem,
        saved="saved" in console.request.query_params,
    )


def _sureness(console: Console) -> dict[str, float]:
    """From which confidence the assistant answers, and what that lets through."""
    dial, budget = console.assistant.sureness.dial, console.assistant.sureness.budget()
    shares = {"budget": budget.share, **asdict(dial.counted_at(budget.share))}
    return {
        "labels": dial.labels,
        "own": dial.own,
        "adopted": budget.adopted is not None,
        **{name: 100 * share for name, share in shares.items()},
    }
