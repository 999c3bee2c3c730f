"""Tokens by which a person's scripts read figures, and nothing else, in their name."""

from __future__ import annotations

import secrets

from assistant.errors import NotAllowed, Refused
from assistant.ports import Clock, Deed, Person
from assistant.ports.api_tokens import ApiToken, ApiTokenStore
from assistant.support.desk import hashed
from assistant.support.roles import May, allows

PREFIX = "hai_"
"""Every token begins so: whoever finds one in a repository knows what it is."""
MOST = 10
LONGEST_NAME = 80


class ApiTokens:
    """A token is shown once, and kept only as a hash. What it opens follows the person's role at
    each use: who loses it, or whose account is closed, has no token either."""

    def __init__(self, store: ApiTokenStore, *, now: Clock) -> None:
        self._store, self._now = store, now

    def make(self, name: str, *, by: Person) -> str:
        """The new token, this once; Refused without a name, or where there are too many."""
        shown = " ".join(name.split())
        if not 0 < len(shown) <= LONGEST_NAME:
            raise Refused(f"A token needs a name of at most {LONGEST_NAME} characters.")
        if len(self.of(by)) >= MOST:
            raise Refused(f"{MOST} tokens are the most; revoke one that is not used any more.")
        token, at = PREFIX + secrets.token_urlsafe(32), self._now()
        kept = ApiToken(secrets.token_hex(6), by.id, shown, at)
        deed = Deed(at, by.id, "token_made", kept.id, {})
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
        found = None
        if token and token.startswith(PREFIX):
            found = self._store.api_token_person(hashed(token), self._now())
        if found is None or not allows(found.role, May.READ):
            raise NotAllowed(
                "Send a token of yours as 'Authorization: Bearer hai_…'; "
                "make one in the console, on the page of your account."
            )
        return found
