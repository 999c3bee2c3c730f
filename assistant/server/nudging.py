"""Proactive messages as the visitor's browser gets them, and what it tells of them.

What is shown is counted where its words are fetched: that needs no second request, no line in a
site's policy beside the script's own, and nothing on the visitor's side.
"""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from assistant.domain.nudge import Nudge
from assistant.errors import TooManyRequests
from assistant.server import examples, messages
from assistant.server.assets import lean_response
from assistant.server.dependencies import (
    AssistantDep,
    ConversationId,
    NudgeId,
    PagesDep,
    ShowsDep,
    TokenDep,
    WakeupsDep,
)
from assistant.server.openapi import errors, example
from assistant.server.pages import web
from assistant.server.schemas import TakenUpOut
from assistant.server.security import FOR_ANY_SITE
from assistant.server.sent import TakeUp

router = APIRouter()

_SCRIPT = "text/javascript; charset=utf-8"


@router.get("/widget/nudges.js", include_in_schema=False)
def rules(request: Request, assistant: AssistantDep) -> Response:
    """Where and when to show which message, with what shows it."""
    headers = {**FOR_ANY_SITE, "Cache-Control": "public, max-age=60"}
    told = json.dumps([_rule(each) for each in assistant.nudges.active()], separators=(",", ":"))
    return lean_response(
        web("static") / "widget" / "nudges.js",
        request.headers,
        headers,
        more=f"\nrules.push(...{told});\n",
    )


@router.get("/widget/nudges/{nudge_id}.js", include_in_schema=False)
def words(
    nudge_id: NudgeId, request: Request, assistant: AssistantDep, pages: PagesDep, shows: ShowsDep
) -> Response:
    """The words of one, which is about to be shown."""
    text = assistant.nudges.words(nudge_id, pages.locale(request))
    try:
        shows.count(request.client.host if request.client else "")
        assistant.nudges.count_shown(nudge_id)
    except TooManyRequests:
        # Nobody looks at that many pages a minute: it is shown, and not believed.
        pass
    headers = {**FOR_ANY_SITE, "Cache-Control": "no-store"}
    return Response(f"export const text = {json.dumps(text)};\n", 200, headers, _SCRIPT)


@router.post(
    "/api/v1/conversations/{id}/nudges",
    tags=["conversations"],
    response_model=TakenUpOut,
    responses=example(examples.TAKEN_UP) | errors(400, 401, 404, 413, 422),
)
def take_up(
    id: ConversationId,
    body: TakeUp,
    assistant: AssistantDep,
    token: TokenDep,
    wakeups: WakeupsDep,
) -> Response:
    """The customer opened a proactive message: it stands in the conversation, once."""
    conversation = assistant.desk.authorise(id, token)
    message = assistant.nudges.take_up(body.nudge_id, conversation)
    wakeups.ring(id)
    return JSONResponse({"message": messages.shown(message) if message else None})


def _rule(nudge: Nudge) -> dict[str, object]:
    return {
        "id": nudge.id,
        "kind": nudge.kind.value,
        "place": nudge.place,
        "seconds": nudge.seconds,
        "locales": sorted(nudge.texts),
    }
