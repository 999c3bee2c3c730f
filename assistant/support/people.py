"""Who may sign in to the console: accounts, passwords and sessions.

Hashing takes about 160 ms and 64 MiB on purpose: call `sign_in` and `change_password` from a
thread, behind a rate limit.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import NotAllowed, Refused
from assistant.ports import Clock, Deed, PeopleStore, Person, Session
from assistant.support.credentials import hashed, is_email
from assistant.support.roles import ROLES

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
SESSION = timedelta(hours=12)
FIRST = timedelta(hours=24)
"""For so long the link to the first account works."""
OPERATOR = "operator"
"""Who did what in the audit log, where it was the command line."""
_WRONG = "The e-mail address or the password is wrong; try again."
_BROWSER = 200
_NAME = 80

# The hash of a password that nobody knows, made with the hasher's present parameters: verifying
# against it takes as long for an address without an account as for one with.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$iqr0jbE/E9Xb1qAJUsB3+g"
    "$j5PDoLH52o2fWC1W1C9Jl4bgdTlFvY8b1n1CFYYfcjo"
)


@dataclass(frozen=True)
class SignedIn:
    """A session that has begun; `token` is shown once and stored only as a hash."""

    person: Person
    token: str
    expires_at: datetime


class People:
    """Accounts and sessions. Thread-safe."""

    def __init__(
        self, store: PeopleStore, *, now: Clock, hasher: PasswordHasher | None = None
    ) -> None:
        self._store, self._now = store, now
        self._hasher = hasher or PasswordHasher()

    def add(self, email: str, *, role: str, password: str, by: Person | None = None) -> Person:
        """A new account; Refused where the address, the role or the password will not do. `by`: who
        makes it at the console, and passes the password on; the command line is the operator's."""
        person = replace(
            self._new(email, role=role, password=password), password_passed_on=by is not None
        )
        by_id = by.id if by else OPERATOR
        deed = Deed(self._now(), by_id, "person_added", person.id, {"role": role})
        self._store.add_person(person, deed=deed)
        return person

    def first_code(self) -> str | None:
        """What makes the first account, once, within `FIRST`; one that was given before counts no
        more. None where there is an account."""
        if self.anyone():
            return None
        code = secrets.token_urlsafe(32)
        self._store.set_first_code(hashed(code), self._now() + FIRST)
        return code

    def add_first(self, email: str, *, password: str, code: str) -> Person:
        """The first admin; Refused, or NotAllowed where the code is none any more."""
        person = self._new(email, role="admin", password=password)
        at = self._now()
        deed = Deed(at, OPERATOR, "person_added", person.id, {"role": "admin", "first": True})
        self._store.add_first(person, code_hash=hashed(code), at=at, deed=deed)
        return person

    def add_elsewhere(self, email: str, *, role: str, name: str) -> Person:
        """An account of somebody who signs in elsewhere, without a password."""
        person = replace(
            self._new(email, role=role, password=None), name=" ".join(name.split())[:_NAME]
        )
        deed = Deed(self._now(), OPERATOR, "person_added", person.id, {"role": role})
        self._store.add_person(person, deed=deed)
        return person

    def promote(self, person: Person, *, role: str, by_id: str) -> Person:
        """Another role, as an identity provider says."""
        _must_exist(role)
        changed = replace(person, role=role)
        detail = {"role": [person.role, role], "open": person.disabled_at is None}
        deed = Deed(self._now(), by_id, "person_changed", person.id, detail)
        self._store.set_role(person.id, role, deed=deed)
        return changed

    def change(
        self,
        person: Person,
        *,
        by: Person,
        name: str | None = None,
        role: str | None = None,
        is_open: bool | None = None,
    ) -> Person:
        """What is not None becomes so. Who closes an account signs it out everywhere; nobody closes
        or demotes themselves: there would be nobody left to undo it."""
        if person.id == by.id and (role not in (None, person.role) or is_open is False):
            raise Refused("Your own role and account are changed by another admin.")
        role = person.role if role is None else role
        _must_exist(role)
        closed = person.disabled_at
        if is_open is not None:
            closed = None if is_open else (closed or self._now())
        shown = person.name if name is None else " ".join(name.split())[:_NAME]
        changed = replace(person, role=role, name=shown, disabled_at=closed)
        detail = {"role": [person.role, role], "open": closed is None}
        deed = Deed(self._now(), by.id, "person_changed", person.id, detail)
        self._store.save_person(changed, deed=deed)
        return changed

    def change_password(self, person: Person, *, present: str, new: str, token: str) -> None:
        """One's own; NotAllowed where `present` is wrong, Refused where `new` will not do. From
        then on they are signed in by `token` alone."""
        if new == present:
            raise Refused("The new password is the present one; choose another.")
        _must_fit(new)
        if not self._is_right(present, person.password_hash):
            raise NotAllowed("The present password is wrong; try again.")
        changed = replace(person, password_hash=self._hash_of(new), password_passed_on=False)
        self._store.set_password(
            changed,
            instead_of=person.password_hash,
            keeping=hashed(token),
            deed=self._password_changed(person, by_id=person.id),
        )

    def reset_password(self, person: Person, *, password: str, by: Person | None = None) -> None:
        """Another one for somebody who forgot theirs, who is signed out everywhere. `by` as in
        `add`; Refused where the password will not do, or it is their own."""
        if by is not None and by.id == person.id:
            raise Refused("Your own password is changed on your account page.")
        hashed, passed_on = self._hash_of(password), by is not None
        changed = replace(person, password_hash=hashed, password_passed_on=passed_on)
        deed = self._password_changed(person, by_id=by.id if by else OPERATOR)
        self._store.set_password(changed, deed=deed)

    def unbind(self, person: Person, *, by: Person) -> None:
        """The next company account with this address becomes theirs, as if none ever had; whoever
        is signed in is signed out. UnknownThing where none is bound."""
        deed = Deed(self._now(), by.id, "person_unbound", person.id, {})
        self._store.unbind_subjects(person.id, deed=deed)

    def bound(self) -> set[str]:
        """The ids of those who sign in with a company account."""
        return self._store.bound_elsewhere()

    def everybody(self) -> list[Person]:
        """All accounts by e-mail, closed ones too."""
        return self._store.people()

    def by_id(self, person_id: str) -> Person:
        """Or UnknownThing."""
        return self._store.person(person_id)

    def by_email(self, email: str) -> Person:
        """Or Refused."""
        person = self._store.person_by_email(email)
        if person is None:
            raise Refused(f"Nobody has an account with {email.strip()!r}; check the address.")
        return person

    def anyone(self) -> bool:
        """Whether there is an account at all."""
        return self._store.count_people() > 0

    def sign_in(self, email: str, password: str, *, browser: str = "") -> SignedIn:
        """A new session, or NotAllowed, which tells not whether the address is known. `browser`:
        how its owner will know the session again."""
        person = self._store.person_by_email(email)
        stored = person.password_hash if person else ""
        if not self._is_right(password, stored or _NOBODY) or not person:
            raise NotAllowed(_WRONG)
        signed_in = self.begin_session(person, browser=browser)
        # Whoever changed the password while this one was checked has ended all sessions but this.
        if self._store.person(person.id).password_hash != stored:
            self.sign_out(signed_in.token)
            raise NotAllowed(_WRONG)
        return signed_in

    def begin_session(self, person: Person, *, browser: str = "") -> SignedIn:
        """Of somebody who has shown who they are; NotAllowed where their account is closed."""
        must_be_open(person)
        token, at = secrets.token_urlsafe(32), self._now()
        session = Session(secrets.token_hex(8), person.id, at, at + SESSION, browser[:_BROWSER])
        self._store.add_session(hashed(token), session)
        return SignedIn(person, token, session.expires_at)

    def person(self, token: str | None) -> Person | None:
        """Whose session it is, None where it is none or over."""
        return self._store.session_person(hashed(token), self._now()) if token else None

    def sign_out(self, token: str | None) -> None:
        """End the session, if it is one."""
        if token:
            self._store.end_session(hashed(token))

    def sessions(self, person: Person) -> list[Session]:
        """Where somebody is signed in, the latest first."""
        return self._store.sessions(person.id, self._now())

    def session_id(self, token: str | None) -> str | None:
        """The name of the session that the token opens."""
        return self._store.session_id(hashed(token)) if token else None

    def end_session(self, session_id: str, *, of: Person, by: Person) -> None:
        """Sign somebody out in one browser; UnknownThing where it is no session of theirs."""
        deed = Deed(self._now(), by.id, "session_ended", of.id, {})
        self._store.revoke_session(session_id, person_id=of.id, deed=deed)

    def _new(self, email: str, *, role: str, password: str | None) -> Person:
        address = normal_email(email)
        _must_exist(role)
        hashed = "" if password is None else self._hash_of(password)
        return Person(id=uuid.uuid4().hex, email=address, role=role, password_hash=hashed)

    def _password_changed(self, person: Person, *, by_id: str) -> Deed:
        return Deed(self._now(), by_id, "password_changed", person.id, {})

    def _hash_of(self, password: str) -> str:
        _must_fit(password)
        return self._hasher.hash(password)

    def _is_right(self, password: str, password_hash: str) -> bool:
        # A longer one cannot have been accepted, and would only cost time.
        candidate = password[: LONGEST_PASSWORD + 1].encode("utf-8", errors="replace")
        try:
            return self._hasher.verify(password_hash, candidate)
        except (VerificationError, InvalidHashError):
            return False


def must_be_open(person: Person) -> None:
    """NotAllowed where the account is closed."""
    if person.disabled_at is not None:
        raise NotAllowed("This account is closed; ask an admin to open it again.")


def _must_fit(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"A password needs at least {SHORTEST_PASSWORD} characters; choose another.")
    if len(password) > LONGEST_PASSWORD:
        raise Refused(f"A password has at most {LONGEST_PASSWORD} characters; choose another.")


def _must_exist(role: str) -> None:
    if role not in ROLES:
        raise Refused(f"There is no role {role!r}; choose one of {', '.join(ROLES)}.")


def normal_email(email: str) -> str:
    """The address as it is stored; Refused where it is none."""
    address = email.strip().lower()
    if not is_email(address):
        raise Refused(
            f"{email.strip()[:254]!r} is not an e-mail address; write one as name@company.example."
        )
    return address
