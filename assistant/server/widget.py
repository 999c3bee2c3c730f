"""The sample page, the widget's loader and its frame."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from assistant.server.dependencies import AssistantDep, PagesDep
from assistant.server.pages import web
from assistant.server.security import embedders, page_policy

router = APIRouter(include_in_schema=False)

_LOADER_HEADERS = {
    "Cache-Control": "public, max-age=300",
    # Sites embed it from their own origin, some as a module or under a cross-origin isolation.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("/")
def sample_page(request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """A shop that embeds the widget as any site would, until the company's own is configured."""
    if assistant.settings.site_url:
        return RedirectResponse("/help", status_code=307)
    return pages.render(request, "sample/shop.html", section="sample")


@router.get("/widget.js")
def loader(if_none_match: Annotated[str | None, Header()] = None) -> Response:
    """The script that a site includes."""
    file = FileResponse(
        web("static") / "widget" / "loader.js",
        media_type="text/javascript; charset=utf-8",
        headers=_LOADER_HEADERS,
        stat_result=(web("static") / "widget" / "loader.js").stat(),
    )
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    if file.headers["etag"] in known:
        return Response(status_code=304, headers={**_LOADER_HEADERS, "ETag": file.headers["etag"]})
    return file


@router.get("/widget")
def frame(request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """The widget itself, embedded by the allowed origins only."""
    policy = page_policy(frame_ancestors=embedders(assistant.settings.allowed_origins))
    response = pages.render(request, "widget/frame.html", section="widget", policy=policy)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
