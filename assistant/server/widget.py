"""The sample page, the widget's loader and its frame."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.domain.experiment import Subject
from assistant.errors import Refused
from assistant.server import colours
from assistant.server.assets import lean_response
from assistant.server.dependencies import AssistantDep, PagesDep
from assistant.server.pages import strings, web
from assistant.server.security import FOR_ANY_SITE, embedders, for_isolated_pages, page_policy

router = APIRouter(include_in_schema=False)

_LOADER_HEADERS = {**FOR_ANY_SITE, "Cache-Control": "public, max-age=300"}
_NO_NUDGES, _NUDGES = "const NUDGES=false;", "const NUDGES=true;"


@router.get("/")
def sample_page(request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """A shop that embeds the widget as any site would, until the company's own is configured."""
    if assistant.settings.site_url:
        return RedirectResponse("/help", status_code=307)
    return pages.render(request, "sample/shop.html", section="sample")


@router.get("/widget.js")
def loader(request: Request, assistant: AssistantDep) -> Response:
    """The script that a site includes. Only where there are proactive messages it asks for them."""
    changed = {_NO_NUDGES: _NUDGES} if assistant.nudges.active() else {}
    path = web("static") / "widget" / "loader.js"
    return lean_response(path, request.headers, _LOADER_HEADERS, changed=changed)


@router.get("/widget")
def frame(
    request: Request,
    assistant: AssistantDep,
    pages: PagesDep,
    theme: Annotated[str, Query(max_length=10)] = "",
    colour: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The widget itself, embedded by the allowed origins only."""
    settings = assistant.settings
    wanted = colours.parsed(colour)
    response = pages.render(
        request,
        "widget/frame.html",
        section="widget",
        policy=page_policy(
            frame_ancestors=embedders(settings.allowed_origins),
            images_of=settings.logo_url,
            blobs=True,
        ),
        max_message=settings.max_message,
        attachment_mb=settings.attachment_mb,
        survey=assistant.experiments.uses(Subject.SURVEY_AFTER),
        theme=theme if theme in ("light", "dark") else "",
        colour="".join(f"{part:02x}" for part in wanted) if wanted else "",
        logo=settings.logo_url,
        incidents=assistant.nudges.incidents(pages.locale(request)),
    )
    response.headers.update(for_isolated_pages(images_of=settings.logo_url))
    return response


@router.get("/widget/wordings")
def wordings(request: Request, pages: PagesDep) -> Response:
    """The wordings of the parts that the frame loads only when they are needed."""
    return JSONResponse(dict(strings("widget_later", pages.locale(request))))


@router.get("/widget/colour.css")
def colour_sheet(colour: Annotated[str, Query(max_length=10)]) -> Response:
    """The frame's colours for a site's own, each pair made readable."""
    wanted = colours.parsed(colour)
    if wanted is None:
        raise Refused("This is not a colour; write six hexadecimal digits, such as 1c5d4a.")
    return Response(
        colours.style_sheet(wanted),
        media_type="text/css",
        headers={"Cache-Control": "public, max-age=86400"},
    )
