"""The agents' console, first version: who waits, their case, and a reply in the same thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import NotAllowed, Refused, WrongStatus
from assistant.ports import Person
from assistant.server.dependencies import AssistantDep, ConversationId, PagesDep, WakeupsDep
from assistant.server.events import Wakeups
from assistant.server.pages import Pages
from assistant.server.sign_in import CONSOLE, OwnOrigin, SignedInDep
from assistant.support.inbox import ANSWERING_ROLES, LONGEST_ANSWER, Inbox

router = APIRouter(prefix=CONSOLE, include_in_schema=False)

_PROBLEMS: dict[type[Exception], tuple[str, int]] = {
    WrongStatus: ("changed_meanwhile", 409),
    NotAllowed: ("not_yours", 403),
    Refused: ("answer_refused", 422),
}


def _agent(person: SignedInDep) -> Person:
    if person.role not in ANSWERING_ROLES:
        raise HTTPException(
            403, f"Your role, {person.role}, does not answer customers; an admin can change that."
        )
    return person


AgentDep = Annotated[Person, Depends(_agent)]


@dataclass(frozen=True)
class Desktop:
    """What every route of an agent needs."""

    request: Request
    pages: Pages
    inbox: Inbox
    wakeups: Wakeups
    me: Person

    def show_case(
        self, id: str, *, problem: str | None = None, draft: str = "", status: int = 200
    ) -> Response:
        """The case file with the thread; `draft` is an answer that could not be sent."""
        return self.pages.render(
            self.request,
            "console/case.html",
            section="console",
            status=status,
            case=self.inbox.case(id),
            me=self.me,
            problem=problem,
            draft=draft,
            longest=LONGEST_ANSWER,
        )

    def change(self, id: str, event: Callable[[], object], *, draft: str = "") -> Response:
        """Let the event happen and show the case; where it cannot, say why and keep the draft."""
        try:
            event()
        except tuple(_PROBLEMS) as error:
            problem, status = next(
                told for kind, told in _PROBLEMS.items() if isinstance(error, kind)
            )
            return self.show_case(id, problem=problem, draft=draft, status=status)
        self.wakeups.ring(id)
        return RedirectResponse(f"{CONSOLE}/conversations/{id}", status_code=303)


def _desktop(
    request: Request, pages: PagesDep, assistant: AssistantDep, wakeups: WakeupsDep, me: AgentDep
) -> Desktop:
    return Desktop(request, pages, assistant.inbox, wakeups, me)


DesktopDep = Annotated[Desktop, Depends(_desktop)]


@router.get("")
def inbox(desktop: DesktopDep) -> Response:
    """Who waits for a person, the longest first, and who is with one already."""
    return desktop.pages.render(
        desktop.request,
        "console/inbox.html",
        section="console",
        me=desktop.me,
        waiting=desktop.inbox.waiting(),
        taken=desktop.inbox.taken(),
    )


@router.get("/conversations/{id}")
def case(id: ConversationId, desktop: DesktopDep) -> Response:
    """Everything about one conversation."""
    return desktop.show_case(id)


@router.post("/conversations/{id}/take-over", dependencies=[OwnOrigin])
def take_over(id: ConversationId, desktop: DesktopDep) -> Response:
    """Make it mine."""
    return desktop.change(id, lambda: desktop.inbox.take_over(id, desktop.me))


@router.post("/conversations/{id}/messages", dependencies=[OwnOrigin])
def answer(id: ConversationId, desktop: DesktopDep, text: Annotated[str, Form()] = "") -> Response:
    """Write to the customer."""
    return desktop.change(id, lambda: desktop.inbox.answer(id, desktop.me, text), draft=text)


@router.post("/conversations/{id}/resolve", dependencies=[OwnOrigin])
def resolve(id: ConversationId, desktop: DesktopDep) -> Response:
    """Done with it."""
    return desktop.change(id, lambda: desktop.inbox.resolve(id, desktop.me))
