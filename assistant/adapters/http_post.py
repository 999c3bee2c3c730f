"""Post to addresses that somebody typed: no redirect is followed, and private addresses are reached
only where they are allowed (`guarded_http`)."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

from assistant.adapters.guarded_http import Limits, PrivateAddress, asked_to_wait, exchange
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
        self._allow_private, self._limits = allow_private, Limits(timeout_s, whole_s)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        host = urlsplit(url).hostname or ""
        sent = {"Content-Type": "application/json", "User-Agent": "help-assistant", **headers}
        try:
            response = exchange(
                "POST",
                url,
                body,
                sent,
                allow_private=self._allow_private,
                limits=self._limits,
            )
        except PrivateAddress as error:
            raise NeverDelivered(
                f"{host} is a private address; an operator may allow these "
                "(ASSISTANT_WEBHOOK_PRIVATE=true)."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(f"{host} cannot be reached ({type(error).__name__}).") from error
        if response.status == _GONE:
            raise NeverDelivered(f"{host} says that this webhook is gone (410).")
        if not 200 <= response.status < 300:
            asked = asked_to_wait(response.headers.get("Retry-After"))
            raise NotDelivered(f"{host} did not take it ({response.status}).", retry_after=asked)
