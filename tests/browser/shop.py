"""Pages of a shop that embeds the widget: of the assistant's own origin, and of another one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# What a page sends that wants a process of its own: whatever stands in it has to agree to that.
ISOLATED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}


def script(**attributes: str) -> str:
    """The one line, with these attributes."""
    named = " ".join(f'data-{name}="{value}"' for name, value in attributes.items())
    return f'<script src="/widget.js" async {named}></script>'


@contextmanager
def another_site(
    page: str, *, headers: Mapping[str, str] | None = None, logo: str = "", port: int = 0
) -> Iterator[str]:
    """Another port here: another origin, as www.example.com is to help.example.com. `logo`: what
    stands at /logo.svg; everywhere else the page does."""

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = (
                ("text/html", page) if self.path != "/logo.svg" else ("image/svg+xml", logo)
            )
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", port), Shop) as shop:
        threading.Thread(target=shop.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{shop.server_port}"
        shop.shutdown()


def foreign(site: str) -> str:
    """The same site by a name that a browser takes for another site's."""
    return site.replace("127.0.0.1", "localhost")
