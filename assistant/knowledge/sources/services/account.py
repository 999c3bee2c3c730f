"""One account of a service: its address, its key, and questions asked of it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from assistant.errors import OutOfReach, Refused, UnreadableSource
from assistant.knowledge.sources.web_visitor import Visitor

_NOTHING: Mapping[str, str | int] = {}


class NotThere(Refused):
    """The service has no such thing."""


@dataclass(frozen=True)
class Account:
    """`base` ends with a slash. `key_setting` names the setting that holds the key.

    The key stands in `headers` alone: no address and no message ever holds it.
    """

    base: str
    visitor: Visitor
    key_setting: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def get(self, path: str, query: Mapping[str, str | int] = _NOTHING) -> Any:
        """What the service answers, as JSON. `path` may be a whole address of the same host.

        Refused where it does not know us, NotThere, OutOfReach where it fails.
        """
        url = urljoin(self.base, path)
        if urlsplit(url)[:2] != urlsplit(self.base)[:2]:
            raise Refused(
                f"{self.base} leads to another host, or to one that is not encrypted;"
                " its key is not sent there."
            )
        asked = f"{url}{'&' if '?' in url else '?'}{urlencode(query)}" if query else url
        response = self.visitor.data(asked, self.headers)
        shown = url.partition("?")[0]
        if response.status in (401, 403):
            raise Refused(
                f"{shown} refuses the key (status {response.status});"
                f" check {self.key_setting}, or what it may read."
            )
        if response.status == 404:
            raise NotThere(f"{shown} is not there; check the name of the account.")
        if response.status != 200:
            raise OutOfReach(shown, response.status)
        try:
            return json.loads(response.body)
        except (ValueError, RecursionError) as error:
            raise UnreadableSource(
                shown, "it answers no JSON", remedy="check the name of the account"
            ) from error

    def listed(self, found: Any, key: str = "") -> list[Mapping[str, Any]]:
        """The objects of the list that the service answered, or of the one under the key.

        UnreadableSource where there is none: no list is not an empty one, and withdraws nothing.
        """
        values = told(found, key) if key else found
        if not isinstance(values, list):
            raise UnreadableSource(
                self.base, f"it answers no list of {key or 'articles'}", remedy="try again later"
            )
        return [value for value in values if isinstance(value, dict)]


def told(found: Any, *keys: str) -> Any:
    """What stands under the keys, one within the other; None where it does not."""
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def basic(name: str, word: str) -> dict[str, str]:
    """The header of HTTP's basic authentication."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{word}".encode()).decode()}


def bearer(token: str) -> dict[str, str]:
    """The header of a token."""
    return {"Authorization": f"Bearer {token}"}
