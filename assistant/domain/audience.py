"""Who may read an article: everybody, who is signed in at the company's site, or some of them.

An audience is text, as writers put it: "" for everybody, `signed-in`, or segments such as
`plan=pro`, with commas between for whoever is in one of them. What is none of these is for nobody:
a slip of the pen must not publish what was meant for some.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from assistant.domain.visitor import Profile

EVERYBODY = ""
SIGNED_IN = "signed-in"
LONGEST_AUDIENCE = 300
VOUCHED_FOR = timedelta(hours=24)
"""So long after it was said last, what a site said of somebody opens articles to them."""
_PUBLIC = ("public", "everybody", "everyone", "all")
_SIGNED_IN = re.compile(r"signed[-_ ]in")
_SEGMENT = re.compile(r"[\w.-]+=[^=,]+")


def audience_from(said: object) -> str:
    """One spelling of what a writer says, as text or as a list of texts; nothing said is everybody.
    What cannot be understood stays as it is, and is for nobody."""
    parts = said if isinstance(said, list) else str("" if said is None else said).split(",")
    terms = sorted({_term(str(part)) for part in parts if str(part).strip()})
    if not terms and isinstance(said, list):
        return str(said)
    return EVERYBODY if terms == [EVERYBODY] else ", ".join(term or _PUBLIC[0] for term in terms)


def is_known(audience: str) -> bool:
    """Whether somebody may be in it."""
    terms = audience.split(", ") if audience else []
    return all(term == SIGNED_IN or _SEGMENT.fullmatch(term) for term in terms)


@dataclass(frozen=True)
class Reader:
    """Somebody, as far as the site has vouched for them. `segments`: as audiences name them."""

    signed_in: bool = False
    segments: frozenset[str] = frozenset()

    def may_read(self, audience: str) -> bool:
        """Whether they are in it."""
        if audience == EVERYBODY:
            return True
        wanted = {SIGNED_IN, *self.segments} if self.signed_in else set()
        return is_known(audience) and not wanted.isdisjoint(audience.split(", "))

    def among(self, audiences: Iterable[str]) -> Reader:
        """The same, as far as these audiences tell people apart: who may read the same is equal."""
        named = {term for audience in audiences for term in audience.split(", ")}
        return Reader(self.signed_in and named != {EVERYBODY}, self.segments & named)


PUBLIC = Reader()
"""Whom nobody has vouched for."""


def reader_of(profile: Profile | None) -> Reader:
    """Who is signed in as this; the public for nobody."""
    if profile is None:
        return PUBLIC
    claims = {**profile.attributes, "plan": profile.plan}
    return Reader(signed_in=True, segments=frozenset(_segments(claims)))


def reader_in(audience: str) -> Reader:
    """One who is in it and in no other."""
    return Reader(signed_in=True, segments=frozenset(audience.split(", "))) if audience else PUBLIC


def losing_it(before: str | None, after: str) -> list[Reader]:
    """Who is in the audience `before` (None for nobody) and not in the one `after`: one of each
    segment, for what one of them reads besides may be closed to the others."""
    terms = [] if before is None else before.split(", ")
    readers = [reader_in(term) for term in terms]
    return [reader for reader in readers if not reader.may_read(after)]


def _term(said: str) -> str:
    term = re.sub(r"\s*=\s*", "=", " ".join(said.casefold().split()))
    if term in _PUBLIC:
        return EVERYBODY
    return SIGNED_IN if _SIGNED_IN.fullmatch(term) else term


def _segments(claims: Mapping[str, Any]) -> Iterable[str]:
    for name, value in claims.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, bool):
                yield _term(f"{name}={str(each).lower()}")
            elif isinstance(each, str | int) and str(each).strip():
                yield _term(f"{name}={each}")
