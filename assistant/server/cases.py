"""The case: everything about one conversation, and what a person does with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, Form
from fastapi.responses import JSONResponse, Response

from assistant.domain.conversation import Priority
from assistant.insights.cues import catalogue, reason_text
from assistant.server.console import AnsweringDep, Console, ReaderDep, attempt, to
from assistant.server.dependencies import ConversationId
from assistant.server.inbox import SNOOZES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.casework import LONGEST_ANSWER, Beginning, as_sent
from assistant.support.summarising import facts

router = APIRouter(prefix=f"{CONSOLE}/conversations/{{id}}", include_in_schema=False)

Text = Annotated[str, Form()]
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Draft:
    """An answer that was refused, with what it began from: sent again, it is on record as that."""

    text: str = ""
    began: Beginning = field(default_factory=Beginning)


@router.get("")
def case(id: ConversationId, console: ReaderDep) -> Response:
    """Who, what, why, what was tried, and the thread; what asked for me here, I have seen."""
    if console.assistant.store.attended(console.me.id, at=datetime.now(UTC), conversation_id=id):
        # My other tabs count it no more.
        console.changed(id)
    return _shown(console, id)


@router.post("/claim", dependencies=[OwnOrigin])
def claim(id: ConversationId, console: AnsweringDep) -> Response:
    """Make it mine."""
    return _change(console, id, lambda: console.assistant.casework.claim(id, console.me))


@router.post("/take-up", dependencies=[OwnOrigin])
def take_up(id: ConversationId, console: AnsweringDep) -> Response:
    """Step into what the assistant has, or reopen what was resolved."""
    return _change(console, id, lambda: console.assistant.casework.take_up(id, console.me))


@router.post("/messages", dependencies=[OwnOrigin])
def answer(
    id: ConversationId,
    console: AnsweringDep,
    text: Text = "",
    key: Text = "",
    suggested: Text = "",
    suggested_by: Text = "",
) -> Response:
    """Write to the customer. The same form sent twice is one message."""

    began = Beginning(suggested, by=suggested_by[:_LONGEST_NAME])

    def send() -> object:
        return console.assistant.casework.answer(id, console.me, text, key=_key(key), began=began)

    return _change(console, id, send, draft=Draft(text, began))


@router.post("/notes", dependencies=[OwnOrigin])
def note(id: ConversationId, console: AnsweringDep, text: Text = "") -> Response:
    """Write to colleagues."""
    return _change(console, id, lambda: console.assistant.casework.note(id, console.me, text))


@router.post("/hand-on", dependencies=[OwnOrigin])
def hand_on(id: ConversationId, console: AnsweringDep, to: Text = "") -> Response:
    """Give it to a colleague; a lead takes a colleague's so too."""

    def give() -> object:
        colleague = console.assistant.inbox.person(to)
        return console.assistant.casework.hand_on(id, console.me, to=colleague)

    return _change(console, id, give)


@router.post("/requeue", dependencies=[OwnOrigin])
def requeue(id: ConversationId, console: AnsweringDep) -> Response:
    """Back to the queue."""
    return _change(console, id, lambda: console.assistant.casework.requeue(id, console.me))


@router.post("/release", dependencies=[OwnOrigin])
def release(id: ConversationId, console: AnsweringDep, then: BackgroundTasks) -> Response:
    """Back to the assistant, which answers what is open."""

    def give_back() -> None:
        console.assistant.casework.release(id, console.me)
        then.add_task(console.given_back, id)

    return _change(console, id, give_back)


@router.post("/resolve", dependencies=[OwnOrigin])
def resolve(id: ConversationId, console: AnsweringDep) -> Response:
    """Done with it."""
    return _change(console, id, lambda: console.assistant.casework.resolve(id, console.me))


