"""Who I am and where I am signed in; for admins also everybody else, and the audit log."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Query
from fastapi.responses import Response

from assistant.errors import NotAllowed, Refused, TooManyRequests
from assistant.server.console import AnyoneDep, Console, GoverningDep, attempt, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, SESSION_COOKIE, GuardDep, OwnOrigin, hashing
from assistant.support.notifying import offered
from assistant.support.roles import GRANTS, ROLES

router = APIRouter(prefix=CONSOLE, include_in_schema=False)

_PER_PAGE = 100

Text = Annotated[str, Form(max_length=1000)]
Secret = Annotated[str, Form()]
"""Too long a password is told beside its field."""


@router.get("/account")
def account(console: AnyoneDep) -> Response:
    """What my role may, and my sessions."""
    return _account(console)


@router.post("/account/name", dependencies=[OwnOrigin])
def rename(console: AnyoneDep, name: Text = "") -> Response:
    """How colleagues see me."""
    console.assistant.people.change(console.me, by=console.me, name=name)
    return to("/account")


@router.post("/account/password", dependencies=[OwnOrigin])
async def change_password(
    console: AnyoneDep, guard: GuardDep, present: Secret = "", new: Secret = "", again: Secret = ""
) -> Response:
    """Another one of my own, by the present one; I am signed out everywhere else."""
    if new != again:
        return _account(console, wrong=("again", "password_differs"), status=422)
    request, me = console.request, console.me
    address = request.client.host if request.client else ""
    token = request.cookies[SESSION_COOKIE]
    change = partial(console.assistant.people.change_password, me, present=present, new=new)
    try:
        guard.count(me.email, address)
        await to_thread.run_sync(partial(change, token=token), limiter=hashing(request))
    except Refused:
        return _account(console, wrong=("new", "password_unfit"), status=422)
    except NotAllowed:
        return _account(console, wrong=("present", "password_wrong"), status=403)
    except TooManyRequests as error:
        response = _account(console, wrong=("present", "sign_in_slower"), status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    guard.forgive(me.email, address)
    return to("/account?changed=1")


@router.post("/account/sessions/{session_id}/end", dependencies=[OwnOrigin])
def end_session(session_id: str, console: AnyoneDep) -> Response:
    """Sign out somewhere else."""
    console.assistant.people.end_session(session_id, of=console.me, by=console.me)
    return to("/account")


@router.get("/people")
def people(console: GoverningDep, password_of: str = "") -> Response:
    """Every account; of one it is told that its password was just set."""
    return _people(console, password_of=password_of)


@router.post("/people", dependencies=[OwnOrigin])
def add_person(
    console: GoverningDep, email: Text = "", role: Text = "", password: Text = ""
) -> Response:
    """A new account, with a password to pass on."""
    refused = attempt(
        lambda: console.assistant.people.add(email, role=role, password=password, by=console.me)
    )
    return _people(console, problem=refused, email=email) if refused else to("/people")


@router.post("/people/{person_id}", dependencies=[OwnOrigin])
def change_person(
    person_id: str,
    console: GoverningDep,
    role: Text = "",
    open_: Annotated[str, Form(alias="open")] = "",
) -> Response:
    """Another role; or close the account, which signs out everywhere at once."""
    refused = attempt(
        lambda: console.assistant.people.change(
            console.assistant.people.by_id(person_id),
            by=console.me,
            role=role or None,
            is_open={"yes": True, "no": False}.get(open_),
        )
    )
    return _people(console, problem=refused) if refused else to("/people")


@router.post("/people/{person_id}/password", dependencies=[OwnOrigin])
def reset_password(person_id: str, console: GoverningDep, password: Text = "") -> Response:
    """Another password, to pass on to somebody who forgot theirs; signs out everywhere at once."""
    people = console.assistant.people
    them = people.by_id(person_id)
    refused = attempt(lambda: people.reset_password(them, password=password, by=console.me))
    if refused:
        return _people(console, problem=refused)
    return to(f"/people?password_of={them.id}")


@router.post("/people/{person_id}/sessions/end", dependencies=[OwnOrigin])
def end_sessions(person_id: str, console: GoverningDep) -> Response:
    """Sign somebody out everywhere."""
    them = console.assistant.people.by_id(person_id)
    for session in console.assistant.people.sessions(them):
        console.assistant.people.end_session(session.id, of=them, by=console.me)
    return to("/people")


@router.post("/people/{person_id}/unbind", dependencies=[OwnOrigin])
def unbind(person_id: str, console: GoverningDep) -> Response:
    """Let another company account with the same address take it over."""
    console.assistant.people.unbind(console.assistant.people.by_id(person_id), by=console.me)
    return to("/people")


@router.get("/audit")
def audit(
    console: GoverningDep, before: Annotated[int | None, Query(ge=1, le=2**62)] = None
) -> Response:
    """Who did what, the latest first."""
    deeds = console.assistant.store.deeds(before=before, limit=_PER_PAGE)
    return console.render(
        "audit",
        deeds=deeds,
        people={person.id: person for person in console.assistant.people.everybody()},
        older=deeds[-1][0] if len(deeds) == _PER_PAGE else None,
    )


def _account(
    console: Console, *, wrong: tuple[str, str] | None = None, status: int = 200
) -> Response:
    people = console.assistant.people
    return console.render(
        "account",
        status=status,
        sessions=people.sessions(console.me),
        this_session=people.session_id(console.request.cookies.get(SESSION_COOKIE)),
        grants=sorted(GRANTS[console.me.role]),
        choice=console.assistant.store.choices().get(console.me.id),
        notices=offered(console.me.role),
        mail_is_set=console.assistant.outlets.mail is not None,
        locales=LOCALES,
        saved="saved" in console.request.query_params,
        changed="changed" in console.request.query_params,
        wrong=wrong,
    )


def _people(
    console: Console,
    *,
    problem: tuple[str, int] | None = None,
    email: str = "",
    password_of: str = "",
) -> Response:
    everybody = console.assistant.people.everybody()
    return console.render(
        "people",
        status=problem[1] if problem else 200,
        people=everybody,
        sessions={each.id: len(console.assistant.people.sessions(each)) for each in everybody},
        bound=console.assistant.people.bound(),
        roles=ROLES,
        problem="person_refused" if problem else None,
        email=email,
        password_of=password_of,
    )
