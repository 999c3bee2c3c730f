"""The store of the tokens by which scripts read figures in somebody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from assistant.ports.people import Deed, Person


class Scope(StrEnum):
    """What a token is for, and nothing else."""

    READ = "read"
    """Figures."""
    TELL = "tell"
    """What the company knows of its customers."""


@dataclass(frozen=True)
class ApiToken:
    """One of a person's, by the name they gave it; it opens nothing by itself. `used_at`: when it
    was last used, to the hour."""

    id: str
    person_id: str
    name: str
    created_at: datetime
    used_at: datetime | None = None
    scope: Scope = Scope.READ


class ApiTokenStore(Protocol):
    """Tokens arrive hashed. Every change is one transaction with its deed."""

    def add_api_token(self, token_hash: str, token: ApiToken, *, deed: Deed) -> None: ...

    def api_tokens(self, person_id: str) -> list[ApiToken]:
        """The person's, the newest first."""

    def api_token_person(
        self, token_hash: str, now: datetime, *, scope: Scope = Scope.READ
    ) -> Person | None:
        """Whose it is, and that it was used; None where it is nobody's, is for something else, or
        the person's account is closed."""

    def revoke_api_token(self, token_id: str, *, person_id: str, deed: Deed) -> None:
        """It opens nothing any more; UnknownThing where the person has none of this id."""
