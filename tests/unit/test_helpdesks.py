"""People who answer elsewhere get the whole case, and their words reach the customer once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.conversation import Author, Status
from assistant.domain.delivery import Channel
from assistant.domain.ownership import HELPDESK, WATCHDOG, Event, Move
from assistant.domain.routing import Agent
from assistant.domain.ticket import next_look
from assistant.errors import NeverDelivered, NotDelivered
from assistant.ports import Person
from assistant.ports.helpdesk import Ring
from assistant.support.case_letter import CaseLetters
from assistant.support.casework import Casework
from assistant.support.courier import Courier
from assistant.support.helpdesks import Doorkeeper, Forwarder, HelpdeskCarrier, Listener
from assistant.support.rules import Rules
from assistant.testing import FakeHelpdesk
from assistant.testing.samples import NOON, a_conversation, handed_over, started

pytestmark = pytest.mark.slow

KIM = Person("kim", "kim@company.example", "lead", "-", name="Kim")


class Wire:
    """A helpdesk elsewhere, and all that goes to it and comes from it."""

    def __init__(self, store: Any, clock: Any) -> None:
        self.store, self.clock, self.there = store, clock, FakeHelpdesk()
        store.add_person(KIM)
        self.work = Casework(store, levels=Rules().levels, now=clock)
        letters = CaseLetters(store, public_url="https://help.company.example", locale="en")
        carrier = HelpdeskCarrier(store, self.there, letters=letters, now=clock)
        self.courier = Courier(store, {Channel.HELPDESK: carrier}, now=clock)
        self.forwarder = Forwarder(store, works=True, now=clock)
        self.listener = Listener(store, self.there, letters=letters, now=clock)
        self.forwarder.round()

    def tells(self) -> None:
        self.forwarder.round()
        self.courier.round()

    def hears(self) -> int:
        self.clock.advance(30)
        return self.listener.round()

    def rings(self, ticket_id: str) -> None:
        bell = Doorkeeper(self.store, name="Fake", bell=lambda ring, at: ticket_id, now=self.clock)
        bell.ring(Ring({}, b""))

    def waits_again(self) -> str:
        """The last that was told, as the customer's: that opens a closed case."""
        ticket_id, words, from_customer = self.there.added[-1]
        assert (ticket_id, from_customer) == ("1", True)
        return words

    def thread(self, id: str) -> list[str]:
        return [m.text for m in self.store.messages(id) if m.author is Author.AGENT]


@pytest.fixture
def wire(shop: Any, clock: Any) -> Wire:
    return Wire(shop.store, clock)


@pytest.fixture
def called(customer: Any, wire: Wire) -> Any:
    """A customer whose case is open there."""
    customer.says("Where is my blue teapot?")
    customer.desk.hand_off(customer.id, email="zoe@customer.example")
    wire.tells()
    return customer


def test_the_case_holds_all_that_is_known(called: Any, wire: Wire) -> None:
    (case,) = wire.there.cases
    assert case.id == called.id
    assert "teapot" in case.body
    assert "zoe@customer.example" in case.body
    assert f"https://help.company.example/console/conversations/{called.id}" in case.body
    assert wire.store.ticket(called.id).url == "https://desk.example/1"


def test_it_waits_until_somebody_there_answers(called: Any, wire: Wire) -> None:
    assert wire.store.conversation(called.id).status is Status.WAITING
    wire.there.said["1"] = ["It comes *tomorrow*."]
    assert wire.hears() == 1
    now = wire.store.conversation(called.id)
    assert (now.status, now.agent_id) == (Status.WITH_AGENT, HELPDESK)
    assert wire.thread(called.id) == ["It comes *tomorrow*."]


def test_an_answer_comes_in_once_however_often_it_is_fetched(called: Any, wire: Wire) -> None:
    wire.there.said["1"] = ["One.", "Two."]
    assert [wire.hears(), wire.hears()] == [2, 0]
    wire.there.said["1"].append("Three.")
    assert wire.hears() == 1
    assert wire.thread(called.id) == ["One.", "Two.", "Three."]


def test_two_processes_that_fetch_at_once_bring_it_once(called: Any, wire: Wire) -> None:
    wire.there.said["1"] = ["One."]
    ticket = wire.store.ticket(called.id)
    wire.listener._hear(ticket)
    wire.listener._hear(ticket)
    assert wire.thread(called.id) == ["One."]


