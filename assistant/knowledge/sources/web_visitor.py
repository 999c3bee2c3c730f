"""One visit of a web site: polite, patient and bounded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.robots import NOTHING, Rules, read_robots
from assistant.knowledge.sources.web_address import normal
from assistant.ports.sources import Web, WebResponse

AGENT = "help-assistant"
"""By this name it asks (adapters/web.py), and robots.txt may speak of it."""

PAGE_BYTES = 5 * 1024 * 1024
_MAP_BYTES = 10 * 1024 * 1024
_TRIES, _LONGEST_WAIT_S, _PATIENCE_S = 3, 120.0, 5.0
MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Bounds:
    """How much of a site one visit may take, and the seconds between two requests."""

    pages: int = 2000
    megabytes: int = 200
    minutes: float = 30.0
    pause_s: float = 0.2


class OutOfBounds(UnreadableSource):
    """The rest of the site was not looked at."""


class Visitor:
    """Asks for page after page, at the pace that the site and the settings want.

    `sleep` and `now` (seconds) are the clock in use.
    """

    def __init__(
        self,
        site: str,
        *,
        web: Web,
        bounds: Bounds,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site, self._web, self._bounds = site, web, bounds
        self._sleep, self._now = sleep, now
        self._until = now() + 60 * bounds.minutes
        self._pages = self._bytes = 0
        self._last: float | None = None
        self._rules = Rules()
        self._pause_s = bounds.pause_s

    def read_rules(self) -> None:
        """What robots.txt allows. UnreadableSource where the site cannot tell it now."""
        address = normal("/robots.txt", base=self._site)
        response = self._followed(address)
        if response.status >= 500 or response.status == 429:
            raise UnreadableSource(
                address,
                f"the site does not tell what may be read (status {response.status})",
                remedy="try again later",
            )
        if response.status in (401, 403):
            self._rules = NOTHING
        elif response.status == 200:
            self._rules = read_robots(response.body, AGENT)
        self._pause_s = max(self._pause_s, min(self._rules.delay_s, _LONGEST_WAIT_S))

    def may_read(self, url: str) -> bool:
        """Whether robots.txt lets us."""
        return self._rules.allow(url)

    def page(self, url: str, *, etag: str = "", modified: str = "") -> WebResponse:
        """A page, or status 304 where it is as remembered. OutOfBounds where the visit is over."""
        self._must_go_on()
        headers = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        response = self._patient(url, headers, PAGE_BYTES)
        self._pages += 1
        self._bytes += len(response.body)
        return response

    def sitemap(self, url: str) -> bytes:
        """UnreadableSource where it is not there. OutOfBounds where the visit is over."""
        self._must_go_on()
        response = self._patient(url, {}, _MAP_BYTES)
        self._bytes += len(response.body)
        if response.status != 200:
            raise UnreadableSource(
                url, f"it is not there (status {response.status})", remedy="check the address"
            )
        return response.body

    def data(self, url: str, headers: Mapping[str, str]) -> WebResponse:
        """What an interface answers. OutOfBounds where the visit is over."""
        self._must_go_on()
        response = self._patient(url, {"Accept": "application/json", **headers}, _MAP_BYTES)
        self._pages += 1
        self._bytes += len(response.body)
        return response

    def _must_go_on(self) -> None:
        bounds = self._bounds
        for is_over, what, setting in (
            (self._pages >= bounds.pages, f"{bounds.pages} pages", "PAGES"),
            (self._bytes >= bounds.megabytes << 20, f"{bounds.megabytes} MB", "MB"),
            (self._now() >= self._until, f"{bounds.minutes:g} minutes", "MINUTES"),
        ):
            if is_over:
                raise OutOfBounds(
                    self._site,
                    f"the visit ended after {what}; nothing is withdrawn",
                    remedy=f"raise ASSISTANT_SITE_{setting}, or name a part of the site",
                )

    def _followed(self, url: str) -> WebResponse:
        """What an address leads to in the end, be it on another host."""
        for _ in range(MOST_REDIRECTS):
            response = self._patient(url, {}, PAGE_BYTES)
            url = redirect(response, url)
            if not url:
                break
        return response

    def _patient(self, url: str, headers: Mapping[str, str], most: int) -> WebResponse:
        """After a pause; again where the server asks for time."""
        for tried in range(_TRIES):
            self._keep_pace()
            response = self._web.get(url, headers=headers, most=most)
            if response.status not in (429, 503) or tried == _TRIES - 1:
                break
            self._sleep(self._wait(response))
        return response

    def _keep_pace(self) -> None:
        if self._last is not None:
            self._sleep(max(0.0, self._last + self._pause_s - self._now()))
        self._last = self._now()

    def _wait(self, response: WebResponse) -> float:
        said = response.headers.get("retry-after", "").strip()
        wait = float(said) if said.isascii() and said.isdigit() else _until_reset(response)
        return min(wait, _LONGEST_WAIT_S, max(0.0, self._until - self._now()))


def redirect(response: WebResponse, url: str) -> str:
    """Where an answer sends its readers, "" for one that does not."""
    return (
        normal(response.headers.get("location", ""), base=url)
        if response.status in _REDIRECTS
        else ""
    )


def _until_reset(response: WebResponse) -> float:
    """Some say the second in which they answer again; their own clock stands beside it."""
    reset = response.headers.get("x-ratelimit-reset", "")
    try:
        return max(1.0, int(reset) - parsedate_to_datetime(response.headers["date"]).timestamp())
    except (KeyError, ValueError):
        return _PATIENCE_S
