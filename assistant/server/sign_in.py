"""Sign in to the console and out again; who is signed in."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import NotAllowed, TooManyRequests
from assistant.ports import Person
from assistant.server.dependencies import AssistantDep, PagesDep
from assistant.server.limits import RateLimit
from assistant.server.pages import Pages
from assistant.server.security import is_https, require_own_origin
from assistant.support.people import SESSION, SignedIn

SESSION_COOKIE = "assistant_session"
CONSOLE = "/console"
SIGN_IN = "/console/sign-in"

_WINDOW_S = 300
_TRIES_PER_EMAIL = 10
_TRIES_PER_ADDRESS = 50
# Each password in work takes 64 MiB: more at once would let strangers fill the memory.
_HASHING_AT_ONCE = 2

router = APIRouter(prefix=CONSOLE, include_in_schema=False)


class SignInNeeded(Exception):
    """Nobody is signed in; the way on is the sign-in page."""


class SignInGuard:
    """Slows down who tries passwords. One per app."""

    def __init__(self) -> None:
        self._by_email = RateLimit(_TRIES_PER_EMAIL, _WINDOW_S)
        self._by_address = RateLimit(_TRIES_PER_ADDRESS, _WINDOW_S)

    def count(self, email: str, address: str) -> None:
        """One more try, or TooManyRequests."""
        self._by_address.count(address)
        self._by_email.count(email.strip().lower()[:254])

    def forgive(self, email: str, address: str) -> None:
        """The password was right. Of the address that many colleagues share, this try alone."""
        self._by_email.forgive(email.strip().lower()[:254])
        self._by_address.take_back(address)


def _own_origin(request: Request, assistant: AssistantDep) -> None:
    require_own_origin(request, public_url=assistant.settings.public_url)


def _signed_in(request: Request, assistant: AssistantDep) -> Person:
    person = assistant.people.person(request.cookies.get(SESSION_COOKIE))
    if person is None:
        raise SignInNeeded
    return person


def _guard(request: Request) -> SignInGuard:
    return request.app.state.sign_in  # type: ignore[no-any-return]


async def to_sign_in(request: Request, error: Exception) -> Response:
    """The answer to SignInNeeded."""
    return RedirectResponse(SIGN_IN, status_code=303)


OwnOrigin = Depends(_own_origin)
SignedInDep = Annotated[Person, Depends(_signed_in)]
GuardDep = Annotated[SignInGuard, Depends(_guard)]


@router.get("/sign-in")
def sign_in_page(request: Request, assistant: AssistantDep, pages: PagesDep) -> Response:
    """The form; with a hint how to begin where there is no account yet."""
    if assistant.people.person(request.cookies.get(SESSION_COOKIE)):
        return RedirectResponse(CONSOLE, status_code=303)
    return _form(request, pages, first_run=not assistant.people.anyone())


@router.post("/sign-in", dependencies=[OwnOrigin])
async def sign_in(
    request: Request,
    assistant: AssistantDep,
    pages: PagesDep,
    guard: GuardDep,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Begin a session."""
    browser = request.headers.get("user-agent", "")
    address = request.client.host if request.client else ""
    try:
        guard.count(email, address)
        signed_in = await to_thread.run_sync(
            partial(assistant.people.sign_in, email, password, browser=browser),
            limiter=hashing(request),
        )
    except NotAllowed:
        return _form(request, pages, email=email, problem="sign_in_wrong", status=401)
    except TooManyRequests as error:
        response = _form(request, pages, email=email, problem="sign_in_slower", status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    guard.forgive(email, address)
    return begun(signed_in, secure=is_https(request, public_url=assistant.settings.public_url))


@router.post("/sign-out", dependencies=[OwnOrigin])
def sign_out(request: Request, assistant: AssistantDep) -> Response:
    """End the session, here and in the store."""
    assistant.people.sign_out(request.cookies.get(SESSION_COOKIE))
    response = RedirectResponse(SIGN_IN, status_code=303)
    response.delete_cookie(SESSION_COOKIE, path=CONSOLE, httponly=True, samesite="strict")
    return response


def hashing(request: Request) -> CapacityLimiter:
    """So many passwords at once. Made within the running loop, once for each app."""
    state = request.app.state
    if not hasattr(state, "hashing"):
        state.hashing = CapacityLimiter(_HASHING_AT_ONCE)
    return state.hashing  # type: ignore[no-any-return]


def _form(
    request: Request,
    pages: Pages,
    *,
    email: str = "",
    problem: str | None = None,
    first_run: bool = False,
    status: int = 200,
) -> Response:
    return pages.render(
        request,
        "console/sign_in.html",
        section="console",
        status=status,
        email=email,
        problem=problem,
        first_run=first_run,
        elsewhere=request.app.state.assistant.single_sign_on is not None,
    )


def begun(signed_in: SignedIn, *, secure: bool) -> Response:
    """On to the console, signed in; to the account page with a password that was passed on."""
    first = f"{CONSOLE}/account" if signed_in.person.password_passed_on else CONSOLE
    return _with_session(RedirectResponse(first, status_code=303), signed_in, secure=secure)


def begun_elsewhere(
    request: Request, pages: Pages, signed_in: SignedIn, *, secure: bool
) -> Response:
    """The same by a page of ours: a browser that comes from another site does not show the session
    to where it is sent on."""
    page = pages.render(request, "console/signed_in.html", section="console")
    return _with_session(page, signed_in, secure=secure)


def refused(request: Request, pages: Pages, *, problem: str, status: int) -> Response:
    """The form, with what went wrong elsewhere."""
    return _form(request, pages, problem=problem, status=status)


def _with_session(response: Response, signed_in: SignedIn, *, secure: bool) -> Response:
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        max_age=int(SESSION.total_seconds()),
        path=CONSOLE,
        httponly=True,
        secure=secure,
        samesite="strict",
    )
    return response
