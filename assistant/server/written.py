"""What is asked for once a case is open: its summary by the language model, and what a reply may
begin from, by the model or from the help center."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.concurrency import in_thread
from assistant.errors import ModelFailed
from assistant.server.console import AnsweringDep, Console
from assistant.server.dependencies import ConversationId
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.casework import as_sent
from assistant.support.inbox import Case
from assistant.support.looking_up import Found

router = APIRouter(prefix=f"{CONSOLE}/conversations/{{id}}", include_in_schema=False)

log = logging.getLogger(__name__)


@router.post("/summary", dependencies=[OwnOrigin])
async def summary(id: ConversationId, console: AnsweringDep) -> Response:
    """In the language of who asks; `text` is null where the model wrote none."""
    case = await in_thread(console.assistant.inbox.case, id)
    locale = console.pages.locale(console.request)
    try:
        written = await console.assistant.summaries.write(case, locale=locale)
    except ModelFailed as error:
        log.warning("summary.failed: %s", error)
        return JSONResponse({"text": None})
    return JSONResponse({"text": written.text, "model": written.model})


@router.post("/proposal", dependencies=[OwnOrigin])
async def proposal(id: ConversationId, console: AnsweringDep) -> Response:
    """In the customer's language, as Markdown and as they would read it; `text` is null where there
    is none, `model` where it is from the help center. `looked_up`: a part of the page, with the
    passages for what the customer asked people, to be used and marked; null where nothing was."""
    case = await in_thread(console.assistant.inbox.case, id)
    proposed = await console.assistant.proposals.propose(case)
    html = await in_thread(as_sent, proposed.text) if proposed.text else None
    found = proposed.looked_up
    looked_up = await in_thread(_looked_up, console, case, found) if found else None
    return JSONResponse(
        {"text": proposed.text, "html": html, "model": proposed.model, "looked_up": looked_up}
    )


def _looked_up(console: Console, case: Case, found: Found) -> str:
    address_of = console.assistant.everything.library.address_of
    return console.part("looked_up", case=case, found=found, address_of=address_of)
