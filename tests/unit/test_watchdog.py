"""Conversations that nobody moves are brought back, once, and the customer is told the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from sqlalchemy import update

from assistant.adapters.sql.schema import conversations
from assistant.domain.attention import Cause
from assistant.domain.conversation import Author, Message, Priority, Status
from assistant.domain.schedule import Hours, ServiceLevels, Targets
from assistant.errors import StoreUnavailable
from assistant.ports import Deed, Person
from assistant.support.casework import Casework
from assistant.support.rules import Rules
from assistant.support.watchdog import Watchdog
from tests.unit.conftest import Broken

pytestmark = pytest.mark.slow

KIM = Person("kim", "kim@company.example", "agent", "-")
HOUR = timedelta(hours=1)


@pytest.fixture
def watchdog(shop: Any, clock: Any) -> Watchdog:
    return Watchdog(shop.store, levels=Rules().levels, now=clock)


@pytest.fixture
def work(shop: Any, clock: Any) -> Casework:
    shop.store.add_person(KIM)
    return Casework(shop.store, levels=Rules().levels, now=clock)


def said(customer: Any) -> list[Any]:
    return [m for m in customer.store.messages(customer.id) if m.author is Author.SYSTEM]


def test_where_all_is_well_nothing_happens(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    clock.advance(23 * 3600)
    assert not any(watchdog.round().values())
    work.answer(customer.id, KIM, "Hello")
    clock.advance(48 * 3600)
    assert not any(watchdog.round().values())
    assert customer.status == "with_agent"


def test_who_waits_longer_than_promised_is_told_the_truth_once(
    customer: Any, watchdog: Watchdog, clock: Any
) -> None:
    customer.says("a human please")
    clock.advance(24 * 3600 + 1)
    assert watchdog.round()["overdue"] == 1
    assert watchdog.round()["overdue"] == 0
    (notice,) = said(customer)
    assert "nobody has been able to give it yet" in notice.text
    assert customer.status == "waiting"


def test_in_french_too(client: Any, watchdog: Watchdog, clock: Any) -> None:
    client.says("Je voudrais parler à une personne")
    clock.advance(25 * 3600)
    watchdog.round()
    assert "Nous en sommes désolés" in said(client)[0].text


def test_an_agent_gone_silent_loses_it_to_the_queue(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.answer(customer.id, KIM, "One moment")
    customer.says("Still there?")
    clock.advance(25 * 3600)
    assert watchdog.round()["overdue"] == 1
    conversation = customer.store.conversation(customer.id)
    assert (conversation.status, conversation.agent_id) == (Status.WAITING, None)
    assert len(said(customer)) == 1
    assert work.claim(customer.id, KIM).agent_id == "kim"


def test_thanks_and_goodbyes_after_the_answer_are_no_promise_to_break(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.answer(customer.id, KIM, "It comes tomorrow. Is there anything else?")
    customer.says("No, thank you, bye!")
    conversation = customer.store.conversation(customer.id)
    assert (conversation.waiting_since, conversation.due_at) == (None, None)
    clock.advance(25 * 3600)
    assert not any(watchdog.round().values())
    assert (customer.status, said(customer)) == ("with_agent", [])


def test_thanks_with_a_question_wait_for_their_answer_and_so_does_what_came_before_them(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.answer(customer.id, KIM, "It comes tomorrow.")
    customer.says("Thanks, but where is it now?")
    customer.says("Thank you!")
    clock.advance(25 * 3600)
    assert watchdog.round()["overdue"] == 1


def test_who_takes_what_is_overdue_has_time_to_answer(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    clock.advance(25 * 3600)
    watchdog.round()
    work.claim(customer.id, KIM)
    clock.advance(29 * 60)
    assert not any(watchdog.round().values())
    assert customer.status == "with_agent"
    clock.advance(2 * 60)
    assert watchdog.round()["overdue"] == 1
    assert customer.status == "waiting"
    assert len(said(customer)) == 1


def test_those_who_know_do_not_keep_the_others_from_being_told(
    customer: Any, shop: Any, desk: Any, watchdog: Watchdog, clock: Any
) -> None:
    """A round looks at a hundred: the oldest, once told, must not be looked at again."""
    talks = [type(customer)(desk, shop.store) for _ in range(103)]
    for each in talks:
        desk.hand_off(each.id)
    clock.advance(25 * 3600)
    assert [watchdog.round()["overdue"] for _ in range(3)] == [100, 3, 0]


def test_an_agent_who_answers_at_this_moment_keeps_it(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.claim(customer.id, KIM)
    clock.advance(25 * 3600)
    (late,) = customer.store.overdue(clock(), silent_since=clock())
    work.answer(customer.id, KIM, "Here I am")
    watchdog._store = Seeing(customer.store, overdue=[late])  # type: ignore[assignment]
    assert watchdog.round()["overdue"] == 0
    assert customer.status == "with_agent"
    assert said(customer) == []


class Seeing:
    """A store as it was read a moment ago."""

    def __init__(self, store: Any, *, overdue: list[Any]) -> None:
        self._store, self.overdue = store, lambda at, **_: overdue

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_a_snoozed_conversation_comes_back_in_time(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.answer(customer.id, KIM, "I will ask")
    work.snooze(customer.id, KIM, until=clock() + HOUR)
    assert watchdog.round()["woken"] == 0
    clock.advance(3601)
    assert watchdog.round()["woken"] == 1
    assert customer.store.conversation(customer.id).snoozed_until is None
    assert customer.status == "with_agent"


def test_who_says_that_they_will_see_and_vanishes_is_asked_and_so_are_leads(
    customer: Any, shop: Any, work: Casework, clock: Any
) -> None:
    shop.store.add_person(Person("lea", "lea@company.example", "lead", "-"))
    customer.says("a human please")
    work.answer(customer.id, KIM, "I will check")
    customer.says("ok")
    clock.advance(3 * 24 * 3600 - 1)
    for idle_days, later, unseen in ((3, 0, []), (0, 2, []), (3, 0, [customer.id])):
        clock.advance(later)
        Watchdog(shop.store, levels=Rules().levels, now=clock, idle_days=idle_days).round()
        assert shop.store.unseen("kim") == [customer.id]
        assert shop.store.unseen("lea") == unseen
    assert Cause.IDLE in [each.cause for each, _ in shop.store.attention("kim")]
    assert customer.status == "with_agent"


def test_whose_account_is_closed_leaves_nobody_behind(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.claim(customer.id, KIM)
    deed = Deed(clock(), "ada", "person_changed", "kim", {})
    customer.store.save_person(replace(KIM, disabled_at=clock()), deed=deed)
    assert watchdog.round()["left_by_the_gone"] == 1
    assert customer.status == "waiting"


def test_what_they_had_answered_is_due_again_and_found_when_that_is_over(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.answer(customer.id, KIM, "I will ask")
    deed = Deed(clock(), "ada", "person_changed", "kim", {})
    customer.store.save_person(replace(KIM, disabled_at=clock()), deed=deed)
    assert watchdog.round()["left_by_the_gone"] == 1
    waiting = customer.store.conversation(customer.id)
    assert waiting.due_at == Rules().levels().due(clock(), priority=waiting.priority, first=False)
    clock.advance(25 * 3600)
    assert watchdog.round()["overdue"] == 1
    assert len(said(customer)) == 1


def test_who_may_answer_no_more_leaves_nobody_behind(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.claim(customer.id, KIM)
    deed = Deed(clock(), "ada", "person_changed", "kim", {})
    customer.store.save_person(replace(KIM, role="writer"), deed=deed)
    assert watchdog.round()["left_by_the_gone"] == 1
    assert customer.status == "waiting"


def test_a_stuck_reply_is_answered_anew(
    customer: Any, make_desk: Callable[..., Any], clock: Any
) -> None:
    message = customer.desk._receive(customer.id, "How do I return an item?", None)
    desk = make_desk()
    soon = timedelta(minutes=2)
    assert asyncio.run(desk.recover(older_than=soon)) == 0
    clock.advance(121)
    assert asyncio.run(desk.recover(older_than=soon)) == 1
    assert customer.store.reply_to(message.id)["reply"]["decision"] == "answer"


def test_who_was_not_answered_yet_when_a_person_stepped_in_is_not_forgotten_by_them(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    """The server died before the reply: from then on it is the person's to give."""
    customer.desk._receive(customer.id, "How do I return an item?", None)
    wrote = clock()
    clock.advance(30)
    assert work.take_up(customer.id, KIM).waiting_since == wrote
    assert +watchdog.round() == {"unpromised": 1}
    assert customer.store.conversation(customer.id).due_at == wrote + 24 * HOUR
    clock.advance(25 * 3600)
    assert +watchdog.round() == {"overdue": 1}
    assert customer.status == "waiting"
    assert len(said(customer)) == 1


