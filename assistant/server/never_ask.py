"""The way out of the mails that ask for a recommendation: a page with one button.

Whoever has the link may go: it is signed, works for ever, and opens nothing.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from assistant.errors import UnknownThing
from assistant.server.dependencies import AssistantDep, PagesDep
from assistant.server.pages import Pages

router = APIRouter(prefix="/never-ask", include_in_schema=False)


@router.get("/{code}")
def offer(code: str, request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """What would change. To open it changes nothing: guards of mail boxes open every link."""
    try:
        assistant.visitors.leaving(code)
    except UnknownThing:
        return _page(request, pages, "unknown", status=404)
    return _page(request, pages, "offered")


@router.post("/{code}")
def leave(code: str, request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """Never again; from the page, or from the mail program itself (RFC 8058)."""
    try:
        assistant.relationship.declined(assistant.visitors.leaving(code))
    except UnknownThing:
        return _page(request, pages, "unknown", status=404)
    return _page(request, pages, "done")


def _page(request: Request, pages: Pages, step: str, *, status: int = 200) -> Response:
    template = "help_center/never_ask.html"
    return pages.render(request, template, section="help_center", status=status, step=step)
