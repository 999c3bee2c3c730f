"""The store of how people take part in automatic assignment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from assistant.domain.routing import Agent, Load
from assistant.ports.people import Deed


class AgentStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def agents(self) -> Sequence[Load]:
        """Of those whose account is open and who were ever saved, by id."""

    def save_agent(self, agent: Agent, *, deed: Deed | None = None) -> None:
        """Their new state, `given_at` apart, which giving alone changes."""

    def give(self, conversation_id: str, person_id: str, *, at: datetime) -> bool:
        """The waiting conversation to this person, if they still have room. WrongStatus where
        somebody moved it meanwhile; False where they have none any more. Of several processes that
        give at once each sees what the others gave."""
