"""The review queue: the assistant's own answers, why they were given, and how good they were."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from assistant.domain.review import Mark, Pick
from assistant.server.console import SteeringDep, to
from assistant.server.dependencies import MessageId
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.reviewing import LONGEST_NOTE

router = APIRouter(prefix=f"{CONSOLE}/review", include_in_schema=False)


@router.get("")
def review(console: SteeringDep, pick: Annotated[Pick, Query()] = Pick.LEAST_SURE) -> Response:
    """Some answers that nobody has reviewed."""
    return console.render(
        "review",
        given=console.assistant.reviewing.queue(pick),
        verdicts=console.assistant.reviewing.verdicts(),
        pick=pick,
        picks=list(Pick),
        marks=list(Mark),
        longest=LONGEST_NOTE,
    )


@router.post("/{id}", dependencies=[OwnOrigin])
def mark(
    id: MessageId,
    console: SteeringDep,
    conversation: Annotated[str, Form(max_length=200)],
    mark: Annotated[Mark, Form()],
    pick: Annotated[Pick, Form()] = Pick.LEAST_SURE,
    note: Annotated[str, Form(max_length=LONGEST_NOTE)] = "",
) -> Response:
    """How good it was; on to the next."""
    console.assistant.reviewing.mark(
        id, conversation_id=conversation, mark=mark, pick=pick, note=note, by=console.me
    )
    return to(f"/review?pick={pick}")
