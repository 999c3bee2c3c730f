"""The console's pages of follow-ups: to whom somebody goes back, what was done, did it help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.domain.follow_up import LONGEST_TEXT, TO_DO, Rules, Step
from assistant.errors import Refused
from assistant.insights.rates import Rate
from assistant.server.console import AnsweringDep, ConfiguringDep, Console, ReaderDep, attempt, to
from assistant.server.dependencies import ConversationId
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.visitors import MAILED_LINK_LIFE

PER_PAGE = 50
VIEWS: dict[str, Sequence[Step]] = {
    "to_do": TO_DO,
    "asked": (Step.DONE,),
    "answered": (Step.HELPED, Step.NOT_HELPED),
    "dropped": (Step.DROPPED,),
}

router = APIRouter(prefix=CONSOLE, include_in_schema=False)

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
Text = Annotated[str, Form(max_length=LONGEST_TEXT)]


@router.get("/follow-ups")
def follow_ups(
    console: ReaderDep,
    view: Annotated[str, Query(max_length=20)] = "to_do",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """What is due first comes first."""
    view = view if view in VIEWS else "to_do"
    service = console.assistant.follow_ups
    found = service.listed(VIEWS[view], limit=PER_PAGE + 1, skip=(page - 1) * PER_PAGE)
    sizes = console.assistant.store.follow_up_sizes()
    return _render(
        console,
        "follow_ups",
        listed=found[:PER_PAGE],
        more=len(found) > PER_PAGE,
        view=view,
        number=page,
        sizes={name: sum(sizes.get(step, 0) for step in steps) for name, steps in VIEWS.items()},
        helped=Rate(*console.assistant.store.follow_up_answers()),
        now=datetime.now(UTC),
    )


@router.get("/follow-ups/rules")
def rules(console: ConfiguringDep) -> Response:
    """From when a conversation becomes one."""
    return _rules(console, console.assistant.follow_ups.rules())


@router.post("/follow-ups/rules", dependencies=[OwnOrigin])
async def set_rules(request: Request, console: ConfiguringDep) -> Response:
    """For those to come."""
    sent = await request.form()
    wanted = Rules(
        **{name: _number(str(sent.get(name, ""))) for name in Rules.__dataclass_fields__}
    )
    try:
        await in_thread(lambda: console.assistant.follow_ups.set_rules(wanted, by=console.me))
    except Refused as error:
        problem = str(error)
        return await in_thread(lambda: _rules(console, wanted, problem=problem))
    return to("/follow-ups/rules?saved=1")


@router.get("/follow-ups/{follow_up_id}")
def follow_up(follow_up_id: Id, console: ReaderDep) -> Response:
    """One of them: why, what was done, what the customer said then."""
    return _shown(console, follow_up_id)


@router.post("/follow-ups/{follow_up_id}/take", dependencies=[OwnOrigin])
def take(follow_up_id: Id, console: AnsweringDep, person: Text = "") -> Response:
    """Call back oneself, or give it to a colleague."""

    def given() -> object:
        colleague = console.assistant.inbox.person(person) if person else None
        return console.assistant.follow_ups.take(follow_up_id, by=console.me, to=colleague)

    return _change(console, follow_up_id, given)


@router.post("/follow-ups/{follow_up_id}/done", dependencies=[OwnOrigin])
def done(follow_up_id: Id, console: AnsweringDep, text: Text = "") -> Response:
    """Say what was done; the customer is asked from now on."""
    finish = console.assistant.follow_ups.finish
    return _change(
        console, follow_up_id, lambda: finish(follow_up_id, text, by=console.me), draft=text
    )


@router.post("/follow-ups/{follow_up_id}/drop", dependencies=[OwnOrigin])
def drop(follow_up_id: Id, console: AnsweringDep, text: Text = "") -> Response:
    """Nobody goes back, for a reason."""
    dropped = console.assistant.follow_ups.drop
    return _change(console, follow_up_id, lambda: dropped(follow_up_id, text, by=console.me))


@router.post("/follow-ups/{follow_up_id}/link", dependencies=[OwnOrigin])
def link(follow_up_id: Id, console: AnsweringDep, request: Request) -> Response:
    """A way back for the customer, once: there they are asked whether it helped."""
    conversation = console.assistant.follow_ups.one(follow_up_id).conversation
    made = console.assistant.visitors.mailed_link(conversation)
    base = console.assistant.settings.public_url or str(request.base_url)
    return _shown(console, follow_up_id, link=made.url(base, locale=conversation.locale))


@router.post("/conversations/{id}/follow-up", dependencies=[OwnOrigin])
def open_by_hand(id: ConversationId, console: AnsweringDep) -> Response:
    """Somebody should go back to this customer."""
    opened = console.assistant.follow_ups.open_by_hand(id, by=console.me)
    return to(f"/follow-ups/{opened.id}")


def _change(
    console: Console, follow_up_id: str, event: Callable[[], object], *, draft: str = ""
) -> Response:
    if refused := attempt(event):
        problem, status = refused
        return _shown(console, follow_up_id, problem=problem, status=status, draft=draft)
    console.changed(console.assistant.store.follow_up(follow_up_id).conversation_id)
    return to(f"/follow-ups/{follow_up_id}")


def _shown(console: Console, follow_up_id: str, *, status: int = 200, **values: Any) -> Response:
    listed = console.assistant.follow_ups.one(follow_up_id)
    shown = {"problem": None, "draft": "", "link": "", **values}
    return _render(
        console,
        "follow_up",
        status=status,
        listed=listed,
        email=console.assistant.follow_ups.address(listed.follow_up),
        mailed=console.assistant.follow_ups.mails_to(listed.follow_up),
        to_do=listed.follow_up.step in TO_DO,
        longest=LONGEST_TEXT,
        days=MAILED_LINK_LIFE.days,
        now=datetime.now(UTC),
        **shown,
    )


def _rules(console: Console, shown: Rules, *, problem: str | None = None) -> Response:
    return _render(
        console,
        "follow_up_rules",
        status=422 if problem else 200,
        rules=shown,
        problem=problem,
        saved="saved" in console.request.query_params,
        calibrated=console.assistant.predictions.of_site().calibration is not None,
    )


def _render(console: Console, template: str, **values: Any) -> Response:
    words, w = console.pages.wordings(console.request, "follow_ups")
    people = {each.id: each for each in console.assistant.inbox.colleagues()}
    return console.render(template, words=words, w=w, people=people, **values)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else -1