def test_what_was_told_while_answers_were_fetched_is_not_told_again(
    called: Any, wire: Wire
) -> None:
    hears = wire.there.heard

    def tells_meanwhile(ticket_id: str) -> Any:
        called.says("Still nothing")
        wire.tells()
        return hears(ticket_id)

    wire.there.heard = tells_meanwhile  # type: ignore[method-assign]
    wire.hears()
    wire.there.heard = hears  # type: ignore[method-assign]
    called.says("Hello?")
    wire.tells()
    assert [words for _, words, _ in wire.there.added] == ["Still nothing", "Hello?"]


def test_what_the_customer_adds_follows_in_order_though_a_try_failed(
    called: Any, wire: Wire, clock: Any
) -> None:
    wire.there.fails = NotDelivered("down")
    called.says("First")
    wire.tells()
    clock.advance(5)
    wire.there.fails = None
    called.says("Second")
    wire.tells()
    clock.advance(3600)
    wire.tells()
    assert wire.there.added == [("1", "First\n\nSecond", True)]


def test_a_try_whose_answer_was_lost_opens_no_second_case(
    customer: Any, wire: Wire, clock: Any
) -> None:
    customer.desk.hand_off(customer.id)
    opens = wire.there.open

    def opens_and_is_lost(case: Any) -> Any:
        opens(case)
        raise NotDelivered("the line broke")

    wire.there.open = opens_and_is_lost  # type: ignore[method-assign]
    wire.tells()
    assert wire.store.ticket(customer.id) is None
    clock.advance(60)
    wire.tells()
    assert len(wire.there.cases) == 1
    assert wire.store.ticket(customer.id).ticket_id == "1"


def test_it_waits_as_long_as_the_other_side_asks(customer: Any, wire: Wire, clock: Any) -> None:
    wire.there.fails = NotDelivered("too many", retry_after=600)
    customer.desk.hand_off(customer.id)
    wire.tells()
    wire.there.fails = None
    clock.advance(599)
    wire.tells()
    assert wire.there.cases == []
    clock.advance(1)
    wire.tells()
    assert len(wire.there.cases) == 1


def test_whom_a_colleague_here_answers_gets_nothing_twice(called: Any, wire: Wire) -> None:
    wire.work.claim(called.id, KIM)
    wire.tells()
    assert "Kim answers this in the console" in wire.there.added[-1][1]
    assert wire.there.added[-1][2] is False
    wire.there.said["1"] = ["I have it too."]
    wire.hears()
    wire.hears()
    assert wire.thread(called.id) == []
    (note,) = wire.store.notes(called.id)
    assert "I have it too." in note.text
    assert note.person_id == HELPDESK


def test_whoever_was_given_it_here_is_named_there(called: Any, wire: Wire) -> None:
    lea = replace(KIM, id="lea", email="lea@company.example", role="agent", name="Lea")
    wire.store.add_person(lea)
    wire.work.hand_on(called.id, KIM, to=lea)
    wire.tells()
    assert "Lea answers this in the console" in wire.there.added[-1][1]


def test_what_is_given_out_automatically_is_told_there(called: Any, wire: Wire) -> None:
    wire.store.save_agent(Agent(KIM.id, takes=True))
    assert wire.store.give(called.id, KIM.id, at=wire.clock())
    wire.tells()
    assert "Kim answers this in the console" in wire.there.added[-1][1]


def test_whoever_took_it_here_before_the_case_was_opened_keeps_it(
    customer: Any, wire: Wire
) -> None:
    customer.desk.hand_off(customer.id)
    wire.work.claim(customer.id, KIM)
    wire.tells()
    assert wire.there.cases == []


def test_closed_there_is_resolved_here_and_the_next_call_goes_on_with_it(
    called: Any, wire: Wire
) -> None:
    wire.there.said["1"] = ["Done."]
    wire.there.solved.add("1")
    wire.hears()
    assert wire.store.conversation(called.id).status is Status.RESOLVED
    called.says("It broke again")
    called.desk.hand_off(called.id)
    wire.tells()
    assert len(wire.there.cases) == 1
    assert "waits for a person again" in wire.waits_again()
    assert "It broke again" in "".join(words for _, words, _ in wire.there.added)


