"""What every AgentStore must do."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from assistant.domain.conversation import Status
from assistant.domain.ownership import Event
from assistant.domain.routing import Agent, Load
from assistant.errors import WrongStatus
from assistant.ports import Deed, Person
from assistant.testing.cases import waits
from assistant.testing.samples import NOON, by_agent

KIM = Agent("kim", frozenset({"en", "fr"}), frozenset({"refunds"}), capacity=2, takes=True)


def employed(store: Any, *agents: Agent) -> None:
    """With an account each."""
    for agent in agents:
        id = agent.person_id
        store.add_person(Person(id, f"{id}@company.example", "agent", "-"))
        store.save_agent(agent)


def waiting(store: Any, id: str) -> None:
    """A conversation that waits for a person."""
    waits(store, id, due=1)


class AgentStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore and a PeopleStore too."""

    def test_what_was_saved_is_there_with_what_they_have(self, store: Any) -> None:
        employed(store, KIM, Agent("lou"))
        waiting(store, "c1")
        assert store.give("c1", "kim", at=NOON)
        assert store.agents() == [Load(replace(KIM, given_at=NOON), 1), Load(Agent("lou"), 0)]

    def test_a_change_keeps_when_they_were_given_one(self, store: Any) -> None:
        employed(store, KIM)
        waiting(store, "c1")
        store.give("c1", "kim", at=NOON)
        deed = Deed(NOON, "lead-1", "agent_changed", "kim", {})
        store.save_agent(replace(KIM, capacity=9), deed=deed)
        assert store.agents()[0].agent == replace(KIM, capacity=9, given_at=NOON)
        assert store.deeds()[0][1].action == "agent_changed"

    def test_who_has_no_room_is_given_none(self, store: Any) -> None:
        employed(store, replace(KIM, capacity=1), Agent("lou", takes=False))
        for id in ("c1", "c2"):
            waiting(store, id)
        assert store.give("c1", "kim", at=NOON)
        assert not store.give("c2", "kim", at=NOON)
        assert not store.give("c2", "lou", at=NOON)
        assert not store.give("c2", "nobody", at=NOON)
        assert store.conversation("c2").status is Status.WAITING

    def test_what_sleeps_takes_no_room(self, store: Any) -> None:
        employed(store, replace(KIM, capacity=1))
        for id in ("c1", "c2"):
            waiting(store, id)
        store.give("c1", "kim", at=NOON)
        store.move("c1", by_agent(Event.SNOOZED, agent="kim", until=NOON.replace(year=2027)))
        assert store.give("c2", "kim", at=NOON)

    def test_what_somebody_took_stays_theirs(self, store: Any) -> None:
        employed(store, KIM)
        waiting(store, "c1")
        store.move("c1", by_agent(Event.CLAIMED, agent="lou"))
        with pytest.raises(WrongStatus):
            store.give("c1", "kim", at=NOON)
        assert store.conversation("c1").agent_id == "lou"

    def test_who_was_dismissed_is_in_no_list(self, store: Any) -> None:
        employed(store, KIM)
        gone = replace(store.person("kim"), disabled_at=NOON)
        store.save_person(gone, deed=Deed(NOON, "admin", "person_changed", "kim", {}))
        assert store.agents() == []

    def test_two_that_give_at_once_give_no_more_than_there_is_room(self, store: Any) -> None:
        employed(store, replace(KIM, capacity=1))
        for id in ("c1", "c2"):
            waiting(store, id)
        given: list[bool] = []
        begin = threading.Barrier(2)

        def gives(id: str) -> None:
            begin.wait()
            given.append(store.give(id, "kim", at=NOON))

        threads = [threading.Thread(target=gives, args=(id,)) for id in ("c1", "c2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(given) == [False, True]
        assert store.agents()[0].has == 1
