"""Post to addresses that somebody typed: no redirect is followed, and private addresses are reached
only where they are allowed (`guarded_http`)."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import SplitResult, urlsplit

from assistant.adapters.guarded_http import (
    GuardedConnection,
    PrivateAddress,
    asked_to_wait,
    connection_to,
    target_of,
)
from assistant.errors import NeverDelivered, NotDelivered

TIMEOUT_S = 10.0
WHOLE_S = 20.0
"""From the first byte to the answer, however many drops it comes in: others wait behind it."""
_GONE = 410


class HttpPoster:
    """Keeps the port `Poster`."""

    def __init__(
        self, *, allow_private: bool, timeout_s: float = TIMEOUT_S, whole_s: float = WHOLE_S
    ) -> None:
        self._allow_private, self._timeout_s, self._whole_s = allow_private, timeout_s, whole_s

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        sent = {"Content-Type": "application/json", "User-Agent": "help-assistant", **headers}
        try:
            connection = self._connection(parts)
            try:
                with connection.within(self._whole_s):
                    connection.request("POST", target_of(parts), body, sent)
                    with closing(connection.getresponse()) as response:
                        status = response.status
                        asked = asked_to_wait(response.getheader("Retry-After"))
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(f"{host} cannot be reached ({type(error).__name__}).") from error
        if status == _GONE:
            raise NeverDelivered(f"{host} says that this webhook is gone (410).")
        if not 200 <= status < 300:
            raise NotDelivered(f"{host} did not take it ({status}).", retry_after=asked)

    def _connection(self, parts: SplitResult) -> GuardedConnection:
        """NeverDelivered where one of the host's addresses may not be reached."""
        try:
            return connection_to(
                parts, allow_private=self._allow_private, timeout_s=self._timeout_s
            )
        except PrivateAddress as error:
            raise NeverDelivered(
                f"{parts.hostname} is a private address; an operator may allow these "
                "(ASSISTANT_WEBHOOK_PRIVATE=true)."
            ) from error
