"""The summary of a case that the language model writes, asked for once the case is open."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from assistant.concurrency import in_thread
from assistant.errors import ModelFailed
from assistant.server.console import AnsweringDep
from assistant.server.dependencies import ConversationId
from assistant.server.sign_in import CONSOLE, OwnOrigin

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
