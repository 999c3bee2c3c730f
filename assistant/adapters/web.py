"""Pages of the web, bounded in bytes and time, and taken as they are: what is not compressed is no
bomb. Private addresses are reached only where they are allowed (`guarded_http`)."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

from assistant.adapters.guarded_http import (
    GuardedConnection,
    PrivateAddress,
    Resolve,
    connection_to,
    port_of,
    resolve,
    target_of,
)
from assistant.errors import UnreadableSource
from assistant.ports.sources import WebResponse

_CHUNK = 64 * 1024
AGENT = "help-assistant"
"""By this name it asks, and robots.txt may speak of it."""


class GuardedWeb:
    """Requests to public addresses, and to private ones only where they are allowed."""

    def __init__(
        self,
        *,
        allow_private: bool,
        connect_s: float = 10.0,
        whole_s: float = 60.0,
        resolve: Resolve = resolve,
    ) -> None:
        self._allow_private, self._resolve = allow_private, resolve
        self._connect_s, self._whole_s = connect_s, whole_s

    def get(self, url: str, *, headers: Mapping[str, str], most: int) -> WebResponse:
        parts = _taken_apart(url)
        shown = _without_query(parts)
        connection = self._connection(parts, shown)
        try:
            with connection.within(self._whole_s):
                connection.request("GET", target_of(parts), headers={**_OWN, **headers})
                with closing(connection.getresponse()) as response:
                    body = b"".join(_chunks(response, shown, most=most))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _unreachable(shown, error) from error
        finally:
            connection.close()
        given = {name.lower(): value for name, value in response.getheaders()}
        return WebResponse(response.status, given, body)

    def _connection(self, parts: SplitResult, shown: str) -> GuardedConnection:
        try:
            return connection_to(
                parts,
                allow_private=self._allow_private,
                timeout_s=self._connect_s,
                resolve=self._resolve,
            )
        except OSError as error:
            raise _unreachable(shown, error) from error
        except PrivateAddress as error:
            raise UnreadableSource(
                shown,
                "it lies at a private address",
                remedy="if that is meant, set ASSISTANT_SYNC_PRIVATE=true",
            ) from error


_OWN = {
    "User-Agent": f"{AGENT} (+assistant sync)",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


def _taken_apart(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_of(parts)
    except ValueError as error:
        raise UnreadableSource(url, f"it is no address ({error})", remedy="mend it") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UnreadableSource(
            url, "it is no address of a web page", remedy="begin it with https://"
        )
    if parts.username or parts.password:
        raise UnreadableSource(
            f"{parts.scheme}://{parts.hostname}",
            "its address holds a name or a password",
            remedy="take them out; an address is not secret",
        )
    return parts


def _without_query(parts: SplitResult) -> str:
    """As reports show it."""
    return parts._replace(query="", fragment="").geturl()


def _chunks(response: http.client.HTTPResponse, shown: str, *, most: int) -> Iterator[bytes]:
    size = 0
    while chunk := response.read1(_CHUNK):
        size += len(chunk)
        if size > most:
            raise UnreadableSource(
                shown,
                f"it has more than {most // 1024 // 1024} MB",
                remedy="split the page, or sync what it is made from",
            )
        yield chunk


def _unreachable(shown: str, error: Exception) -> UnreadableSource:
    cause = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return UnreadableSource(
        shown, f"it cannot be reached ({cause})", remedy="try again, or check the address"
    )
