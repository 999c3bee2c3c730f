"""Webhooks in the console: add one, see its secret once, pause, renew, test, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from assistant.domain.webhook import CHOICES, Topic, Webhook
from assistant.domain.webhook import Form as BodyForm
from assistant.errors import Refused
from assistant.server.console import ConfiguringDep, Console, to
from assistant.server.dependencies import WebhookId
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.webhooks import LONGEST_URL, Draft

router = APIRouter(prefix=f"{CONSOLE}/webhooks", include_in_schema=False)


@router.get("")
def webhooks(console: ConfiguringDep) -> Response:
    """All of them, without their secrets."""
    return _shown(console)


@router.post("", dependencies=[OwnOrigin])
def add_webhook(
    console: ConfiguringDep,
    url: Annotated[str, Form(max_length=LONGEST_URL + 1)] = "",
    form: Annotated[BodyForm, Form()] = BodyForm.STANDARD,
    topics: Annotated[list[Topic], Form()] = [],  # noqa: B006
    words: Annotated[str, Form(max_length=10)] = "",
    locale: Annotated[str, Form(max_length=35)] = LOCALES[0],
) -> Response:
    """A new one: the answer shows its secret, this once."""
    draft = Draft(url.strip(), form, frozenset(topics), words == "yes", locale)
    try:
        made = console.assistant.outlets.webhooks.add(draft, by=console.me)
    except Refused as error:
        return _shown(console, draft=draft, problem=str(error), status=422)
    return _shown(console, new=made)


@router.post("/{webhook_id}/secret", dependencies=[OwnOrigin])
def renew_secret(webhook_id: WebhookId, console: ConfiguringDep) -> Response:
    """Another secret, shown this once."""
    return _shown(
        console, new=console.assistant.outlets.webhooks.renew_secret(webhook_id, by=console.me)
    )


@router.post("/{webhook_id}/pause", dependencies=[OwnOrigin])
def pause(webhook_id: WebhookId, console: ConfiguringDep) -> Response:
    """Tell it nothing for now."""
    console.assistant.outlets.webhooks.pause(webhook_id, by=console.me)
    return to("/webhooks")


@router.post("/{webhook_id}/resume", dependencies=[OwnOrigin])
def resume(webhook_id: WebhookId, console: ConfiguringDep) -> Response:
    """Tell it again."""
    console.assistant.outlets.webhooks.resume(webhook_id, by=console.me)
    return to("/webhooks")


@router.post("/{webhook_id}/test", dependencies=[OwnOrigin])
def test(webhook_id: WebhookId, console: ConfiguringDep) -> Response:
    """Send it something that is about nothing."""
    console.assistant.outlets.webhooks.test(webhook_id)
    return to("/webhooks?tested=1")


@router.post("/{webhook_id}/drop", dependencies=[OwnOrigin])
def drop(webhook_id: WebhookId, console: ConfiguringDep) -> Response:
    """It is gone."""
    console.assistant.outlets.webhooks.drop(webhook_id, by=console.me)
    return to("/webhooks")


def _shown(
    console: Console,
    *,
    new: Webhook | None = None,
    draft: Draft | None = None,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    blank = Draft("", BodyForm.STANDARD, frozenset(CHOICES))
    response = console.render(
        "webhooks",
        status=status,
        webhooks=console.assistant.outlets.webhooks.all(),
        new=new,
        draft=draft or blank,
        problem=problem,
        topics=CHOICES,
        forms=list(BodyForm),
        locales=LOCALES,
        tested="tested" in console.request.query_params,
    )
    # A secret may stand in it.
    response.headers["Cache-Control"] = "no-store"
    return response
