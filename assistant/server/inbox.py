"""The inbox: lists with filters and search, many at once, and what changes while they are open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Form, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from assistant.case_ports import Box, InboxQuery
from assistant.concurrency import in_thread
from assistant.domain.conversation import Priority
from assistant.errors import UnknownThing
from assistant.server import events
from assistant.server.console import AnsweringDep, AnyoneDep, Console, ReaderDep, attempt, to
from assistant.server.sign_in import CONSOLE, SESSION_COOKIE, OwnOrigin
from assistant.support.casework import as_tag
from assistant.support.roles import May, allows

router = APIRouter(prefix=CONSOLE, include_in_schema=False)

PER_PAGE = 50
_MOST_AT_ONCE = 200
_MOST_WORDS = 5
SNOOZES = {
    "hour": timedelta(hours=1),
    "four_hours": timedelta(hours=4),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_WAITING = (15, 60, 240, 1440)
"""Minutes that can be filtered by."""

Word = Annotated[str, Field(max_length=200)]


class Filters(BaseModel):
    """What the list is narrowed by, as the address says it. `left`: how many of a bulk event could
    not be done; `unsaved`: that the list could not be kept."""

    box: Box = Box.WAITING
    q: Word = ""
    reason: Word = ""
    language: Word = ""
    tag: Word = ""
    priority: Literal["", "0", "1", "2"] = ""
    waiting: Annotated[str, Field(pattern=r"^\d{0,5}$")] = ""
    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    left: Annotated[int, Field(ge=0, le=_MOST_AT_ONCE)] = 0
    unsaved: bool = False

    @property
    def narrowing(self) -> dict[str, str]:
        """Those that are set, as they stand in an address."""
        found = self.model_dump(exclude={"box", "page", "left", "unsaved"})
        return {name: value for name, value in found.items() if value}

    def query(self, person_id: str) -> InboxQuery:
        """The list as the store knows it."""
        waited = timedelta(minutes=int(self.waiting or 0))
        return InboxQuery(
            self.box,
            person_id,
            reason=self.reason or None,
            locale=self.language or None,
            tag=as_tag(self.tag) or None,
            priority=Priority(int(self.priority)) if self.priority else None,
            waiting_since=datetime.now(UTC) - waited if waited else None,
            words=tuple(self.q.split()[:_MOST_WORDS]),
            limit=PER_PAGE,
            skip=(self.page - 1) * PER_PAGE,
        )


@router.get("")
def inbox(console: AnyoneDep, filters: Annotated[Filters, Query()]) -> Response:
    """What is due first comes first. Who may not read conversations begins with articles, or at
    their account."""
    if not allows(console.me.role, May.READ):
        return to("/articles/home" if allows(console.me.role, May.WRITE) else "/account")
    return console.render(
        "inbox",
        listed=console.assistant.inbox.page(filters.query(console.me.id)),
        filters=filters,
        link=_linker(filters),
        last_event=console.assistant.store.last_event(),
        now=datetime.now(UTC),
        waiting_choices=_WAITING,
        dead=console.assistant.store.count_dead() if allows(console.me.role, May.CONFIGURE) else 0,
        views=console.assistant.views.of(console.me),
        takes=_takes(console),
        colleagues=console.assistant.inbox.colleagues(),
        snoozes=SNOOZES,
    )


@router.get("/events")
async def follow(
    console: ReaderDep,
    after: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Which conversations change, and which ask for me, as they do: what is shown of them is asked
    for again. Without `after` or an event to go on from: from now on."""
    token = console.request.cookies.get(SESSION_COOKIE)
    since = events.resume_after(last_event_id)
    if after is None and not since:
        after = await in_thread(console.assistant.store.last_event)
    watched = events.Console(
        console.assistant.store,
        asking=console.unseen,
        still_open=lambda: console.assistant.people.person(token) is not None,
    )
    return events.stream_changes(watched, after=max(after or 0, since), wakeups=console.wakeups)


@router.post("/bulk", dependencies=[OwnOrigin])
def bulk(
    console: AnsweringDep,
    then: BackgroundTasks,
    filters: Annotated[Filters, Query()],
    action: Annotated[str, Form(max_length=20)] = "",
    ids: Annotated[list[str], Form()] = [],  # noqa: B006
    whom: Annotated[str, Form(max_length=200)] = "",
    how_long: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """The same event for many, and back to the list as it was narrowed; what meanwhile became
    somebody else's stays theirs."""
    do = _bulk_event(console, action, whom=whom, how_long=how_long)
    left = 0
    for id in ids[:_MOST_AT_ONCE] if do else ():
        if _is_done(lambda id=id: do(id)):  # type: ignore[misc]
            console.changed(id)
            if action == "release":
                then.add_task(console.given_back, id)
        else:
            left += 1
    page = filters.page if filters.page > 1 else None
    return to(_linker(filters)(page=page, left=left).removeprefix(CONSOLE))


def _is_done(event: Callable[[], object]) -> bool:
    """What was erased meanwhile is left, like what moved on."""
    try:
        return attempt(event) is None
    except UnknownThing:
        return False


def _bulk_event(
    console: Console, action: str, *, whom: str, how_long: str
) -> Callable[[str], object] | None:
    work, me = console.assistant.casework, console.me
    until = datetime.now(UTC) + SNOOZES.get(how_long, timedelta())
    events_of: dict[str, Callable[[str], object]] = {
        "claim": lambda id: work.claim(id, me),
        "resolve": lambda id: work.resolve(id, me),
        "release": lambda id: work.release(id, me),
        "requeue": lambda id: work.requeue(id, me),
        "hand_on": lambda id: work.hand_on(id, me, to=console.assistant.inbox.person(whom)),
        "snooze": lambda id: work.snooze(id, me, until=until),
    }
    return events_of.get(action)


def _takes(console: Console) -> bool | None:
    """Whether I take conversations; None where none are given out, or not to me."""
    assigning = console.assistant.assigning
    if not allows(console.me.role, May.ANSWER) or not assigning.is_on():
        return None
    return assigning.agent(console.me).takes


def _linker(filters: Filters) -> Callable[..., str]:
    """`link(box="mine")`: this list with something changed, from its first page on."""

    def link(**changed: object) -> str:
        values = {"box": filters.box.value, **filters.narrowing, **changed}
        return f"{CONSOLE}?{urlencode({name: v for name, v in values.items() if v})}"

    return link
