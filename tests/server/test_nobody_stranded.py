"""A thousand conversations in which customers, agents, a lead, a writer, the watchdog and automatic
assignment do anything in any order, from four processes at once: nobody is stranded, nothing has
two owners, no word is lost, and nothing of before its return calls a person for a conversation.

ASSISTANT_TEST_CONVERSATIONS sets how many there are.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.case_ports import Box, InboxQuery
from assistant.domain.answer import ClarifyingQuestion, Outcome
from assistant.domain.conversation import Author, Message, Status
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.handoff import Handoff, Reason
from assistant.domain.ownership import LEADS_TO, WITH_PEOPLE, Event
from assistant.domain.routing import Agent
from assistant.domain.schedule import within_hours
from assistant.domain.survey import Feedback
from assistant.errors import AssistantError
from assistant.ports import Deed, Person
from assistant.ports.gaps import Telling
from assistant.support.assigning import Assigning
from assistant.support.casework import Casework
from assistant.support.desk import Desk
from assistant.support.rules import Rules
from assistant.support.watchdog import Watchdog
from tests.server.conftest import Readiness, ScriptedAnswerer, answer, person_needed
from tests.server.test_process import on_this_machine

CONVERSATIONS = int(os.environ.get("ASSISTANT_TEST_CONVERSATIONS", "1000"))
PROCESSES = 4
STEPS = 8
WITHIN_S = 240
# Only for what hangs: the machine may be busy with other tests.
GIVEN_UP_S = 1500
WORDS = (
    "Can I return a gift?", "And what do I get back?", "hello", "a human please", "no help",
    "This is ridiculous, you are useless", "I want to cancel my subscription", "thanks",
)  # fmt: skip
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
STAFF = ("kim", "lou", "max", "lea")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(GIVEN_UP_S * 2)]


class Clock:
    """Goes on by a second with every look, so that promises break during the test."""

    def __init__(self) -> None:
        self._moment, self._lock = datetime(2026, 3, 1, tzinfo=UTC), threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._moment += timedelta(seconds=1)
            return self._moment

    def advance(self, by: timedelta) -> None:
        with self._lock:
            self._moment += by


class Moody(ScriptedAnswerer):
    """Answers, asks back, gives up or fails, as it comes."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance

    async def consider(self, text: str, *, locale: str, history: Sequence[Any] = ()) -> Any:
        if self._chance.random() < 0.05:
            raise ZeroDivisionError
        outcomes: list[Outcome] = [
            answer(), ClarifyingQuestion("Which?", (), 0.3), person_needed(Reason.NOT_COVERED),
        ]  # fmt: skip
        self.outcome = self._chance.choices(outcomes, weights=(6, 2, 1))[0]
        return await super().consider(text, locale=locale, history=history)


