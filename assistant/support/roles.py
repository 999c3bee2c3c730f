"""What each role may do. The one table: routes, use cases and the manual follow it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from assistant.errors import NotAllowed


class May(StrEnum):
    """Something that not everybody who is signed in may do."""

    READ = "read"
    """Conversations and their case files."""
    ANSWER = "answer"
    """Take conversations, answer, note, hand on, resolve; judge passages."""
    STEER = "steer"
    """Move what a colleague owns, many at once; review what the assistant answered."""
    CONFIGURE = "configure"
    """Opening hours, service levels, wordings of the team, notifications."""
    WRITE = "write"
    """Write articles, comment on them, send them for review; and see what is missing: the questions
    that failed, with what people answered."""
    PUBLISH = "publish"
    """Approve articles: publish and archive them, take them over from their source."""
    GOVERN = "govern"
    """Accounts, other people's sessions, the audit log."""


GRANTS: Mapping[str, frozenset[May]] = {
    "agent": frozenset({May.READ, May.ANSWER}),
    "lead": frozenset(May) - {May.GOVERN},
    "writer": frozenset({May.WRITE}),
    "analyst": frozenset({May.READ}),
    "admin": frozenset(May),
}
ROLES = tuple(GRANTS)


def allows(role: str, may: May) -> bool:
    """Whether the role may; an unknown role may nothing."""
    return may in GRANTS.get(role, frozenset())


def who_may(may: May) -> tuple[str, ...]:
    """The roles that may."""
    return tuple(role for role in ROLES if allows(role, may))


def must_answer(role: str) -> None:
    """NotAllowed for a role that does not answer customers."""
    if not allows(role, May.ANSWER):
        raise NotAllowed(f"The role {role!r} does not answer customers; ask an admin for another.")