def test_what_a_colleague_here_puts_back_waits_there_again(called: Any, wire: Wire) -> None:
    wire.work.claim(called.id, KIM)
    wire.tells()
    wire.work.requeue(called.id, KIM)
    wire.tells()
    told = wire.waits_again()
    assert "waits for a person again" in told
    assert "Why it came to you: the help center does not cover it" in told
    wire.there.said["1"] = ["I have it now."]
    wire.hears()
    assert wire.thread(called.id) == ["I have it now."]


def test_that_a_colleague_has_it_is_not_told_once_it_waits_again(called: Any, wire: Wire) -> None:
    wire.there.fails = NotDelivered("down")
    wire.work.claim(called.id, KIM)
    wire.tells()
    wire.there.fails = None
    wire.work.requeue(called.id, KIM)
    for _ in range(2):
        wire.tells()
        wire.clock.advance(3600)
    wire.waits_again()
    assert not any("Kim answers this" in words for _, words, _ in wire.there.added)


def test_what_nobody_answered_here_in_time_waits_there_again(called: Any, wire: Wire) -> None:
    wire.work.claim(called.id, KIM)
    wire.tells()
    late = Move(Event.REQUEUED, by=WATCHDOG, at=wire.clock(), overrides=True)
    wire.store.move(called.id, late)
    wire.tells()
    assert "waits for a person again" in wire.waits_again()


def test_whoever_was_given_back_and_asks_for_a_person_waits_there_again(
    called: Any, wire: Wire
) -> None:
    for step in (wire.work.claim, wire.work.release):
        step(called.id, KIM)
        wire.tells()
    assert "gave this back to the assistant" in wire.there.added[-1][1]
    called.says("And the lid?")
    called.desk.hand_off(called.id)
    wire.tells()
    said = "\n".join(words for _, words, from_customer in wire.there.added if from_customer)
    assert "And the lid?" in said
    assert "waits for a person again" in wire.waits_again()


def test_whoever_only_presses_the_button_after_it_was_solved_there_is_heard_again(
    called: Any, wire: Wire
) -> None:
    wire.there.said["1"] = ["Done."]
    wire.there.solved.add("1")
    wire.hears()
    wire.clock.advance(4 * 24 * 3600)
    wire.listener.round()
    assert wire.store.ticket(called.id).look_at is None
    called.desk.hand_off(called.id)
    wire.tells()
    assert "waits for a person again" in wire.waits_again()
    wire.there.solved.clear()
    wire.there.said["1"].append("What is it?")
    wire.hears()
    assert wire.thread(called.id) == ["Done.", "What is it?"]


def test_who_waits_from_the_beginning_is_told_once(called: Any, wire: Wire) -> None:
    wire.tells()
    assert wire.there.added == []


def test_where_it_can_no_longer_be_gone_on_with_there_is_a_new_one(called: Any, wire: Wire) -> None:
    wire.there.said["1"] = ["Done."]
    wire.there.solved.add("1")
    wire.hears()
    called.says("It broke again")
    called.desk.hand_off(called.id)

    def closed_for_good(*_: Any, **__: Any) -> None:
        raise NeverDelivered("closed")

    wire.there.add = closed_for_good  # type: ignore[method-assign]
    wire.tells()
    assert len(wire.there.cases) == 2
    assert wire.store.ticket(called.id).ticket_id == "2"


def test_closed_without_an_answer_the_customer_waits_on_here(called: Any, wire: Wire) -> None:
    wire.there.solved.add("1")
    wire.hears()
    assert wire.store.conversation(called.id).status is Status.WAITING
    assert "closed the case without a reply" in wire.store.notes(called.id)[0].text


def test_an_answer_to_what_was_given_back_steps_in(called: Any, wire: Wire) -> None:
    wire.work.resolve(called.id, KIM)
    wire.there.said["1"] = ["One more thing."]
    wire.hears()
    assert wire.thread(called.id) == ["One more thing."]
    assert wire.store.conversation(called.id).agent_id == HELPDESK


def test_one_that_was_deleted_there_is_asked_for_no_more(called: Any, wire: Wire) -> None:
    wire.there.fails = NeverDelivered("404")
    wire.hears()
    assert wire.store.ticket(called.id).look_at is None


