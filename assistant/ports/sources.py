"""What sources beyond this machine need: the web, and a memory of what was fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class WebResponse:
    """What a server answered; the names of headers in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """One request at a time, redirects not followed."""

    def get(self, url: str, *, headers: Mapping[str, str], most: int) -> WebResponse:
        """UnreadableSource, that names the address and the remedy, where it cannot be reached, may
        not be, is too slow, or has more than `most` bytes."""


@dataclass(frozen=True)
class RememberedPage:
    """What a page of a source gave when it was fetched last: `content` is the source's own."""

    url: str
    etag: str
    modified: str
    content: Mapping[str, Any]


class SourceStore(Protocol):
    """What was fetched of each source, so that a page that did not change is not sent again."""

    def remembered_pages(self, source: str) -> dict[str, RememberedPage]:
        """By address."""

    def remember_page(self, source: str, page: RememberedPage) -> None:
        """In place of what was remembered of this address; on disk when it returns."""

    def forget_pages(self, source: str, urls: Iterable[str]) -> None:
        """Harmless for an address that is not remembered."""