@router.post("/snooze", dependencies=[OwnOrigin])
def snooze(id: ConversationId, console: AnsweringDep, how_long: Text = "") -> Response:
    """Out of sight for a while."""
    until = datetime.now(UTC) + SNOOZES.get(how_long, timedelta())
    return _change(
        console, id, lambda: console.assistant.casework.snooze(id, console.me, until=until)
    )


@router.post("/sort", dependencies=[OwnOrigin])
def sort(
    id: ConversationId, console: AnsweringDep, priority: Text = "0", tags: Text = ""
) -> Response:
    """File it under a priority and tags."""
    level = Priority(int(priority)) if priority in ("0", "1", "2") else Priority.NORMAL
    words = tags.split(",")
    return _change(
        console,
        id,
        lambda: console.assistant.casework.sort(id, console.me, priority=level, tags=words),
    )


@router.post("/judge", dependencies=[OwnOrigin])
def judge(
    id: ConversationId, console: AnsweringDep, question: Text = "", passage: Text = ""
) -> Response:
    """Mark the passage that answers, or that nothing does."""
    mark = console.assistant.casework.judge
    return _change(
        console,
        id,
        lambda: mark(id, console.me, question=question[:4000], passage_id=passage[:1000] or None),
    )


@router.post("/presence", dependencies=[OwnOrigin])
def presence(id: ConversationId, console: AnsweringDep, writing: Text = "") -> Response:
    """Say that the case is open here; who else has it open, and whether its customer is there."""
    others = console.assistant.inbox.look_on(id, console.me, writing=writing == "1")
    people = {person.id: person for person in console.assistant.inbox.colleagues()}
    shown = [
        {"name": people[each.person_id].shown, "writing": each.writing}
        for each in others
        if each.person_id in people
    ]
    return JSONResponse({"others": shown, "customer": _customer(console, id)})


def _customer(console: Console, id: str) -> str:
    """A key of the page's wordings, "" where nothing is known of them."""
    if console.assistant.inbox.is_customer_writing(id):
        return "writes"
    return "here" if console.wakeups.is_followed(id) else ""


def _change(
    console: Console, id: str, event: Callable[[], object], *, draft: Draft | None = None
) -> Response:
    """Let the event happen and show the case; where it cannot, say why and keep the draft."""
    refused = attempt(event)
    if refused is not None:
        problem, status = refused
        return _shown(console, id, problem=problem, draft=draft, status=status)
    console.changed(id)
    return to(f"/conversations/{id}")


def _shown(
    console: Console,
    id: str,
    *,
    problem: str | None = None,
    draft: Draft | None = None,
    status: int = 200,
) -> Response:
    case = console.assistant.inbox.case(id)
    locale = console.pages.locale(console.request)

    def cue(name: str, of: Literal["satisfaction", "effort"]) -> str:
        # Cases from before kept the reason's text in the place of its name.
        known = name in catalogue()["effort" if of == "effort" else "customer"]
        return reason_text(name, of=of, locale=locale) if known else name

    shown: dict[str, Any] = {
        "case": case,
        "facts": facts(case),
        "summary_is_written": console.assistant.summaries.writes,
        "has_proposal": console.assistant.proposals.proposes(case),
        "as_sent": as_sent,
        "cue": cue,
        "address_of": console.assistant.everything.library.address_of,
        "article": console.assistant.everything.library.card_of,
        "follow_up": console.assistant.store.follow_up_of(id),
        "colleagues": console.assistant.inbox.colleagues(),
        "problem": problem,
        "draft": draft or Draft(),
        "key": secrets.token_hex(8),
        "longest": LONGEST_ANSWER,
        "mail_is_set": console.assistant.outlets.mail is not None,
        "takes_files": console.assistant.attachments.limits.mib > 0,
        "snoozes": SNOOZES,
        "last_event": console.assistant.store.last_event(),
        "now": datetime.now(UTC),
    }
    return console.render("case", status=status, **shown)


def _key(key: str) -> str | None:
    """Ours, so that no customer's client can have the same."""
    return f"console-{key[:64]}" if key else None
