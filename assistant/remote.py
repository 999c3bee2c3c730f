"""Work through the server that owns the home, for commands that need the vector index."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from assistant.errors import AssistantError
from assistant.support.sureness import ErrorBudget

_TIMEOUT_S = 120
_EXAMINATION_S = 1800
"""The doctor holds every conversation's roll-ups against the log: minutes for 200,000."""


class ServerUnreachable(AssistantError):
    """The server owns the home but does not answer."""


@dataclass(frozen=True)
class RunningServer:
    """`secret` is what the server wrote beside its lock, readable by the home's owner alone."""

    url: str
    secret: str

    def ask(self, question: str, *, locale: str | None) -> dict[str, Any]:
        """The reply object to one question in a new conversation."""
        opened = self._post("/api/v1/conversations", {"locale": locale} if locale else {})
        path = f"/api/v1/conversations/{opened['id']}/messages"
        return dict(self._post(path, {"text": question}, token=opened["token"]))

    def doctor(self, *, repair: bool) -> tuple[list[str], ErrorBudget | None]:
        """What the server finds wrong, and the error budget that holds; None of one of a former
        version, which does not say."""
        found = self._post(
            "/internal/doctor", {"repair": repair}, token=self.secret, timeout_s=_EXAMINATION_S
        )
        budget = ErrorBudget(**found["budget"]) if "budget" in found else None
        return list(found["found"]), budget

    def _post(
        self, path: str, body: dict[str, Any], *, token: str = "", timeout_s: float = _TIMEOUT_S
    ) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            # The server is on this machine: no proxy stands between.
            opener = build_opener(ProxyHandler({}))
            with opener.open(request, timeout=timeout_s) as response:
                return json.load(response)
        except HTTPError as error:
            detail = error.read(2000).decode("utf-8", "replace")
            raise ServerUnreachable(f"{self.url}{path} refused: {detail}") from error
        except (URLError, OSError, ValueError, HTTPException) as error:
            raise ServerUnreachable(
                f"{self.url} owns this home but does not answer ({error}); wait, or stop it."
            ) from error
