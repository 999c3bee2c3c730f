"""Describe the HTTP interface in OpenAPI, with an example for every answer and every error."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from assistant import __version__
from assistant.server.problems import MEDIA_TYPE, problem
from assistant.server.schemas import Problem

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_EXAMPLES = {
    400: problem(400, "The body is not valid JSON; send one JSON object.", name="invalid-json"),
    401: problem(
        401, "Send the conversation's token as `Authorization: Bearer …`.", name="not-allowed"
    ),
    404: problem(
        404, "There is no conversation 'c0ffee' here; check the id.", name="unknown-thing"
    ),
    409: problem(
        409,
        "Conversation 'c0ffee' is with_agent; this needs it to be waiting.",
        name="wrong-status",
    ),
    413: problem(413, "The body is larger than 65536 bytes; send less.", name="body-too-large"),
    422: problem(
        422,
        "The request is not accepted. body.text: Field required",
        name="invalid",
        errors=[{"field": "body.text", "message": "Field required"}],
    ),
    429: problem(
        429, "Too many requests; try again in 20 s.", name="too-many-requests", retry_after=20
    ),
    500: problem(
        500, "The server failed on this request; try again, and tell the operator if it goes on."
    ),
    503: problem(
        503,
        "Something that the assistant needs cannot be reached right now; try again shortly.",
        name="store-unavailable",
    ),
}

Responses = dict[int | str, dict[str, Any]]


def errors(*statuses: int) -> Responses:
    """The errors that a route can end in, beside those that any can."""
    return {status: _error(status) for status in (*statuses, 500, 503)}


def example(value: Any, *, status: int = 200, stream: str | None = None) -> Responses:
    """What success looks like, as JSON and, where there is one, as a stream of events."""
    content: dict[str, Any] = {"application/json": {"example": value}}
    if stream is not None:
        content["text/event-stream"] = {"schema": {"type": "string"}, "example": stream}
    return {status: {"description": HTTPStatus(status).phrase, "content": content}}


def stream_only(stream: str) -> Responses:
    """What success looks like where only events are sent."""
    content = {"text/event-stream": {"schema": {"type": "string"}, "example": stream}}
    return {200: {"description": "A stream of server-sent events.", "content": content}}


def describe(app: FastAPI) -> None:
    """Let the app serve this description at /openapi.json."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title=app.title,
        version=__version__,
        description="Ask the help center, reach a person, and follow a conversation.",
        routes=app.routes,
    )
    components = description.setdefault("components", {})
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = components.setdefault("schemas", {})
    schemas |= {**schema.pop("$defs", {}), "Problem": schema}
    _forget_other_errors(description)
    return description


def _forget_other_errors(description: dict[str, Any]) -> None:
    """FastAPI describes its own form of a 422, which no route of ours ever sends."""
    for calls in description["paths"].values():
        for call in calls.values():
            if "application/json" in call["responses"].get("422", {}).get("content", {}):
                del call["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        description["components"]["schemas"].pop(name, None)


def _error(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": _PROBLEM, "example": _EXAMPLES[status]}}
    return {"description": HTTPStatus(status).phrase, "content": content}
