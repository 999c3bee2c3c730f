"""The page of a person's tokens: made, shown once, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path
from fastapi.responses import Response

from assistant.errors import NotAllowed, Refused
from assistant.ports.api_tokens import Scope
from assistant.server.console import Console, ReaderDep, to
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.api_tokens import LONGEST_NAME, MOST

router = APIRouter(prefix=f"{CONSOLE}/account/tokens", include_in_schema=False)

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


@router.get("")
def tokens(console: ReaderDep) -> Response:
    """My own."""
    return _shown(console)


@router.post("", dependencies=[OwnOrigin])
def make(
    console: ReaderDep,
    name: Annotated[str, Form(max_length=1000)] = "",
    scope: Annotated[Scope, Form()] = Scope.READ,
) -> Response:
    """A new one, shown on this page and never again."""
    try:
        made = console.assistant.api_tokens.make(name, by=console.me, scope=scope)
    except (Refused, NotAllowed) as error:
        return _shown(console, problem=str(error), status=422)
    response = _shown(console, made=made)
    response.headers["Cache-Control"] = "no-store"
    return response


@router.post("/{token_id}/revoke", dependencies=[OwnOrigin])
def revoke(token_id: Id, console: ReaderDep) -> Response:
    """It opens nothing any more."""
    console.assistant.api_tokens.revoke(token_id, by=console.me)
    return to("/account/tokens")


def _shown(
    console: Console, *, made: str = "", problem: str | None = None, status: int = 200
) -> Response:
    words, w = console.pages.wordings(console.request, "insights")
    return console.render(
        "api_tokens",
        status=status,
        tokens=console.assistant.api_tokens.of(console.me),
        made=made,
        problem=problem,
        most=MOST,
        longest=LONGEST_NAME,
        words=words,
        w=w,
    )
