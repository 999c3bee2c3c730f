"""Who works in the console, and the store that knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True)
class Person:
    """Someone who may sign in to the console, unless disabled. Role: see support/roles. Without a
    `password_hash` they have no password: they sign in elsewhere."""

    id: str
    email: str
    role: str
    password_hash: str
    name: str = ""
    disabled_at: datetime | None = None
    password_passed_on: bool = False
    """Somebody else chose the password, and so knows it."""

    @property
    def shown(self) -> str:
        """The name, else what the e-mail address begins with."""
        return self.name or self.email.partition("@")[0]


@dataclass(frozen=True)
class Session:
    """Somebody is signed in, in one browser. `id` names it without opening it."""

    id: str
    person_id: str
    created_at: datetime
    expires_at: datetime
    browser: str = ""


@dataclass(frozen=True)
class Onlooker:
    """Somebody who has the case, or the article, open at this moment."""

    person_id: str
    writing: bool


@dataclass(frozen=True)
class Deed:
    """An entry of the audit log: who did what to which thing. `detail` holds plain JSON values."""

    at: datetime
    person_id: str
    action: str
    thing: str
    detail: Mapping[str, Any]


class PeopleStore(Protocol):
    """Accounts and sessions of the console, and what people did. Every change is one transaction
    with its deed, if one is given."""

    def add_person(self, person: Person, *, deed: Deed | None = None) -> None:
        """Refused where the e-mail is taken."""

    def save_person(self, person: Person, *, deed: Deed) -> None:
        """Its new name, role and whether it is disabled; the password stays what it is by now. Who
        is disabled has no sessions any more. UnknownThing."""

    def set_password(
        self,
        person: Person,
        *,
        instead_of: str | None = None,
        keeping: str | None = None,
        deed: Deed,
    ) -> None:
        """Its new password alone; all their sessions end but the one of the token hash `keeping`.
        NotAllowed where the hash is `instead_of` no more, if that is given. UnknownThing."""

    def set_role(self, person_id: str, role: str, *, deed: Deed) -> None:
        """The role alone; all else stays as it is by now. UnknownThing."""

    def person(self, person_id: str) -> Person:
        """Or UnknownThing."""

    def person_by_email(self, email: str) -> Person | None: ...

    def people(self) -> list[Person]:
        """By e-mail, those who are disabled too."""

    def count_people(self) -> int: ...

    def add_session(self, token_hash: str, session: Session) -> None: ...

    def session_person(self, token_hash: str, now: datetime) -> Person | None:
        """None where the session is over or the person disabled."""

    def sessions(self, person_id: str, now: datetime) -> list[Session]:
        """Those that still open, the newest first."""

    def session_id(self, token_hash: str) -> str | None: ...

    def end_session(self, token_hash: str) -> None: ...

    def revoke_session(self, session_id: str, *, person_id: str, deed: Deed) -> None:
        """End a session of that person; UnknownThing where they have none of this id."""

    def record(self, deed: Deed) -> None: ...

    def set_first_code(self, code_hash: str, expires_at: datetime) -> None:
        """By this code, and no other one, the first account can be made until then."""

    def add_first(self, person: Person, *, code_hash: str, at: datetime, deed: Deed) -> None:
        """The first account, and the code is used up; NotAllowed where it is none, is too old, or
        there is an account already."""

    def person_by_subject(self, issuer: str, subject: str) -> Person | None:
        """Whom an identity provider means by this name of its own."""

    def bind_subject(self, person_id: str, *, issuer: str, subject: str, deed: Deed) -> None:
        """It means this person from now on; one that is bound stays as it is.
        BoundElsewhere where the issuer means this person by another name."""

    def bound_elsewhere(self) -> set[str]:
        """The ids of those whom any identity provider means."""

    def unbind_subjects(self, person_id: str, *, deed: Deed) -> None:
        """No identity provider means them any more, and they are signed out everywhere.
        UnknownThing where none did."""

    def deeds(self, *, before: int | None = None, limit: int = 100) -> list[tuple[int, Deed]]:
        """With their numbers, the newest first, older ones than the number `before`."""