def test_a_reply_kept_back_because_a_person_stepped_in_is_owed_by_them(
    customer: Any, watchdog: Watchdog, work: Casework, shop: Any, make_desk: Any, clock: Any
) -> None:
    class SteppedInto(Broken):
        async def consider(self, *args: Any, **kwargs: Any) -> Any:
            work.take_up(customer.id, KIM)
            return await self.inner.consider(*args, **kwargs)

    customer.desk = make_desk(answerer=SteppedInto(shop.answerer))
    assert customer.says("How do I return an item?")["message"] is None
    assert +watchdog.round() == {"unpromised": 1}
    clock.advance(25 * 3600)
    assert +watchdog.round() == {"overdue": 1}


def test_one_that_fails_does_not_keep_the_others(
    customer: Any, shop: Any, desk: Any, watchdog: Watchdog, clock: Any
) -> None:
    other = type(customer)(desk, shop.store)
    for each in (customer, other):
        each.says("a human please")
    clock.advance(25 * 3600)
    kept, failing = shop.store.told_late, customer.id

    def fails_for_one(words: Message, **rest: Any) -> Any:
        if words.conversation_id == failing:
            raise StoreUnavailable("the disk is full", remedy="free some space")
        return kept(words, **rest)

    shop.store.told_late = fails_for_one
    assert watchdog.round()["overdue"] == 1
    shop.store.told_late = kept
    assert len(said(other)) == 1
    assert watchdog.round()["overdue"] == 1


