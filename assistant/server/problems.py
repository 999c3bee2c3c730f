"""Every error as a problem detail (RFC 9457); people in a browser get a page instead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import Match

from assistant.errors import (
    AssistantError,
    EmbedderUnavailable,
    HomeBusy,
    IndexUnavailable,
    ModelFailed,
    NotAllowed,
    Refused,
    RefusedRows,
    StoreUnavailable,
    TooLong,
    TooManyRequests,
    UnknownThing,
    WrongStatus,
)
from assistant.server.pages import Pages
from assistant.server.security import protect

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:help-assistant:problem:"

_UNAVAILABLE = "Something that the assistant needs cannot be reached right now; try again shortly."
_UNEXPECTED = "The server failed on this request; try again, and tell the operator if it goes on."
_STATUS: dict[type[AssistantError], int] = {
    UnknownThing: 404,
    WrongStatus: 409,
    TooLong: 422,
    Refused: 422,
    NotAllowed: 401,
    TooManyRequests: 429,
    HomeBusy: 503,
    StoreUnavailable: 503,
    IndexUnavailable: 503,
    EmbedderUnavailable: 503,
    ModelFailed: 503,
}
_FOR_PROGRAMS = ("/api/", "/static/", "/widget")


def problem(status: int, detail: str, *, name: str = "", **extra: Any) -> dict[str, Any]:
    """The problem detail; `name` makes its type, without one the status says it all."""
    kind = TYPE_PREFIX + name if name else "about:blank"
    title = HTTPStatus(status).phrase
    return {"type": kind, "title": title, "status": status, "detail": detail, **extra}


def problem_of(error: Exception) -> dict[str, Any]:
    """What may be told of an error: the message of ours, nothing of one that is the operator's."""
    if isinstance(error, HTTPException):
        return problem(error.status_code, str(error.detail))
    known = next((kind for kind in type(error).__mro__ if kind in _STATUS), None)
    if known is None:
        return problem(500, _UNEXPECTED)
    status = _STATUS[known]
    detail = _UNAVAILABLE if status == 503 else str(error)
    return problem(status, detail, name=_kebab(type(error).__name__), **_extra(error))


def _extra(error: Exception) -> dict[str, Any]:
    if isinstance(error, TooManyRequests):
        return {"retry_after": error.retry_after}
    if isinstance(error, RefusedRows):
        return {"errors": [{"field": f"line {n}", "message": told} for n, told in error.rows]}
    return {}


def problem_response(body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """The problem as the API sends it."""
    sent = dict(headers or {})
    if body["status"] == 401:
        sent.setdefault("WWW-Authenticate", "Bearer")
    if "retry_after" in body:
        sent.setdefault("Retry-After", str(body["retry_after"]))
    return JSONResponse(body, status_code=body["status"], headers=sent, media_type=MEDIA_TYPE)


def install(app: FastAPI, pages: Pages) -> None:
    """Let every error of the app end here."""

    def answer(
        request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        if is_page(request):
            return pages.problem(request, body)
        return problem_response(body, headers)

    def ours(request: Request, error: Exception) -> Response:
        return answer(request, problem_of(error))

    def http(request: Request, error: Exception) -> Response:
        if above := _page_above(request, error):
            return RedirectResponse(above, status_code=303)
        headers = error.headers if isinstance(error, HTTPException) else None
        return answer(request, problem_of(error), headers)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, _invalid(error))

    def unexpected(request: Request, error: Exception) -> Response:
        response = ours(request, error)
        protect(response.headers, request.url.path)
        return response

    app.add_exception_handler(AssistantError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, unexpected)


def _invalid(error: RequestValidationError) -> dict[str, Any]:
    """Names each wrong field; never repeats what was sent."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return problem(
            400, "The body is not valid JSON; send one JSON object.", name="invalid-json"
        )
    errors = [{"field": _field(fault["loc"]), "message": fault["msg"]} for fault in faults[:20]]
    named = "; ".join(f"{each['field']}: {each['message']}" for each in errors[:3])
    return problem(422, f"The request is not accepted. {named}", name="invalid", errors=errors)


def _field(location: tuple[Any, ...]) -> str:
    # Names of fields can come from the caller: keep what is printable, and not much of it.
    path = ".".join(str(part) for part in location) or "body"
    return re.sub(r"[^\x20-\x7e]", "?", path)[:100]


def is_page(request: Request) -> bool:
    """Whether a person in a browser waits for the answer."""
    accept = request.headers.get("accept", "")
    return "text/html" in accept and not request.url.path.startswith(_FOR_PROGRAMS)


def _page_above(request: Request, error: Exception) -> str | None:
    """Where somebody finds the form that they sent, who opens the address that it was sent to:
    a bookmark, or the way back after signing in. None for everything else."""
    wrong_method = isinstance(error, HTTPException) and error.status_code == 405
    path = request.url.path
    while wrong_method and request.method == "GET" and is_page(request) and path.count("/") > 1:
        path = path.rpartition("/")[0]
        if _is_there(request, path):
            return path
    return None


def _is_there(request: Request, path: str) -> bool:
    scope = {**request.scope, "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.router.routes)


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
