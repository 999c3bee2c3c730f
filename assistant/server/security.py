"""What every response tells the browser to forbid, and which origins may do what."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/"
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: under it browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": NO_PAGE,
}
FOR_ANY_SITE = {
    # Sites embed it from their own origin, some as a module or under a cross-origin isolation.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_SENT_HEADERS = ["Authorization", "Content-Type", "Last-Event-ID", "X-Client-Id", "X-File-Name"]
PRIVATE = ("/api/", "/console")
"""Whatever stands below is meant for one person."""


def page_policy(
    *, frame_ancestors: Iterable[str] = ("'none'",), images_of: str = "", blobs: bool = False
) -> str:
    """The content security policy of a page: everything from here, nothing inline.

    `images_of`: an address whose origin may give images, too. `blobs`: so may the page itself.
    """
    origin = urlsplit(images_of)
    images = f" {origin.scheme}://{origin.netloc}" if origin.netloc else ""
    images += " blob:" if blobs else ""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src 'self' data:{images}",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors " + " ".join(frame_ancestors),
        ]
    )


def for_isolated_pages(*, images_of: str = "") -> dict[str, str]:
    """What lets a frame into pages that isolate themselves: it wants of its own files what they
    want of it. `images_of`: as above; that origin need not agree, but is told of no visitor."""
    # Not always credentialless: Safari knows the other alone.
    wanted = "credentialless" if urlsplit(images_of).netloc else "require-corp"
    return {
        "Cross-Origin-Embedder-Policy": wanted,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


def embedders(allowed_origins: str) -> tuple[str, ...]:
    """Who may embed the widget's frame: ourselves and the allowed origins; none named means any."""
    named = origins(allowed_origins)
    return ("'self'", *named) if named else ("*",)


def origins(allowed_origins: str) -> list[str]:
    """The setting as browsers spell origins: without a slash at the end."""
    return [origin.rstrip("/") for origin in allowed_origins.split()]


def require_own_origin(request: Request, *, public_url: str) -> None:
    """Refuse a form that another site sent; a browser tells where it comes from with every POST."""
    origin = request.headers.get("origin")
    own = {request.headers.get("host", ""), urlsplit(public_url).netloc} - {""}
    if origin is None:
        allowed = request.headers.get("sec-fetch-site") == "same-origin"
    else:
        allowed = urlsplit(origin).netloc in own
    if not allowed:
        raise HTTPException(
            403, "This form was sent from another site; open the console and try again."
        )


def is_https(request: Request, *, public_url: str) -> bool:
    """Whether customers and agents reach us over https, a proxy in between or not."""
    return request.url.scheme == "https" or public_url.startswith("https://")


def protect(headers: MutableHeaders, path: str) -> None:
    """Add the headers that the response to this path did not set for itself."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store" if path.startswith(PRIVATE) else "no-cache")


class SecurityHeaders:
    """Protects every response, except those to unexpected errors, which are made outside of it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), scope["path"])
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class ApiCors:
    """Lets pages of the allowed origins call the API; nothing else is shared across origins."""

    def __init__(self, app: ASGIApp, *, allowed_origins: str) -> None:
        self._app = app
        self._api = CORSMiddleware(
            app,
            allow_origins=origins(allowed_origins),
            allow_methods=["GET", "POST"],
            allow_headers=_SENT_HEADERS,
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith(API)
        await (self._api if is_api else self._app)(scope, receive, send)


class HeadAsGet:
    """Pages answer HEAD as they answer GET; the server itself leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") == "HEAD" and not scope["path"].startswith(API):
            scope = {**scope, "method": "GET"}
        await self._app(scope, receive, send)
