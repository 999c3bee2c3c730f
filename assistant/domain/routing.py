"""Who gets a conversation that waits, where people do not take them by hand. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.domain.conversation import Conversation

MOST_CAPACITY = 100


@dataclass(frozen=True)
class Agent:
    """How one person takes part. `locales`: languages they answer in; none: all. `skills`: tags of
    what they know. `capacity`: how many conversations they have at once at most. `takes`: they are
    there now, by their own word. `given_at`: when they were given one last."""

    person_id: str
    locales: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    capacity: int = 5
    takes: bool = False
    given_at: datetime | None = None


@dataclass(frozen=True)
class Load:
    """An agent, and how many conversations they have that are not asleep."""

    agent: Agent
    has: int

    @property
    def has_room(self) -> bool:
        """Whether they may be given one more."""
        return self.agent.takes and self.has < self.agent.capacity


def chosen(conversation: Conversation, team: Sequence[Load]) -> str | None:
    """The person's id; None where nobody who fits has room, and it waits on.

    Language and skills bind as far as anybody in the team has them: what nobody knows is for
    everybody. Among those who fit, the one with the most room for their capacity, then whoever was
    given one the longest ago.
    """
    fitting = _with_skills(conversation, _in_language(conversation, team))
    free = [load for load in fitting if load.has_room]
    return min(free, key=_turn).agent.person_id if free else None


def _in_language(conversation: Conversation, team: Sequence[Load]) -> Sequence[Load]:
    language = conversation.locale[:2].lower()
    speak = [each for each in team if not each.agent.locales or language in each.agent.locales]
    return speak or team


def _with_skills(conversation: Conversation, team: Sequence[Load]) -> Sequence[Load]:
    known = {skill for each in team for skill in each.agent.skills}
    wanted = known.intersection(conversation.tags)
    masters = [each for each in team if wanted <= each.agent.skills]
    return masters or [each for each in team if wanted & each.agent.skills] or team


def _turn(load: Load) -> tuple[float, bool, float, str]:
    given_at = load.agent.given_at
    moment = given_at.timestamp() if given_at else 0.0
    share = load.has / load.agent.capacity
    return share, given_at is not None, moment, load.agent.person_id


def languages(words: Iterable[str]) -> frozenset[str]:
    """As they are compared: by their first two letters."""
    return frozenset(word.strip()[:2].lower() for word in words if word.strip())
