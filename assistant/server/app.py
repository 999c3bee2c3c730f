"""Put the app together: routes, middleware, and the assistant's life around them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import FastAPI

from assistant.concurrency import in_thread
from assistant.errors import AssistantError
from assistant.server import (
    account,
    api,
    api_tokens,
    articles,
    assignment,
    attachments,
    behind,
    canned,
    cases,
    clashes,
    curated,
    customers,
    deliveries,
    editing,
    experiments,
    first_account,
    follow_ups,
    for_you,
    gaps,
    health,
    help_center,
    helpdesk,
    images,
    impact,
    inbox,
    insights,
    insights_data,
    journeys,
    maintenance,
    never_ask,
    nudges,
    nudging,
    playground,
    problems,
    publishing,
    relationship,
    restricted,
    reviews,
    sign_in,
    single_sign_on,
    sources,
    team,
    themes,
    triggers,
    views,
    visitors,
    webhooks,
    weekly,
    welcome,
    widget,
    written,
)
from assistant.server.assets import Assets, Compressed
from assistant.server.catalogue import Catalogues
from assistant.server.events import Wakeups
from assistant.server.limits import BodyLimit, RateLimit
from assistant.server.metrics import Metrics
from assistant.server.openapi import describe
from assistant.server.pages import Pages, web
from assistant.server.security import ApiCors, HeadAsGet, SecurityHeaders

if TYPE_CHECKING:
    from assistant.settings import Settings
    from assistant.wiring import Assistant

SMALLEST_BODY_LIMIT = 64 * 1024
SHOWS_PER_MINUTE = 60
"""Proactive messages that are counted as shown to one address."""
TYPING_S = 2
"""That a customer is writing is kept once in so many seconds."""
# With the server's own grace for open responses the whole stays under five seconds.
FINISH_S = 0.2
DELIVERED_S = 1.0
CLOSE_S = 0.5
WATCH_S = 15.0
DELIVER_S = 5.0
HEAR_S = 5.0
STUCK = timedelta(minutes=2)
"""A message that the assistant has not replied to for so long is answered anew."""

log = logging.getLogger(__name__)


def create_app(assistant: Assistant) -> FastAPI:
    """The whole HTTP interface over one assistant, which starts and closes with the app."""
    app = FastAPI(title="Help Assistant", docs_url=None, redoc_url=None, lifespan=_lifespan)
    pages = Pages(assistant.settings)
    app.state.assistant, app.state.pages = assistant, pages
    app.state.wakeups = Wakeups()
    app.state.metrics = Metrics(count_waiting=assistant.inbox.count_waiting)
    app.state.catalogues = Catalogues(assistant.store)
    app.state.starts = RateLimit(assistant.settings.conversations_per_minute, 60)
    app.state.shows = RateLimit(SHOWS_PER_MINUTE, 60)
    app.state.typings = RateLimit(1, TYPING_S)
    app.state.sign_in = sign_in.SignInGuard()
    for part in (
        api,
        visitors,
        attachments,
        helpdesk,
        health,
        maintenance,
        widget,
        images,
        help_center,
        never_ask,
        sign_in,
        first_account,
        single_sign_on,
        inbox,
        views,
        for_you,
        assignment,
        insights,
        themes,
        weekly,
        journeys,
        relationship,
        behind,
        experiments,
        insights_data,
        api_tokens,
        follow_ups,
        gaps,
        impact,
        playground,
        curated,
        customers,
        cases,
        written,
        team,
        triggers,
        nudges,
        nudging,
        deliveries,
        articles,
        clashes,
        editing,
        publishing,
        restricted,
        sources,
        webhooks,
        canned,
        welcome,
        reviews,
        account,
    ):
        app.include_router(part.router)
    app.mount("/static", Assets(directory=web("static")), name="static")
    problems.install(app, pages)
    app.add_exception_handler(sign_in.SignInNeeded, sign_in.to_sign_in)
    _add_middleware(app, assistant.settings)
    describe(app)
    return app


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(HeadAsGet)
    app.add_middleware(Compressed)
    # A character takes at most four bytes, or twelve escaped; the longest message must pass.
    limit = max(SMALLEST_BODY_LIMIT, settings.max_message * 12 + 4096)
    app.add_middleware(BodyLimit, limit=limit)
    app.add_middleware(ApiCors, allowed_origins=settings.allowed_origins)
    app.add_middleware(SecurityHeaders)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    assistant: Assistant = app.state.assistant
    assistant.start()
    await in_thread(app.state.pages.compile)
    recovery = asyncio.create_task(_recover(assistant))
    watch = asyncio.create_task(_watch(assistant))
    deliver = asyncio.create_task(_deliver(assistant))
    hear = asyncio.create_task(_hear(assistant))
    try:
        yield
    finally:
        app.state.wakeups.stop()
        recovery.cancel()
        watch.cancel()
        deliver.cancel()
        hear.cancel()
        await _finish(assistant)


async def _recover(assistant: Assistant) -> None:
    """Once warm, answer what a crash left unanswered."""
    try:
        recovered = await assistant.recover()
    except AssistantError as error:
        log.error("recovery.failed: %s", error)
    else:
        log.info("recovery.done: %d", recovered)


async def _watch(assistant: Assistant) -> None:
    """As long as the server lives, nobody is left waiting unseen."""

    async def round() -> None:
        # Rescues come first: what else is slow or broken keeps no customer waiting.
        await _guarded("watchdog", lambda: in_thread(assistant.watchdog.round))
        if ready := assistant.readiness.ready:
            await _guarded("recovery", lambda: assistant.desk.recover(older_than=STUCK))
        await _guarded("follow_ups", lambda: in_thread(assistant.follow_ups.round))
        if ready:
            await _guarded("schedule", lambda: in_thread(assistant.schedule.round))
            await _guarded("images", lambda: in_thread(assistant.images.round))
            await _guarded("sources", lambda: in_thread(assistant.sources.round))
            await _guarded("gaps", lambda: in_thread(assistant.gaps.settle))
            await _guarded("digests", lambda: in_thread(assistant.digester.round))
            await _guarded("rolling", lambda: in_thread(assistant.rolling.round))

    await _repeat("watchdog", round, pause_s=WATCH_S)


async def _deliver(assistant: Assistant) -> None:
    """Mails leave by themselves; a slow mail server keeps nobody else waiting."""

    async def round() -> None:
        await _guarded("assigning", lambda: in_thread(assistant.assigning.round))
        await _guarded("relationship", lambda: in_thread(assistant.relationship.round))
        await _guarded("delivery", lambda: in_thread(assistant.outlets.plan))
        # The end of the server does not wait for a mail server that keeps silent.
        await anyio.to_thread.run_sync(assistant.outlets.courier.round, abandon_on_cancel=True)

    await _repeat("delivery", round, pause_s=DELIVER_S)


async def _hear(assistant: Assistant) -> None:
    """What people answer in another system comes in by itself."""

    async def round() -> None:
        await anyio.to_thread.run_sync(assistant.outlets.hear, abandon_on_cancel=True)

    await _repeat("helpdesk", round, pause_s=HEAR_S)


async def _repeat(name: str, round: Callable[[], Awaitable[None]], *, pause_s: float) -> None:
    """Until it is cancelled; a round that breaks is on record and not the last."""
    while True:
        await _guarded(name, round)
        await asyncio.sleep(pause_s)


async def _guarded(name: str, job: Callable[[], Awaitable[object]]) -> None:
    """A job that breaks is on record and keeps no other from its turn."""
    try:
        await job()
    except AssistantError as error:
        log.error("%s.failed: %s", name, error)
    except Exception as error:
        log.exception("%s.failed: %s", name, type(error).__name__)


async def _finish(assistant: Assistant) -> None:
    """Replies in work get a moment; what stays unanswered then is answered at the next start."""
    with anyio.move_on_after(FINISH_S):
        await assistant.desk.finish()
    await in_thread(assistant.outlets.courier.stop, wait_s=DELIVERED_S)
    with anyio.move_on_after(CLOSE_S) as closing:
        await anyio.to_thread.run_sync(assistant.close, abandon_on_cancel=True)
    if closing.cancelled_caught:
        log.warning("close.abandoned: it took more than %.1f s", CLOSE_S)
