"""One account of a helpdesk: its address, its key, and JSON asked of it and told it."""

from __future__ import annotations

import http.client
import json
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from assistant.adapters.guarded_http import (
    Limits,
    PrivateAddress,
    Response,
    asked_to_wait,
    exchange,
)
from assistant.errors import NeverDelivered, NotDelivered

TIMEOUT_S, WHOLE_S = 10.0, 20.0
MOST_BYTES = 8 * 1024 * 1024
_TOO_MANY, _UNAVAILABLE = 429, 503
_REFUSES_KEY = (401, 403)
_FAILS = 500
_PAUSE_S = 60
"""After a 429 that names no time."""


@dataclass(frozen=True)
class Place:
    """Where cases are opened: `url` of the account, `key` as its vendor writes it, `group` the
    inbox, or the group of people, that gets them, `customer` the address in whose name cases are
    opened where the vendor wants one."""

    url: str
    key: str
    group: str = ""
    customer: str = ""
    allow_private: bool = False

    def __repr__(self) -> str:
        return f"Place({self.url!r})"


class Account:
    """Thread-safe. After a 429 nothing is asked until the time that it named is over."""

    def __init__(
        self,
        name: str,
        place: Place,
        headers: Mapping[str, str],
        *,
        timeout_s: float = TIMEOUT_S,
        whole_s: float = WHOLE_S,
    ) -> None:
        self._name, self._base = name, place.url.rstrip("/")
        self._headers, self._allow_private = headers, place.allow_private
        self._limits = Limits(timeout_s, whole_s, MOST_BYTES)
        self._lock, self._quiet_until = threading.Lock(), 0.0

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        """What it answers, as JSON."""
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
        """The same, after it was told something."""
        return self._ask("POST", path, body, headers)

    def put(self, path: str, body: Any) -> Any:
        """The same."""
        return self._ask("PUT", path, body)

    def page(self, path: str) -> str:
        """An address for people."""
        return f"{self._base}{path}"

    def _ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        self._must_not_be_quiet()
        told = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {
            "Accept": "application/json",
            "User-Agent": "help-assistant",
            **({} if told is None else {"Content-Type": "application/json"}),
            **self._headers,
            **(headers or {}),
        }
        response = self._exchanged(method, path, told, sent)
        self._must_be_taken(response)
        try:
            return json.loads(response.content or b"null")
        except (ValueError, RecursionError) as error:
            raise NotDelivered(
                f"{self._name} answers no JSON; check ASSISTANT_HELPDESK_URL."
            ) from error

    def _exchanged(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Response:
        try:
            return exchange(
                method,
                f"{self._base}{path}",
                body,
                headers,
                allow_private=self._allow_private,
                limits=self._limits,
            )
        except PrivateAddress as error:
            raise NeverDelivered(
                f"{self._name} lies at a private address; if that is meant, "
                "set ASSISTANT_WEBHOOK_PRIVATE=true."
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(
                f"{self._name} cannot be reached ({type(error).__name__}); "
                "check ASSISTANT_HELPDESK_URL."
            ) from error

    def _must_not_be_quiet(self) -> None:
        with self._lock:
            left = self._quiet_until - time.monotonic()
        if left > 0:
            raise NotDelivered(f"{self._name} asked us to wait.", retry_after=int(left) + 1)

    def _must_be_taken(self, response: Response) -> None:
        status = response.status
        if 200 <= status < 300:
            return
        wait = asked_to_wait(response.headers.get("Retry-After"))
        if status == _TOO_MANY or (status == _UNAVAILABLE and wait):
            wait = wait or _PAUSE_S
            with self._lock:
                self._quiet_until = time.monotonic() + wait
            raise NotDelivered(
                f"{self._name} takes no more for {wait} s ({status}).", retry_after=wait
            )
        if status in _REFUSES_KEY:
            raise NotDelivered(
                f"{self._name} refuses the key ({status}); check ASSISTANT_HELPDESK_KEY, "
                "and what it may do there."
            )
        if status >= _FAILS or 300 <= status < 400:
            raise NotDelivered(f"{self._name} did not take it ({status}).")
        raise NeverDelivered(
            f"{self._name} refused it ({status}); check ASSISTANT_HELPDESK_GROUP and what it "
            "wants of a new case, then send it again."
        )


def told(found: Any, *keys: str) -> Any:
    """What stands under the keys, one within the other; None where it does not."""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def listed(found: Any, *keys: str) -> list[dict[str, Any]]:
    """The objects of the list that stands there."""
    values = told(found, *keys) if keys else found
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def basic(name: str, word: str) -> dict[str, str]:
    """The header of HTTP's basic authentication."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{word}".encode()).decode()}