@dataclass
class Process:
    """What one process of ours would hold: its own store, desk and watchdog over one database."""

    store: SqlStore
    clock: Clock
    people: Sequence[Person]
    chance: random.Random
    name: str
    tokens: dict[str, str] = field(default_factory=dict)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    answered: list[tuple[str, str, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    told: int = 0

    def __post_init__(self) -> None:
        moody = Moody(self.chance)
        self.desk = Desk(
            store=self.store,
            answerer_for=lambda _: moody,  # type: ignore[arg-type,return-value]
            readiness=Readiness(),
            rules=Rules(messages_per_minute=10_000, levels=lambda: within_hours(1)),
            now=self.clock,
        )
        self.work = Casework(self.store, levels=lambda: within_hours(1), now=self.clock)
        self.assigning = Assigning(self.store, levels=lambda: within_hours(1), now=self.clock)
        self.watchdog = Watchdog(
            self.store,
            levels=lambda: within_hours(1),
            now=self.clock,
            on_silence=self.assigning.fell_silent,
        )

    def live(self, ids: Sequence[str]) -> None:
        with asyncio.Runner() as runner:
            for number in range(len(ids) * STEPS // PROCESSES):
                id = self.chance.choice(ids)
                try:
                    self._step(runner, id, number)
                except AssistantError:
                    continue
                except Exception as error:
                    self.failed.append(repr(error))
                    raise

    def _step(self, runner: asyncio.Runner, id: str, number: int) -> None:
        me = self.chance.choice(self.people)
        do: Sequence[Callable[[], object]] = (
            lambda: self._says(runner, id, number),
            lambda: self._answers(id, me, number),
            lambda: self.work.claim(id, me),
            lambda: self.work.hand_on(id, me, to=self.chance.choice(self.people)),
            lambda: self.work.requeue(id, me),
            lambda: self.work.release(id, me),
            lambda: self.work.resolve(id, me),
            lambda: self.work.take_up(id, me),
            lambda: self.work.snooze(id, me, until=self.clock() + timedelta(minutes=5)),
            lambda: self.desk.hand_off(id),
            lambda: self._tells(id, number),
            lambda: self._finds_unhelpful(id),
            self.watchdog.round,
            lambda: self.assigning.is_there(me, takes=self.chance.random() < 0.8),
            self.assigning.round,
        )
        self.chance.choices(do, weights=(12, 6, 4, 2, 1, 2, 2, 1, 1, 1, 1, 3, 0.3, 0.3, 0.3))[0]()

    def _says(self, runner: asyncio.Runner, id: str, number: int) -> None:
        text = f"{self.chance.choice(WORDS)} ({number} {self.name})"
        runner.run(self._asks(id, text))
        self.sent[id, text] += 1

    async def _asks(self, id: str, text: str) -> None:
        async for _ in self.desk.reply(id, text):
            pass

    def _finds_unhelpful(self, id: str) -> None:
        """One of what the assistant said, old or new."""
        said = [each.id for each in self.store.messages(id) if each.rateable]
        if said:
            thumb = Feedback(self.chance.choice(said), helpful=False, created_at=self.clock())
            self.desk.feedback(thumb.message_id, self.tokens[id], thumb)

    def _answers(self, id: str, me: Person, number: int) -> None:
        text = f"An answer ({number} {self.name})"
        sent = self.work.answer(id, me, text)
        self.sent[id, text] += 1
        self.answered.append((id, sent.id, me.id))

    def _tells(self, id: str, number: int) -> None:
        """A writer says that what was asked in vain is answered now."""
        now, kind = self.clock(), "answered_now"
        said = Message(
            f"told-{id}-{number}-{self.name}", id, Author.ASSISTANT, "It is now.", "en", now
        )
        mail = Delivery(
            delivery_id(kind, said.id), Channel.MAIL, kind, "v@shop.example",
            now, "en", {"message_id": said.id}, conversation_id=id, next_at=now,
        )  # fmt: skip
        asked = [each.id for each in self.store.messages(id) if each.author is Author.CUSTOMER]
        if asked:
            telling = Telling({asked[-1]: id}, said, mail)
            told = self.store.tell([telling], deed=Deed(now, "id-wim", "gap_told", "g", {}))
            self.told += len(told)


@pytest.fixture
def processes(empty_database: Path, tmp_path: Path) -> Iterator[list[Process]]:
    copyfile(empty_database, tmp_path / "assistant.db")
    clock = Clock()
    people = [
        Person(f"id-{name}", f"{name}@company.example", "lead" if name == "lea" else "agent", "-")
        for name in STAFF
    ]
    made = [
        Process(
            SqlStore(f"sqlite:///{tmp_path / 'assistant.db'}", now=clock),
            clock,
            people,
            random.Random(n),
            name=f"process {n}",
        )
        for n in range(PROCESSES)
    ]
    for person in people:
        made[0].store.add_person(person)
        made[0].store.save_agent(Agent(person.id, capacity=20, takes=True))
    made[0].assigning.switch(on=True, by=people[-1])
    yield made
    for process in made:
        process.store.close()


def test_nobody_is_stranded_nothing_has_two_owners_no_word_is_lost(
    processes: list[Process],
) -> None:
    first, clock = processes[0], processes[0].clock
    started = [first.desk.start(locale="en") for _ in range(CONVERSATIONS)]
    tokens = {each.conversation.id: each.token for each in started}
    ids = list(tokens)
    for process in processes:
        process.tokens = tokens
    began = datetime.now(UTC)
    threads = [threading.Thread(target=process.live, args=(ids,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(GIVEN_UP_S)
    assert not any(thread.is_alive() for thread in threads)
    assert [fault for process in processes for fault in process.failed] == []
    assert (datetime.now(UTC) - began).total_seconds() < on_this_machine(WITHIN_S)
    for id in ids:
        has_one_owner(first.store, id)
    no_word_is_lost(processes, ids)
    reasons = sum((calls_for_what_is_new(first.store, id) for id in ids), Counter[Reason]())
    # Or it is shown of none that had something of before to call for.
    assert reasons[Reason.ASKED_AGAIN] > 0
    assert sum(process.told for process in processes) > 0
    asyncio.run(first.desk.recover())
    clock.advance(timedelta(hours=3))
    while sum(first.watchdog.round().values()):
        pass
    for id in ids:
        is_seen_by_somebody(first.store, id, clock())
    assert first.store.unanswered() == []
    assert {found.id for found in listed(first.store)} == {
        id for id in ids if first.store.conversation(id).status in WITH_PEOPLE
    }


def has_one_owner(store: SqlStore, id: str) -> None:
    """What is on record, event by event, is allowed by the table and ends where it stands."""
    status, owner = Status.WITH_ASSISTANT, None
    for event in store.events(id, limit=100_000):
        if event.payload.get("author") == Author.AGENT:
            assert status is Status.WITH_AGENT, (id, event)
        if event.payload.get("author") == Author.ASSISTANT:
            assert status not in WITH_PEOPLE, (id, event)
        if "event" in event.payload:
            status = LEADS_TO[Event(event.payload["event"])][status]
            owner = event.payload["agent_id"]
            assert status == event.payload["status"], (id, event)
            assert (owner is not None) == (status is Status.WITH_AGENT), (id, event)
    now = store.conversation(id)
    assert (now.status, now.agent_id) == (status, owner)
    still_open = [handoff for handoff in store.handoffs(id) if handoff.closed_at is None]
    assert len(still_open) <= (status in WITH_PEOPLE)


def calls_for_what_is_new(store: SqlStore, id: str) -> Counter[Reason]:
    """What shows the reason of each handoff was said, or considered, after people last gave the
    conversation back. The reasons of those that came after such a return."""
    events = store.events(id, limit=100_000)
    said = {event.payload["id"]: n for n, event in enumerate(events) if event.kind == "message"}
    words = {message.text: message.id for message in store.messages(id)}
    considered = {turn.message_id: turn.created_at for turn in store.turns(id)}
    handoffs, returned, found = iter(store.handoffs(id)), None, Counter[Reason]()
    for place, event in enumerate(events):
        if event.payload.get("event") in (Event.RELEASED, Event.RESOLVED):
            returned = place, event.created_at
        if event.payload.get("event") != Event.PERSON_CALLED:
            continue
        handoff = next(handoffs)
        for message_id in evidence_of(handoff, words) if returned else ():
            newly_considered = considered.get(message_id, NEVER) > returned[1]
            assert said[message_id] > returned[0] or newly_considered, (id, handoff.reason)
            found[handoff.reason] += 1
    assert next(handoffs, None) is None
    return found


def evidence_of(handoff: Handoff, words: Mapping[str, str]) -> list[str]:
    """The messages that it names, by their id or in their words."""
    held = handoff.case_file["evidence"]
    # Of a sensitive topic only some of the words are named.
    quoted = [*held.get("before", ()), *held.get("unanswered", ()), held.get("words")]
    return [*held.get("messages", ()), *(words[each] for each in quoted if each in words)]


def no_word_is_lost(processes: list[Process], ids: Sequence[str]) -> None:
    """Each message that was acknowledged is there once, and nothing else is."""
    store = processes[0].store
    told: Counter[tuple[str, str]] = sum((process.sent for process in processes), Counter())
    kept = Counter(
        (id, message.text)
        for id in ids
        for message in store.messages(id)
        if message.author in (Author.CUSTOMER, Author.AGENT)
    )
    assert kept == told
    for id, message_id, by in (each for process in processes for each in process.answered):
        assert owner_when_said(store, id, message_id) == by


def owner_when_said(store: SqlStore, id: str, message_id: str) -> str | None:
    owner = None
    for event in store.events(id, limit=100_000):
        if event.payload.get("id") == message_id:
            return owner
        owner = event.payload["agent_id"] if "event" in event.payload else owner
    return None


def is_seen_by_somebody(store: SqlStore, id: str, now: datetime) -> None:
    """After hours in which nobody moved it: who waits is in the queue, and was told the truth."""
    conversation = store.conversation(id)
    if conversation.status is Status.WAITING:
        assert conversation.told_late_at is not None, id
    if conversation.status is Status.WITH_AGENT:
        # Nothing is owed: the last word is the agent's.
        assert conversation.waiting_since is None or conversation.due_at is None, id
        assert conversation.snoozed_until is None or conversation.snoozed_until > now
    if conversation.status is Status.WITH_ASSISTANT:
        spoken = [m for m in store.messages(id) if m.author in (Author.CUSTOMER, Author.AGENT)]
        asked = [m for m in spoken if m.author is Author.CUSTOMER]
        assert all(store.reply_to(message.id) for message in asked), id
        if spoken and spoken[-1].author is Author.CUSTOMER:
            # Left to people, who gave it back without a word: the assistant answered it.
            given = store.reply_to(spoken[-1].id) or {}
            assert given["reply"]["message"] is not None, id


def listed(store: SqlStore) -> list[Any]:
    """All that people own, page by page, as the console lists it."""
    found: list[Any] = []
    while page := store.inbox(InboxQuery(Box.ALL, "id-kim", limit=200, skip=len(found))):
        found += page
    return found
