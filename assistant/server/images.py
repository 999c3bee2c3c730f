"""Images of articles: taken from writers, given to whoever reads.

Their address tells nothing and cannot be guessed: it is made of their content, and never shows
anything else.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response

from assistant.concurrency import in_thread
from assistant.domain.image import IMAGES, LARGEST_IMAGE, MEDIA_TYPES
from assistant.errors import UnfitArticle, UnknownThing
from assistant.markup import OUR_IMAGE
from assistant.server.articles import PATH, problem_in
from assistant.server.attachments import received
from assistant.server.console import WritingDep
from assistant.server.dependencies import AssistantDep, ManuscriptId
from assistant.server.sign_in import OwnOrigin

router = APIRouter(include_in_schema=False)

_FOR_EVER = "public, max-age=31536000, immutable"
_NOTHING_ELSE = "default-src 'none'; frame-ancestors 'none'; sandbox"


@router.get(IMAGES + "{name}")
def image(name: str, assistant: AssistantDep) -> Response:
    """The image, under its own type and with all that keeps a browser from running it."""
    if not OUR_IMAGE.fullmatch(IMAGES + name):
        raise UnknownThing("image", name[:60])
    headers = {"Cache-Control": _FOR_EVER, "Content-Security-Policy": _NOTHING_ELSE}
    media_type = MEDIA_TYPES[name.rpartition(".")[2]]
    return Response(assistant.images.read(name), headers=headers, media_type=media_type)


@router.post(f"{PATH}/{{manuscript_id}}/images", dependencies=[OwnOrigin])
async def add(
    manuscript_id: ManuscriptId,
    console: WritingDep,
    request: Request,
    x_image_alternative: Annotated[str, Header(max_length=4000)] = "",
) -> Response:
    """Keep an image that a script sends; the Markdown that shows it."""
    await in_thread(console.assistant.shelves.manuscript, manuscript_id)
    content = await received(request, LARGEST_IMAGE)
    alternative = unquote(x_image_alternative)
    try:
        markdown = await in_thread(console.assistant.images.add, content, alternative=alternative)
    except UnfitArticle as error:
        return JSONResponse({"problem": problem_in(console, error)}, status_code=422)
    return JSONResponse({"markdown": markdown}, status_code=201)
