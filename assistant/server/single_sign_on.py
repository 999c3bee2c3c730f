"""Sign in with an account of somebody else: there and back again."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import AssistantError, BoundElsewhere, NotAllowed, UnknownThing
from assistant.ports.identity_provider import Attempt
from assistant.server.dependencies import AssistantDep, PagesDep
from assistant.server.security import is_https
from assistant.server.sign_in import SIGN_IN, begun_elsewhere, refused
from assistant.support.single_sign_on import SingleSignOn

COOKIE = "assistant_sign_on"
TEN_MINUTES = 600
THERE = f"{SIGN_IN}/elsewhere"
BACK = f"{THERE}/back"

router = APIRouter(prefix=THERE, include_in_schema=False)

Text = Annotated[str, Query(max_length=4000)]


@router.get("")
async def there(request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """To the provider, with what only this browser can bring back."""
    sign_on, back = _sign_on(assistant), assistant.settings.public_url.rstrip("/") + BACK
    try:
        url, attempt = await to_thread.run_sync(partial(sign_on.begin, back=back))
    except AssistantError:
        return refused(request, pages, problem="elsewhere_down", status=503)
    response = RedirectResponse(url, status_code=303)
    response.set_cookie(
        COOKIE,
        json.dumps([attempt.state, attempt.nonce, attempt.verifier]),
        max_age=TEN_MINUTES,
        path=THERE,
        httponly=True,
        secure=is_https(request, public_url=assistant.settings.public_url),
        # The way back begins at another site.
        samesite="lax",
    )
    return response


@router.get("/back")
async def back(
    request: Request,
    assistant: AssistantDep,
    pages: PagesDep,
    state: Text = "",
    code: Text = "",
) -> Response:
    """Who came back is signed in, once."""
    sign_on, own = _sign_on(assistant), assistant.settings.public_url.rstrip("/") + BACK
    try:
        finish = partial(
            sign_on.finish,
            _kept(request),
            state=state,
            code=code,
            back=own,
            browser=request.headers.get("user-agent", ""),
        )
        signed_in = await to_thread.run_sync(finish)
    except BoundElsewhere:
        response = refused(request, pages, problem="elsewhere_taken", status=403)
    except NotAllowed:
        response = refused(request, pages, problem="elsewhere_refused", status=403)
    except AssistantError:
        response = refused(request, pages, problem="elsewhere_down", status=503)
    else:
        secure = is_https(request, public_url=assistant.settings.public_url)
        response = begun_elsewhere(request, pages, signed_in, secure=secure)
    response.delete_cookie(COOKIE, path=THERE, httponly=True, samesite="lax")
    return response


def _sign_on(assistant: AssistantDep) -> SingleSignOn:
    if assistant.single_sign_on is None:
        raise UnknownThing("page", THERE)
    return assistant.single_sign_on


def _kept(request: Request) -> Attempt:
    try:
        state, nonce, verifier = json.loads(request.cookies.get(COOKIE, ""))
        return Attempt(str(state), str(nonce), str(verifier))
    except ValueError:
        raise NotAllowed("This sign-in did not begin in this browser; try again.") from None
