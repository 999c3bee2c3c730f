"""Files: taken from customers while people have the conversation, given back to them and to agents.

They go out under their own type with all that keeps a browser from running them: never sniffed, as
a download, in a sandbox without anything.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Header, HTTPException, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from assistant.concurrency import in_thread
from assistant.domain.attachment import Attachment
from assistant.server import examples, messages
from assistant.server.console import AnsweringDep, ReaderDep, attempt
from assistant.server.dependencies import (
    AssistantDep,
    AttachmentId,
    ConversationId,
    TokenDep,
    WakeupsDep,
)
from assistant.server.openapi import Responses, errors, example
from assistant.server.schemas import MessageOut
from assistant.server.sign_in import CONSOLE, OwnOrigin

router = APIRouter()

_LONGEST_NAME = 2000
_BYTES = "(the bytes of the file)"
_ANY_FILE = {
    "schema": {"type": "string", "format": "binary", "examples": [_BYTES]},
    "example": _BYTES,
}
_BODY = {"requestBody": {"required": True, "content": {"application/octet-stream": _ANY_FILE}}}
_FILE: Responses = {
    200: {"content": {"application/octet-stream": _ANY_FILE}, "description": "The file."}
}


@router.post(
    "/api/v1/conversations/{id}/attachments",
    tags=["conversations"],
    status_code=201,
    response_model=MessageOut,
    responses=example(examples.ATTACHED, status=201) | errors(401, 404, 409, 413, 422, 429),
    openapi_extra=_BODY,
)
async def attach(
    id: ConversationId,
    request: Request,
    assistant: AssistantDep,
    token: TokenDep,
    wakeups: WakeupsDep,
    x_file_name: Annotated[
        str, Header(max_length=_LONGEST_NAME, description="Percent-encoded UTF-8.")
    ] = "",
    x_client_id: Annotated[
        str | None, Header(max_length=200, description="As `client_id` of a message.")
    ] = None,
) -> Response:
    """Send an image (PNG, JPEG, GIF, WebP) or a PDF to the person who has the conversation."""
    conversation = await in_thread(assistant.desk.authorise, id, token)
    assistant.attachments.may_send(conversation)
    content = await received(request, assistant.attachments.limits.size)
    message = await in_thread(
        lambda: assistant.attachments.send(
            conversation, content, name=unquote(x_file_name), client_id=x_client_id
        )
    )
    wakeups.ring(id)
    return JSONResponse(messages.shown(message), status_code=201)


@router.get(
    "/api/v1/conversations/{id}/attachments/{attachment_id}",
    tags=["conversations"],
    response_class=Response,
    responses=_FILE | errors(401, 404),
)
def read(
    id: ConversationId, attachment_id: AttachmentId, assistant: AssistantDep, token: TokenDep
) -> Response:
    """A file of the conversation."""
    assistant.desk.authorise(id, token)
    return _sent(*assistant.attachments.read(id, attachment_id))


@router.get(CONSOLE + "/conversations/{id}/attachments/{attachment_id}", include_in_schema=False)
def read_as_agent(id: ConversationId, attachment_id: AttachmentId, console: ReaderDep) -> Response:
    """The same, for who may read conversations."""
    return _sent(*console.assistant.attachments.read(id, attachment_id))


@router.post(
    CONSOLE + "/conversations/{id}/attachments",
    dependencies=[OwnOrigin],
    include_in_schema=False,
)
async def answer_with_file(
    id: ConversationId,
    request: Request,
    console: AnsweringDep,
    x_file_name: Annotated[str, Header(max_length=_LONGEST_NAME)] = "",
    x_key: Annotated[str, Header(max_length=64)] = "",
) -> Response:
    """A file for the customer, from who has the conversation."""
    attachments = console.assistant.attachments
    conversation = await in_thread(console.assistant.store.conversation, id)
    content = await received(request, attachments.limits.size)
    name, key = unquote(x_file_name), f"console-{x_key}" if x_key else None
    refused = await in_thread(
        attempt,
        lambda: attachments.answer(conversation, console.me, content, name=name, key=key),
    )
    if refused is not None:
        problem, status = refused
        return JSONResponse({"problem": problem}, status_code=status)
    console.changed(id)
    return JSONResponse({}, status_code=201)


async def received(request: Request, limit: int) -> bytes:
    """The body as it comes; what goes over the limit is not read to its end."""
    content = bytearray()
    try:
        async for part in request.stream():
            content += part
            if len(content) > limit:
                raise HTTPException(413, f"The file is larger than {limit} bytes; send less.")
    except ClientDisconnect:
        raise HTTPException(400, "The file did not arrive whole; send it again.") from None
    return bytes(content)


def _sent(file: Attachment, content: bytes) -> Response:
    plain = "".join(each if each.isascii() and each not in '"%;' else "_" for each in file.name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {
        "Content-Disposition": disposition,
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, media_type=file.media_type)
