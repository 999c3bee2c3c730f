"""People sign in with an account that they have elsewhere."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from assistant.errors import NotAllowed
from assistant.ports import Clock, Deed, PeopleStore, Person
from assistant.ports.identity_provider import Attempt, Claims, IdentityProvider
from assistant.support.people import People, SignedIn, must_be_open

PROVIDER = "identity provider"
"""Who did it in the audit log."""


class SingleSignOn:
    """Thread-safe. Calls the provider: use it from a thread."""

    def __init__(
        self,
        store: PeopleStore,
        *,
        people: People,
        provider: IdentityProvider,
        roles: Mapping[str, str],
        claim: str,
        now: Clock,
    ) -> None:
        """`roles`: group → role, the first that somebody is in counts. Where there are none, only
        who has an account signs in; otherwise groups decide who does, and as what. `claim`: what
        holds the groups."""
        self._store, self._people, self._provider = store, people, provider
        self._roles, self._claim, self._now = roles, claim, now

    def begin(self, *, back: str) -> tuple[str, Attempt]:
        """Where the browser goes, and what it must bring back. NotDelivered."""
        attempt = Attempt(*(secrets.token_urlsafe(32) for _ in range(3)))
        return self._provider.sign_in_url(attempt, back=back), attempt

    def finish(
        self, attempt: Attempt, *, state: str, code: str, back: str, browser: str
    ) -> SignedIn:
        """A session of whoever came back; NotAllowed, NotDelivered."""
        if not code or not hmac.compare_digest(state.encode(), attempt.state.encode()):
            raise NotAllowed("This sign-in did not begin here; try again.")
        claims = self._provider.claims(code, attempt, back=back)
        return self._people.begin_session(self._person(claims), browser=browser)

    def _person(self, claims: Claims) -> Person:
        role = self._role(claims.all)
        if self._roles and role is None:
            raise NotAllowed("Your account elsewhere has no role here; ask an admin.")
        known = self._store.person_by_subject(claims.issuer, claims.subject)
        person = known or self._by_address(claims, role)
        must_be_open(person)
        if known is None:
            self._bind(person, claims)
        if role is not None and role != person.role:
            person = self._people.promote(person, role=role, by_id=PROVIDER)
        return person

    def _by_address(self, claims: Claims, role: str | None) -> Person:
        """The first time: whoever has the address that the provider verified, or a new account."""
        found = self._store.person_by_email(claims.email) if claims.email is not None else None
        if found is not None:
            return found
        if role is None or claims.email is None:
            raise NotAllowed("There is no account for you here; ask an admin for one.")
        return self._people.add_elsewhere(claims.email, role=role, name=claims.name)

    def _bind(self, person: Person, claims: Claims) -> None:
        deed = Deed(self._now(), PROVIDER, "person_bound", person.id, {"issuer": claims.issuer})
        self._store.bind_subject(person.id, issuer=claims.issuer, subject=claims.subject, deed=deed)

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        held = claims.get(self._claim)
        groups = {held} if isinstance(held, str) else set(map(str, held or ()))
        return next((role for group, role in self._roles.items() if group in groups), None)
