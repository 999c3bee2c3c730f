"""Who may sign in to the console: accounts, passwords and sessions.

Hashing takes about 160 ms and 64 MiB on purpose: call `sign_in` from a thread, behind a rate limit.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.errors import NotAllowed, Refused
from assistant.ports import Clock, PeopleStore, Person

ROLES = ("agent", "lead", "writer", "analyst", "admin")
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1000
SESSION = timedelta(hours=12)

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
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

    def add(self, email: str, *, role: str, password: str) -> Person:
        """A new account; Refused where the address, the role or the password will not do."""
        address = normal_email(email)
        if role not in ROLES:
            raise Refused(f"There is no role {role!r}; choose one of {', '.join(ROLES)}.")
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise Refused(
                f"A password needs at least {SHORTEST_PASSWORD} characters; choose another."
            )
        person = Person(
            id=uuid.uuid4().hex,
            email=address,
            role=role,
            password_hash=self._hasher.hash(password),
        )
        self._store.add_person(person)
        return person

    def anyone(self) -> bool:
        """Whether there is an account at all."""
        return self._store.count_people() > 0

    def sign_in(self, email: str, password: str) -> SignedIn:
        """A new session, or NotAllowed, which tells not whether the address is known."""
        person = self._store.person_by_email(email.strip().lower())
        if not self._is_right(password, person.password_hash if person else _NOBODY) or not person:
            raise NotAllowed("The e-mail address or the password is wrong; try again.")
        token = secrets.token_urlsafe(32)
        expires_at = self._now() + SESSION
        self._store.add_session(_hashed(token), person.id, expires_at)
        return SignedIn(person, token, expires_at)

    def person(self, token: str | None) -> Person | None:
        """Whose session it is, None where it is none or over."""
        return self._store.session_person(_hashed(token), self._now()) if token else None

    def sign_out(self, token: str | None) -> None:
        """End the session, if it is one."""
        if token:
            self._store.end_session(_hashed(token))

    def _is_right(self, password: str, password_hash: str) -> bool:
        # A longer one cannot have been accepted, and would only cost time.
        candidate = password[: LONGEST_PASSWORD + 1].encode("utf-8", errors="replace")
        try:
            return self._hasher.verify(password_hash, candidate)
        except (VerificationError, InvalidHashError):
            return False


def normal_email(email: str) -> str:
    """The address as it is stored; Refused where it is none."""
    address = email.strip().lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise Refused(
            f"{email.strip()[:254]!r} is not an e-mail address; write one as name@company.example."
        )
    return address


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", errors="replace")).hexdigest()
