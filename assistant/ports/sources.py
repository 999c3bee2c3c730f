"""What sources beyond this machine need: the web, and a memory of what was fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class SourceState:
    """A source as it is known. `articles`: of it, that are published; `report`: of its last sync,
    `trial`: of a dry run since, each as JSON; `problem`: why the last one could not be done, in
    words; `every_hours`: None where it is synced by hand alone."""

    name: str
    articles: int
    report: Mapping[str, Any] | None = None
    trial: Mapping[str, Any] | None = None
    problem: str = ""
    synced_at: datetime | None = None
    every_hours: int | None = None


class SourceStore(Protocol):
    """What is known of each source, and what was fetched of it, so that a page that did not change
    is not sent again."""

    def sources(self) -> list[SourceState]:
        """By name: those that own published articles, and those that were synced."""

    def keep_report(
        self, name: str, report: Mapping[str, Any] | None, *, problem: str, dry_run: bool
    ) -> None:
        """Of the sync that just ended, or of a dry run; None: the last one stays."""

    def schedule_source(self, name: str, every_hours: int | None) -> None: ...

    def begin_source(self, name: str, *, unless_since: datetime, failed_since: datetime) -> bool:
        """Whether no sync of it began, or ended, since then; then one begins now. One that failed,
        or whose process is gone, counts only since `failed_since`, and none in the future does.
        What was taken down never begins so."""

    def take_down_source(self, name: str) -> int:
        """Withdraw its articles and forget all that is known of it, in one step; how many articles.
        No sync that began before publishes anything of it any more, in whatever process."""

    def reopen_source(self, name: str) -> None:
        """A sync of it begins: though it was taken down before, what comes now is published."""

    def remembered_pages(self, source: str) -> dict[str, RememberedPage]:
        """By address."""

    def remember_page(self, source: str, page: RememberedPage) -> None:
        """In place of what was remembered of this address; on disk when it returns."""

    def forget_pages(self, source: str, urls: Iterable[str]) -> None:
        """Harmless for an address that is not remembered."""
