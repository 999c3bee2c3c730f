"""A real process on the sample help center, a real Chromium, and a customer who uses both."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Route,
    expect,
    sync_playwright,
)
from playwright.sync_api import (
    Error as PlaywrightError,
)

from assistant.ports.mail import Letter
from tests.browser.agent import Agent
from tests.browser.customer import WORDS, Customer
from tests.browser.lead import Lead
from tests.browser.process import ROOT, serving, tell_assistant
from tests.smtp_server import Inbox, smtp_server

ROLE_OF = {
    "camille": "agent", "noor": "agent", "lea": "lead", "wim": "writer", "ana": "analyst",
    "ada": "admin",
}  # fmt: skip
TEST_WITHIN_S = 600
# For one thing to be seen or done; a page on a busy machine takes long.
PATIENCE_MS = 30_000
IDENTITY_SECRET = "a secret that the shop and the help desk share"
PICTURES = ROOT / "build" / "pictures"
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
]


@dataclass(frozen=True)
class Server:
    """A running assistant. `people`: name → e-mail and password of who may use the console.
    `mails`: where its mails arrive; None where the server is not ours."""

    url: str
    people: dict[str, tuple[str, str]]
    mails: Inbox | None = None


@dataclass
class Watch:
    """What must not happen on any page; a test names what it causes on purpose in `expected`."""

    origin: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("console", self._heard)
        page.context.on("request", self._requested)

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(word in fault for word in self.expected)]

    def _heard(self, message: Any) -> None:
        # Chromium reports a breach of the content security policy as a console error, too.
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.faults.append(f"console {message.type}: {message.text} {where}")

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "blob:", "about:")):
            self.faults.append(f"request to {request.url}")


expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test waits for the server, so none can be held to the usual limit."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(TEST_WITHIN_S))


@pytest.fixture(scope="session")
def mails() -> Iterator[Inbox]:
    """A mail server that keeps what the assistant sends."""
    with smtp_server() as inbox:
        yield inbox


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, chromium: str, mails: Inbox
) -> Iterator[Server]:
    """Started once: `assistant serve`, synced from the sample help center, with a small team.

    `chromium` comes first: where it is missing nothing needs to be started. A server that runs
    already is used with ASSISTANT_TEST_SERVER=http://127.0.0.1:… (its name tells sites apart);
    everybody of ROLE_OF has the password ASSISTANT_TEST_PASSWORD there, and of each story it must
    have no case yet.
    """
    if url := os.environ.get("ASSISTANT_TEST_SERVER"):
        password = os.environ["ASSISTANT_TEST_PASSWORD"]
        everybody = {name: (f"{name}@larkfield.example", password) for name in ROLE_OF}
        yield Server(url=url, people=everybody)
        return
    home = tmp_path_factory.mktemp("home")
    people = {name: (f"{name}@larkfield.example", secrets.token_urlsafe(12)) for name in ROLE_OF}
    for name, (email, password) in people.items():
        tell_assistant(home, "user", "add", email, "--role", ROLE_OF[name], said=password)
    with serving(
        home, "--sync", str(ROOT / "knowledge_base"),
        ASSISTANT_MESSAGES_PER_MINUTE="1000",
        ASSISTANT_CONVERSATIONS_PER_MINUTE="1000",
        ASSISTANT_IDENTITY_SECRET=IDENTITY_SECRET,
        ASSISTANT_SMTP_HOST="127.0.0.1",
        ASSISTANT_SMTP_PORT=str(mails.port),
        ASSISTANT_SMTP_TLS="none",
        ASSISTANT_MAIL_FROM="Larkfield <help@larkfield.example>",
        ASSISTANT_MAIL_AFTER="5",
        ASSISTANT_WEBHOOK_PRIVATE="true",
    ) as url:  # fmt: skip
        yield Server(url=url, people=people, mails=mails)


@pytest.fixture
def post(server: Server) -> Inbox:
    if server.mails is None:
        pytest.skip("the server of ASSISTANT_TEST_SERVER sends its mails elsewhere")
    return server.mails


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright, chromium: str) -> Iterator[Browser]:
    launched = playwright_driver.chromium.launch(executable_path=chromium, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture
def watch(server: Server) -> Iterator[Watch]:
    """Fails the test on anything that no page may do."""
    watching = Watch(origin=server.url)
    yield watching
    assert watching.unexpected() == []


@pytest.fixture
def new_customer(
    browser: Browser, server: Server, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Customer]]:
    """`new_customer(width=380, …)`: someone in a browser of their own."""
    contexts = []

    def come(*, width: int = 1280, height: int = 800, **options: Any) -> Customer:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            base_url=server.url,
            **{"reduced_motion": "reduce", "locale": "en-GB", **options},
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        watch.follow(page)
        return Customer(page)

    yield come
    for context in contexts:
        _picture_the_end(context, request.node.name)
        context.close()


@pytest.fixture
def customer(new_customer: Callable[..., Customer]) -> Customer:
    """Someone at a desk."""
    return new_customer()


@pytest.fixture
def new_agent(new_customer: Callable[..., Customer], server: Server) -> Callable[..., Agent]:
    """`new_agent("camille", width=380)`: someone from the team, in a browser of their own."""

    def come(name: str = "camille", **options: Any) -> Agent:
        email, password = server.people[name]
        return Agent(new_customer(**options).page, email=email, password=password)

    return come


@pytest.fixture
def agent(new_agent: Callable[..., Agent]) -> Agent:
    """Someone from the team, at the console."""
    return new_agent()


@pytest.fixture
def lead(new_agent: Callable[..., Agent]) -> Iterator[Lead]:
    """Someone who writes proactive messages; what they wrote is gone afterwards."""
    writing = Lead(new_agent("lea"))
    yield writing
    writing.takes_all_back()


@pytest.fixture(params=["en", "fr"])
def locale(request: pytest.FixtureRequest) -> str:
    """The language of the site's pages."""
    return str(request.param)


@pytest.fixture
def site(customer: Customer, locale: str) -> Callable[..., Customer]:
    """`site('<script …>')`: the customer on a page of the same origin with this in its body."""

    def visited(body: str) -> Customer:
        html = f'<!doctype html><html lang="{locale}"><title>Shop</title><body>{body}</body></html>'

        def answer(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html")

        customer.page.route("**/a-shop", answer)
        customer.page.goto("/a-shop")
        customer.words = WORDS[locale]
        return customer

    return visited


def mail_to(address: str, post: Inbox, *, subject: str = "") -> Letter:
    """The one that comes, sooner or later."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < deadline:
        for letter in post.letters:
            if letter.to == address and subject in letter.subject:
                return letter
        time.sleep(0.1)
    pytest.fail(f"no mail to {address} arrived")


def take_picture(page: Page, name: str, *, whole: bool = False) -> None:
    """To be looked at: build/pictures is ignored by git."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{re.sub(r'[^a-z0-9_-]+', '-', name.lower())}.png"
    page.screenshot(path=path, full_page=whole)


def _picture_the_end(context: BrowserContext, name: str) -> None:
    for place, page in enumerate(context.pages):
        # For people to look at: Chromium sometimes cannot take one, which says nothing of the test.
        with suppress(PlaywrightError):
            take_picture(page, f"{name}-{place}")
