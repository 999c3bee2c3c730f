"""How customers are greeted, as leads write it in the console."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.errors import Refused
from assistant.server.console import ConfiguringDep, Console, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.welcome import LONGEST, usual

router = APIRouter(prefix=CONSOLE, include_in_schema=False)


@router.get("/welcome")
def welcome(console: ConfiguringDep) -> Response:
    """What is set; empty where our own words greet."""
    return _shown(console, console.assistant.welcome.texts())


@router.post("/welcome", dependencies=[OwnOrigin])
async def save_welcome(request: Request, console: ConfiguringDep) -> Response:
    """For conversations that begin from now on."""
    sent = await request.form()
    texts = {each: str(sent.get(f"text-{each}", ""))[: LONGEST + 1] for each in LOCALES}
    try:
        await in_thread(console.assistant.welcome.save, texts, by=console.me)
    except Refused as error:
        return _shown(console, texts, problem=str(error), status=422)
    return to("/welcome?saved=1")


def _shown(
    console: Console, texts: Mapping[str, str], *, problem: str | None = None, status: int = 200
) -> Response:
    return console.render(
        "welcome",
        status=status,
        texts=texts,
        locales=LOCALES,
        usual={each: usual(each, None) for each in LOCALES},
        longest=LONGEST,
        problem=problem,
        saved="saved" in console.request.query_params,
    )
