"""Conversations that wait are given to people, where a lead has switched that on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from assistant.case_ports import Box, InboxQuery, WholeStore
from assistant.domain.conversation import Conversation
from assistant.domain.routing import MOST_CAPACITY, Agent, Load, chosen, languages
from assistant.domain.schedule import ServiceLevels
from assistant.errors import Refused, UnknownThing, WrongStatus
from assistant.ports import Clock, Deed, Person
from assistant.support.roles import May, allows

SETTING = "assignment"
_AT_ONCE = 200
_LONGEST_SKILL, _MOST_SKILLS = 40, 20

log = logging.getLogger(__name__)


class Assigning:
    """One `round` is cheap where nobody waits. Harmless in several processes at once."""

    def __init__(
        self, store: WholeStore, *, levels: Callable[[], ServiceLevels], now: Clock
    ) -> None:
        self._store, self._levels, self._now = store, levels, now

    def is_on(self) -> bool:
        """Whether conversations are given out at all."""
        return bool((self._store.team_setting(SETTING) or {}).get("on"))

    def switch(self, *, on: bool, by: Person) -> None:
        """From now on, for everybody."""
        deed = Deed(self._now(), by.id, "team_changed", SETTING, {"on": on})
        self._store.set_team_setting(SETTING, {"on": on}, deed=deed)

    def round(self) -> int:
        """Give out what waits, what is due first first, as far as people have room, while the team
        is there; how many were given."""
        if not self.is_on() or not self._levels().hours.is_open(self._now()):
            return 0
        team, given, passed = self._team(), 0, 0
        while any(load.has_room for load in team):
            waiting = self._waiting(skip=passed)
            for conversation in waiting:
                person_id = chosen(conversation, team)
                if person_id is not None and self._give(conversation, person_id):
                    given += 1
                    # Whoever was just given one has less room.
                    team = self._team()
                else:
                    passed += 1
            if len(waiting) < _AT_ONCE:
                break
        return given

    def everybody(self) -> list[tuple[Person, Agent]]:
        """Who answers customers, and how they take part."""
        known = {load.agent.person_id: load.agent for load in self._store.agents()}
        return [
            (person, known.get(person.id, Agent(person.id)))
            for person in self._store.people()
            if person.disabled_at is None and allows(person.role, May.ANSWER)
        ]

    def agent(self, person: Person) -> Agent:
        """How they take part; UnknownThing for who does not answer customers."""
        found = next((a for each, a in self.everybody() if each.id == person.id), None)
        if found is None:
            raise UnknownThing("agent", person.id)
        return found

    def is_there(self, person: Person, *, takes: bool) -> None:
        """They take conversations from now on, or no more."""
        self._store.save_agent(replace(self.agent(person), takes=takes))

    def describe(
        self, person: Person, *, locales: str, skills: str, capacity: int, by: Person
    ) -> None:
        """What they are given; words between commas. Refused where the number makes no sense."""
        if not 1 <= capacity <= MOST_CAPACITY:
            raise Refused(f"Write how many at once: 1 to {MOST_CAPACITY}.")
        words = [" ".join(word.split()).lower()[:_LONGEST_SKILL] for word in skills.split(",")]
        agent = replace(
            self.agent(person),
            locales=languages(locales.split(",")),
            skills=frozenset([word for word in words if word][:_MOST_SKILLS]),
            capacity=capacity,
        )
        detail = {"capacity": capacity, "skills": sorted(agent.skills)}
        deed = Deed(self._now(), by.id, "agent_changed", person.id, detail)
        self._store.save_agent(agent, deed=deed)

    def fell_silent(self, person_id: str) -> None:
        """Whoever left a conversation overdue is given no more until they say that they are
        there."""
        for load in self._store.agents():
            if load.agent.person_id == person_id and load.agent.takes:
                self._store.save_agent(replace(load.agent, takes=False))

    def _waiting(self, *, skip: int) -> list[Conversation]:
        return self._store.inbox(InboxQuery(Box.WAITING, "", limit=_AT_ONCE, skip=skip))

    def _team(self) -> list[Load]:
        answering = {person.id for person, _ in self.everybody()}
        return [load for load in self._store.agents() if load.agent.person_id in answering]

    def _give(self, conversation: Conversation, person_id: str) -> bool:
        try:
            return self._store.give(conversation.id, person_id, at=self._now())
        except (WrongStatus, UnknownThing):
            # Somebody took it at this moment, or it was erased.
            return False