def test_a_warning_that_fails_keeps_nobody_from_being_rescued(
    customer: Any, shop: Any, watchdog: Watchdog, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(at: Any) -> int:
        raise StoreUnavailable("the disk is full", remedy="free some space")

    monkeypatch.setattr(shop.store, "warn_of_due", fails)
    customer.says("a human please")
    clock.advance(25 * 3600)
    assert watchdog.round()["overdue"] == 1


def test_who_waited_before_there_were_promises_is_promised_one_and_told_that_it_broke(
    customer: Any, shop: Any, watchdog: Watchdog, clock: Any
) -> None:
    """From before the upgrade that brought due times: nothing would ever find that it is late."""
    customer.says("a human please")
    waited_since = clock()
    with shop.store._db.write() as connection:
        never = {"due_at": None, "next_due": None, "waiting_since": None}
        connection.execute(update(conversations).values(**never))
    clock.advance(25 * 3600)
    assert +watchdog.round() == {"unpromised": 1}
    conversation = customer.store.conversation(customer.id)
    assert conversation.waiting_since == waited_since
    assert conversation.due_at == waited_since + 24 * HOUR
    assert +watchdog.round() == {"overdue": 1}
    assert len(said(customer)) == 1
    assert not any(watchdog.round().values())


def test_who_has_what_was_never_promised_has_time_to_answer(
    customer: Any, shop: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.claim(customer.id, KIM)
    with shop.store._db.write() as connection:
        connection.execute(update(conversations).values(due_at=None))
    clock.advance(30 * 3600)
    assert +watchdog.round() == {"unpromised": 1}
    assert not any(watchdog.round().values())
    clock.advance(30 * 60)
    assert +watchdog.round() == {"overdue": 1}


def test_where_nothing_is_promised_to_anybody_nothing_is_made_up(
    customer: Any, shop: Any, clock: Any
) -> None:
    customer.says("a human please")
    with shop.store._db.write() as connection:
        connection.execute(update(conversations).values(due_at=None))
    assert not any(Watchdog(shop.store, levels=ServiceLevels, now=clock).round().values())
    assert customer.store.conversation(customer.id).due_at is None


def test_where_a_team_never_opens_nobody_is_read_in_vain(
    customer: Any, shop: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer.says("a human please")
    with shop.store._db.write() as connection:
        connection.execute(update(conversations).values(due_at=None))
    always = frozenset(clock().date() + timedelta(days=day) for day in range(-1, 500))
    hours = Hours(weekdays={day: ((time(9), time(17)),) for day in range(7)}, holidays=always)
    levels = replace(Rules().levels(), hours=hours)
    read = Mock(wraps=shop.store.unpromised)
    monkeypatch.setattr(shop.store, "unpromised", read)
    assert not any(Watchdog(shop.store, levels=lambda: levels, now=clock).round().values())
    assert not read.called
    assert +Watchdog(shop.store, levels=Rules().levels, now=clock).round() == {"unpromised": 1}


def test_what_was_taken_from_the_assistant_and_put_into_the_queue_is_to_be_over_too(
    customer: Any, shop: Any, clock: Any
) -> None:
    shop.store.add_person(KIM)
    levels = ServiceLevels(targets={Priority.NORMAL: Targets(60, 60, resolution=120)})
    work = Casework(shop.store, levels=lambda: levels, now=clock)
    customer.says("How do I return an item?")
    work.take_up(customer.id, KIM)
    queued = work.requeue(customer.id, KIM)
    assert (queued.due_at, queued.resolve_by) == (clock() + HOUR, clock() + 2 * HOUR)
    clock.advance(60)
    work.claim(customer.id, KIM)
    assert work.requeue(customer.id, KIM).resolve_by == queued.resolve_by


def test_a_reopened_case_is_filed_with_time_to_be_over(
    customer: Any, shop: Any, clock: Any
) -> None:
    shop.store.add_person(KIM)
    levels = ServiceLevels(targets={Priority.NORMAL: Targets(60, 60, resolution=120)})
    work = Casework(shop.store, levels=lambda: levels, now=clock)
    customer.says("a human please")
    work.claim(customer.id, KIM)
    work.resolve(customer.id, KIM)
    clock.advance(240 * 3600)
    reopened = clock()
    work.take_up(customer.id, KIM)
    clock.advance(600)
    filed = work.sort(customer.id, KIM, priority=Priority.NORMAL, tags=["vip"])
    assert filed.resolve_by == reopened + 2 * HOUR


def test_what_the_watchdog_did_is_on_record(
    customer: Any, watchdog: Watchdog, work: Casework, clock: Any
) -> None:
    customer.says("a human please")
    work.claim(customer.id, KIM)
    clock.advance(25 * 3600)
    watchdog.round()
    told = [e.payload for e in customer.store.events(customer.id) if "event" in e.payload]
    assert (told[-1]["event"], told[-1]["by"]) == ("requeued", "watchdog")
