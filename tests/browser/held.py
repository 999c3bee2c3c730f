"""A request that a story holds back, so that what is seen meanwhile lasts."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, Route

ASKED_WITHIN_S = 30


class Held:
    """Of a page: what it asks of addresses like this, one request or all of them."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str], *, once: bool = False) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(pattern, lambda route: self._routes.append(route), times=1 if once else None)

    def taken(self) -> Route:
        """The first that is still held, as soon as the page has asked: Playwright may hear of it
        later than of what the page shows."""
        deadline = time.monotonic() + ASKED_WITHIN_S
        while not self._routes:
            assert time.monotonic() < deadline, "The page asked for nothing that is held back."
            self._page.wait_for_timeout(20)
        return self._routes.pop(0)
