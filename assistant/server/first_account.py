"""The first account, by the link that the server prints at its first start. Its code stands behind
the #, which no server is sent, and comes by a form."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import NotAllowed, Refused, TooManyRequests
from assistant.server.dependencies import AssistantDep, PagesDep
from assistant.server.pages import Pages
from assistant.server.security import is_https
from assistant.server.sign_in import CONSOLE, SIGN_IN, GuardDep, OwnOrigin, begun, hashing

router = APIRouter(prefix=f"{CONSOLE}/first", include_in_schema=False)


@router.get("")
def first(request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """The form, as long as there is no account."""
    if assistant.people.anyone():
        return RedirectResponse(SIGN_IN, status_code=303)
    return _form(request, pages)


@router.post("", dependencies=[OwnOrigin])
async def make_first(
    request: Request,
    assistant: AssistantDep,
    pages: PagesDep,
    guard: GuardDep,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    code: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """The first admin, who is signed in at once."""
    people = assistant.people
    try:
        guard.count(email, request.client.host if request.client else "")
        make = partial(people.add_first, email, password=password, code=code.strip())
        person = await to_thread.run_sync(make, limiter=hashing(request))
    except Refused:
        return _form(request, pages, email=email, code=code, problem="first_refused", status=422)
    except NotAllowed:
        return _form(request, pages, email=email, problem="first_too_late", status=403)
    except TooManyRequests as error:
        response = _form(request, pages, email=email, problem="sign_in_slower", status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    signed_in = people.begin_session(person, browser=request.headers.get("user-agent", ""))
    return begun(signed_in, secure=is_https(request, public_url=assistant.settings.public_url))


def _form(
    request: Request,
    pages: Pages,
    *,
    email: str = "",
    code: str = "",
    problem: str | None = None,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "console/first.html",
        section="console",
        status=status,
        email=email,
        code=code,
        problem=problem,
    )
