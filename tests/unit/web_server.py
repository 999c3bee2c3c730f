"""A web server on loopback for the tests of sources: what it shows is a dictionary."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """A request as it came; the names of headers in small letters."""

    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """An answer. A page of status 200 has an ETag, and is not sent again to who names it."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = str | Shown | Callable[[Asked], Shown]


class Site:
    """Pages by path (with their query, if it matters), and what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.url = ""

    @property
    def paths(self) -> list[str]:
        """Of all requests, in order."""
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Shown:
        """What is shown for a request."""
        self.asked.append(asked)
        found = self.pages.get(asked.path, self.pages.get(urlsplit(asked.path).path))
        if found is None:
            return Shown("gone", 404)
        if callable(found):
            return found(asked)
        return found if isinstance(found, Shown) else Shown(found)


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Until the block ends, the site is at `site.url`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            shown = site.answer(Asked(self.path, headers))
            body = shown.body if isinstance(shown.body, bytes) else shown.body.encode()
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            known = shown.status == 200 and headers.get("if-none-match") == etag
            self.send_response(304 if known else shown.status)
            for name, value in {"Content-Type": "text/html", "ETag": etag, **shown.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0" if known else str(len(body)))
            self.end_headers()
            if not known:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
