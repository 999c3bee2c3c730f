"""Where the helpdesk that people answer in rings, once something happened in a case there."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.ports.helpdesk import Ring
from assistant.server.dependencies import AssistantDep

router = APIRouter(include_in_schema=False)


@router.post("/api/v1/helpdesk", status_code=204)
async def ring(request: Request, assistant: AssistantDep) -> Response:
    """The case is looked at within seconds, whatever else was sent."""
    rung = Ring(
        {name.lower(): text for name, text in request.headers.items()}, await request.body()
    )
    await in_thread(assistant.outlets.ring, rung)
    return Response(status_code=204)
