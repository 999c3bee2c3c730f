"""What should have left and did not, and to try it again; what each person is told by mail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from assistant.ports.deliveries import Choice, Notice
from assistant.server.console import AnyoneDep, ConfiguringDep, to
from assistant.server.dependencies import DeliveryId
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin

router = APIRouter(prefix=CONSOLE, include_in_schema=False)


@router.get("/deliveries")
def deliveries(console: ConfiguringDep) -> Response:
    """The dead first, then what is tried again by itself."""
    return console.render(
        "deliveries",
        listed=console.assistant.store.undelivered(),
        webhooks={each.id: each.shown for each in console.assistant.outlets.webhooks.all()},
        mail_is_set=console.assistant.outlets.mail is not None,
    )


@router.post("/deliveries/{delivery_id}/again", dependencies=[OwnOrigin])
def again(delivery_id: DeliveryId, console: ConfiguringDep) -> Response:
    """Try a dead one anew."""
    console.assistant.outlets.courier.again(delivery_id, by=console.me)
    return to("/deliveries")


@router.post("/account/notices", dependencies=[OwnOrigin])
def choose_notices(
    console: AnyoneDep,
    notices: Annotated[list[Notice], Form()] = [],  # noqa: B006
    locale: Annotated[str, Form(max_length=35)] = LOCALES[0],
) -> Response:
    """What I am told by mail, in which language."""
    known = locale if locale in LOCALES else LOCALES[0]
    console.assistant.store.set_choice(Choice(console.me.id, frozenset(notices), known))
    return to("/account?saved=1")
