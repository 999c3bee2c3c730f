"""What every page of the console shares: who is asking, what they may, how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.domain.audience import EVERYBODY
from assistant.errors import NotAllowed, Refused, WithAnother, WrongStatus
from assistant.ports import Person
from assistant.server import reading
from assistant.server.dependencies import AssistantDep, PagesDep, WakeupsDep
from assistant.server.events import Wakeups
from assistant.server.pages import Pages
from assistant.server.sign_in import CONSOLE, SignedInDep
from assistant.support.roles import May, allows

if TYPE_CHECKING:
    from assistant.wiring import Assistant

PROBLEMS: dict[type[Exception], tuple[str, int]] = {
    WithAnother: ("not_yours", 403),
    WrongStatus: ("changed_meanwhile", 409),
    NotAllowed: ("not_allowed", 403),
    Refused: ("refused", 422),
}
"""What went wrong → the key of its wording, and the status; the first that fits."""


@dataclass(frozen=True)
class Console:
    """A request of somebody who is signed in."""

    request: Request
    pages: Pages
    assistant: Assistant
    wakeups: Wakeups
    me: Person

    def render(self, page: str, *, status: int = 200, **values: Any) -> Response:
        """A page of web/templates/console, with `may` to ask what this person may."""
        return self.pages.render(
            self.request,
            f"console/{page}.html",
            section="console",
            status=status,
            me=self.me,
            may=lambda what: allows(self.me.role, May(what)),
            mend=self.inside,
            unseen=self.unseen(),
            **values,
        )

    def part(self, name: str, **values: Any) -> str:
        """HTML that a page which is open takes in."""
        return bytes(self.render(name, **values).body).decode()

    def unseen(self) -> list[str]:
        """The conversations that ask for this person."""
        answers = allows(self.me.role, May.ANSWER)
        return self.assistant.store.unseen(self.me.id) if answers else []

    def inside(self, html: str) -> str:
        """Wherever a link comes from, it leads to nothing that is not there for the public."""
        if self.assistant.store.audiences() <= {EVERYBODY}:
            return html
        return reading.led_inside(html, self.assistant.everything.library)

    def changed(self, conversation_id: str) -> None:
        """Tell who follows the conversation, customer and colleagues."""
        self.wakeups.ring(conversation_id)

    async def given_back(self, conversation_id: str) -> None:
        """The assistant answers what people left to it, and who follows reads it."""
        await self.assistant.desk.recover(conversation_id=conversation_id)
        self.changed(conversation_id)


def attempt(event: Callable[[], object]) -> tuple[str, int] | None:
    """Let it happen; where it cannot, the wording's key and the status."""
    try:
        event()
    except tuple(PROBLEMS) as error:
        return next(told for kind, told in PROBLEMS.items() if isinstance(error, kind))
    return None


def to(path: str) -> Response:
    """On to a page of the console, after a form."""
    return RedirectResponse(f"{CONSOLE}{path}", status_code=303)


def _console(
    request: Request,
    pages: PagesDep,
    assistant: AssistantDep,
    wakeups: WakeupsDep,
    me: SignedInDep,
) -> Console:
    return Console(request, pages, assistant, wakeups, me)


def _who_may(what: May) -> Any:
    def checked(console: Annotated[Console, Depends(_console)]) -> Console:
        if not allows(console.me.role, what):
            raise HTTPException(403, f"Your role, {console.me.role}, does not allow this.")
        return console

    return Depends(checked)


AnyoneDep = Annotated[Console, Depends(_console)]
ReaderDep = Annotated[Console, _who_may(May.READ)]
AnsweringDep = Annotated[Console, _who_may(May.ANSWER)]
SteeringDep = Annotated[Console, _who_may(May.STEER)]
ConfiguringDep = Annotated[Console, _who_may(May.CONFIGURE)]
WritingDep = Annotated[Console, _who_may(May.WRITE)]
PublishingDep = Annotated[Console, _who_may(May.PUBLISH)]
GoverningDep = Annotated[Console, _who_may(May.GOVERN)]
