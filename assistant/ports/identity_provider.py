"""Somebody else who knows who people are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Claims:
    """What it says of somebody, checked to come from it, for us, now. `subject` is its own name for
    them; `email` None where it has not verified the address."""

    issuer: str
    subject: str
    email: str | None = None
    name: str = ""
    all: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Attempt:
    """One sign-in that began: `state` proves that its end belongs to its beginning, `nonce` that
    the claims are of it, `verifier` that whoever brings the code began it (PKCE)."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class IdentityProvider(Protocol):
    """Thread-safe. Raises NotDelivered where it cannot be reached or answers what it should not."""

    def sign_in_url(self, attempt: Attempt, *, back: str) -> str:
        """Where the browser goes; `back`: where it comes back to."""

    def claims(self, code: str, attempt: Attempt, *, back: str) -> Claims:
        """Who came back with this code. NotAllowed where what it tells does not hold."""

    def check(self) -> None:
        """That it can be reached and is the one that is named."""
