"""Tokens by which a person's scripts read figures, or tell of customers, in their name: each for
one of both, and for nothing else."""

from __future__ import annotations

import secrets

from assistant.errors import NotAllowed, Refused
from assistant.ports import Clock, Deed, Person
from assistant.ports.api_tokens import ApiToken, ApiTokenStore, Scope
from assistant.support.credentials import hashed
from assistant.support.roles import May, allows

PREFIX = "hai_"
"""Every token begins so: whoever finds one in a repository knows what it is."""
MOST = 10
LONGEST_NAME = 80
_NEEDS = {Scope.READ: May.READ, Scope.TELL: May.CONFIGURE}
_FOR = {Scope.READ: "that reads figures", Scope.TELL: "that tells of customers"}


class ApiTokens:
    """A token is shown once, and kept only as a hash. What it opens follows the person's role at
    each use: who loses it, or whose account is closed, has no token either."""

    def __init__(self, store: ApiTokenStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def make(self, name: str, *, by: Person, scope: Scope = Scope.READ) -> str:
        """The new token, this once; Refused without a name, or where there are too many, NotAllowed
        for what the person may not do themselves."""
        if not allows(by.role, _NEEDS[scope]):
            raise NotAllowed(f"The role {by.role!r} makes no such token; ask a lead or an admin.")
        shown = " ".join(name.split())
        if not 0 < len(shown) <= LONGEST_NAME:
            raise Refused(f"A token needs a name of at most {LONGEST_NAME} characters.")
        if len(self.of(by)) >= MOST:
            raise Refused(f"{MOST} tokens are the most; revoke one that is not used any more.")
        token, at = PREFIX + secrets.token_urlsafe(32), self._now()
        kept = ApiToken(secrets.token_hex(6), by.id, shown, at, scope=scope)
        deed = Deed(at, by.id, "token_made", kept.id, {"scope": scope.value})
        self._store.add_api_token(hashed(token), kept, deed=deed)
        return token

    def of(self, person: Person) -> list[ApiToken]:
        """The newest first."""
        return self._store.api_tokens(person.id)

    def revoke(self, token_id: str, *, by: Person) -> None:
        """From now on it opens nothing; UnknownThing where it is not theirs."""
        deed = Deed(self._now(), by.id, "token_revoked", token_id, {})
        self._store.revoke_api_token(token_id, person_id=by.id, deed=deed)

    def reader(self, token: str | None) -> Person:
        """Who reads figures by this token; NotAllowed for anybody who may not."""
        return self._person(token, Scope.READ)

    def teller(self, token: str | None) -> Person:
        """Who tells of customers by this token; NotAllowed for anybody who may not."""
        return self._person(token, Scope.TELL)

    def _person(self, token: str | None, scope: Scope) -> Person:
        found = None
        if token and token.startswith(PREFIX):
            found = self._store.api_token_person(hashed(token), self._now(), scope=scope)
        if found is None or not allows(found.role, _NEEDS[scope]):
            raise NotAllowed(
                f"Send a token of yours {_FOR[scope]} as 'Authorization: Bearer hai_…'; "
                "make one in the console, on the page of your account."
            )
        return found