def test_a_silent_helpdesk_is_left_alone_for_a_while(called: Any, wire: Wire) -> None:
    wire.there.fails = NotDelivered("busy", retry_after=300)
    wire.hears()
    wire.there.fails, wire.there.said["1"] = None, ["Here."]
    assert wire.hears() == 0
    wire.clock.advance(300)
    assert wire.hears() == 1


def test_a_ring_does_not_shorten_what_the_helpdesk_asked_for(called: Any, wire: Wire) -> None:
    """Neither for its own case nor for another."""
    other = started(wire.store, a_conversation("c-2", visitor="v-2")).id
    handed_over(wire.store, wire.store.conversation(other))
    wire.tells()
    wire.there.fails = NotDelivered("too many", retry_after=300)
    wire.hears()
    wire.there.fails, wire.there.said = None, {"1": ["Here."], "2": ["There."]}
    for ticket_id in ("1", "2"):
        wire.rings(ticket_id)
    assert wire.hears() == 0
    wire.clock.advance(300)
    assert wire.hears() == 2


def test_a_case_that_breaks_keeps_no_other_waiting(
    called: Any, wire: Wire, shop: Any, caplog: pytest.LogCaptureFixture
) -> None:
    id = started(wire.store, a_conversation("c-2", visitor="v-2")).id
    handed_over(wire.store, wire.store.conversation(id))
    wire.tells()
    hears = wire.there.heard

    def breaks(ticket_id: str) -> Any:
        if ticket_id == "1":
            raise ValueError("what Zoé wrote")
        return hears(ticket_id)

    wire.there.heard = breaks  # type: ignore[method-assign]
    wire.there.said["2"] = ["Here."]
    assert wire.hears() == 1
    assert wire.thread(id) == ["Here."]
    assert wire.store.ticket(called.id).look_at == wire.clock() + timedelta(minutes=1)
    assert "helpdesk.broken: ValueError" in caplog.text


def test_whoever_was_forgotten_is_told_to_nobody(customer: Any, wire: Wire) -> None:
    customer.desk.hand_off(customer.id)
    wire.forwarder.round()
    visitor = wire.store.conversation(customer.id).visitor_id
    wire.store.forget(visitor)
    wire.courier.round()
    assert wire.there.cases == []


def test_made_up_conversations_open_no_case(wire: Wire) -> None:
    handed_over(wire.store, started(wire.store, a_conversation("made-up", visitor="sim-000001")))
    wire.tells()
    assert wire.there.cases == []


def test_without_a_helpdesk_what_happens_is_never_told_later(
    customer: Any, shop: Any, clock: Any
) -> None:
    Forwarder(shop.store, works=False, now=clock).round()
    customer.desk.hand_off(customer.id)
    clock.advance(120)
    Forwarder(shop.store, works=False, now=clock).round()
    wire = Wire(shop.store, clock)
    wire.tells()
    assert wire.there.cases == []


@given(quiet=st.timedeltas(min_value=NOON - NOON, max_value=(NOON.replace(year=2027) - NOON)))
def test_cases_are_asked_about_ever_more_seldom_and_in_the_end_not(quiet: Any) -> None:
    at = NOON + quiet
    later = next_look(NOON, at, is_solved=False)
    assert later is None or (at - NOON).days <= 30
    if later:
        assert 20 <= (later - at).total_seconds() <= 600


def test_a_ring_brings_the_answer_though_the_case_was_quiet_for_a_month(
    called: Any, wire: Wire
) -> None:
    wire.there.said["1"] = ["It left this morning."]
    wire.clock.advance(40 * 24 * 3600)
    wire.store.hear_ticket(
        wire.store.ticket(called.id), replace(wire.store.ticket(called.id), look_at=None)
    )
    assert wire.listener.round() == 0
    wire.rings("1")
    assert wire.listener.round() == 1
    assert wire.thread(called.id) == ["It left this morning."]
    wire.rings("1")
    assert wire.listener.round() == 0


def test_a_team_that_works_in_french_reads_that_it_waits_again_in_french(
    called: Any, wire: Wire
) -> None:
    letters = CaseLetters(wire.store, public_url="", locale="fr")
    told = letters.waits_again(wire.store.conversation(called.id), [])
    assert told.startswith("Le client attend de nouveau un conseiller.")
    assert "Pourquoi elle vous arrive" in told
