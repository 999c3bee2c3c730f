"""Saved lists of the inbox: keep one, delete one."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import ValidationError

from assistant.errors import Refused
from assistant.server.console import ReaderDep, attempt, to
from assistant.server.inbox import Filters
from assistant.server.sign_in import CONSOLE, OwnOrigin

router = APIRouter(prefix=f"{CONSOLE}/views", include_in_schema=False)

_LONGEST_QUERY = 2000

Text = Annotated[str, Form(max_length=_LONGEST_QUERY)]


@router.post("", dependencies=[OwnOrigin])
def save(console: ReaderDep, name: Text = "", query: Text = "", shared: Text = "") -> Response:
    """The list as it stands, under a name."""
    kept: dict[str, str] = {}

    def keep() -> None:
        try:
            filters = Filters(**dict(parse_qsl(query)))  # type: ignore[arg-type]
        except ValidationError as error:
            raise Refused("This list cannot be kept; narrow it again.") from error
        kept.update({"box": filters.box.value, **filters.narrowing})
        console.assistant.views.save(name, kept, shared=shared == "yes", by=console.me)

    refused = attempt(keep)
    return to(f"?{urlencode(kept)}" + ("&unsaved=1" if refused else ""))


@router.post("/{view_id}/drop", dependencies=[OwnOrigin])
def drop(view_id: str, console: ReaderDep) -> Response:
    """Forget it."""
    console.assistant.views.drop(view_id, by=console.me)
    return to("")
