"""What each role may do. The one table: routes, use cases and the manual follow it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class May(StrEnum):
    """Something that not everybody who is signed in may do."""

    READ = "read"
    """Conversations and their case files."""
    ANSWER = "answer"
    """Take conversations, answer, note, hand on, resolve; judge passages."""
    STEER = "steer"
    """Move what a colleague owns, many at once."""
    CONFIGURE = "configure"
    """Opening hours, service levels, wordings of the team, notifications."""
    GOVERN = "govern"
    """Accounts, other people's sessions, the audit log."""


GRANTS: Mapping[str, frozenset[May]] = {
    "agent": frozenset({May.READ, May.ANSWER}),
    "lead": frozenset({May.READ, May.ANSWER, May.STEER, May.CONFIGURE}),
    "writer": frozenset(),
    "analyst": frozenset({May.READ}),
    "admin": frozenset(May),
}
ROLES = tuple(GRANTS)


def allows(role: str, may: May) -> bool:
    """Whether the role may; an unknown role may nothing."""
    return may in GRANTS.get(role, frozenset())
