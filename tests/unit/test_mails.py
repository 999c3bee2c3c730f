"""Replies reach customers who left, people are told what they chose, and nobody is told twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.domain.conversation import Author, Message
from assistant.domain.delivery import PAUSES, Channel, Delivery, delivery_id
from assistant.domain.ownership import CUSTOMER
from assistant.errors import NeverDelivered, NotDelivered
from assistant.ports import Deed, Person
from assistant.ports.deliveries import Choice, Notice
from assistant.ports.gaps import Telling
from assistant.support.casework import Casework
from assistant.support.courier import HELD, Courier
from assistant.support.identity import IdentityCheck
from assistant.support.letters import Content, MailCarrier, mail_of_words
from assistant.support.mentions import is_named
from assistant.support.notifying import Notifier
from assistant.support.rules import Rules
from assistant.support.visitors import Visitors
from assistant.support.watchdog import Watchdog
from assistant.testing import FakeMail

pytestmark = pytest.mark.slow

KIM = Person("kim", "kim@company.example", "agent", "-")
LEA = Person("lea", "lea@company.example", "lead", "-")
ADDRESS = "ada@customer.example"
MINUTE = 60
TOLD = Deed(datetime(2026, 3, 14, tzinfo=UTC), "lea", "gap_told", "m1", {})


class Office:
    """The team's side of the desk: who answers, and the mails that leave."""

    def __init__(self, shop: Any, clock: Any, *, writes: bool = True) -> None:
        self.store, self.clock, self.mail = shop.store, clock, FakeMail()
        for person in (KIM, LEA):
            self.store.add_person(person)
        self.work = Casework(self.store, levels=Rules().levels, now=clock)
        self.visitors = Visitors(self.store, identity=IdentityCheck(""), now=clock)
        carrier = MailCarrier(
            self.store,
            self.mail,
            visitors=self.visitors,
            public_url="https://help.company.example/",
            zone=lambda: "Europe/Paris",
            weekly=lambda delivery: Content("", "", ""),
        )
        self.notifier = Notifier(self.store, writes=writes, now=clock)
        self.courier = Courier(self.store, {Channel.MAIL: carrier}, now=clock)
        self.notifier.round()

    def later(self, seconds: float = 2 * MINUTE) -> list[Any]:
        """The letters that left meanwhile."""
        self.clock.advance(seconds)
        before = len(self.mail.letters)
        self.notifier.round()
        self.courier.round()
        return self.mail.letters[before:]


@pytest.fixture
def office(shop: Any, clock: Any) -> Office:
    return Office(shop, clock)


@pytest.fixture
def gone(customer: Any, office: Office) -> Any:
    """A customer who asked for a person, left an address and went."""
    customer.desk.hand_off(customer.id, email=ADDRESS)
    return customer


def test_a_reply_reaches_who_left_with_a_way_back(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "It is **on its way**.")
    (letter,) = office.later()
    assert letter.to == ADDRESS
    assert letter.subject == "A reply to your question"
    assert "It is **on its way**." in letter.text
    assert "<strong>on its way</strong>" in letter.html
    assert "(Europe/Paris)" in letter.text
    code = letter.text.partition("#resume=")[2].split()[0]
    assert letter.text.count("https://help.company.example/widget?locale=en#resume=") == 1
    assert office.visitors.follow(code).conversation.id == gone.id
    assert office.later() == []


def test_in_french_too(client: Any, office: Office) -> None:
    client.desk.hand_off(client.id, email=ADDRESS)
    office.work.answer(client.id, KIM, "Il est parti.")
    (letter,) = office.later()
    assert (letter.locale, letter.subject) == ("fr", "Une réponse à votre question")
    assert "jusqu’au" in letter.text
    assert 'lang="fr"' in letter.html


def test_the_link_works_for_days_and_is_stored_nowhere(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "It is on its way.")
    (letter,) = office.later()
    code = letter.text.partition("#resume=")[2].split()[0]
    assert code not in str([dict(each.payload) for each in office.store.undelivered()])
    office.clock.advance(6 * 24 * 3600)
    assert office.visitors.follow(code)


@pytest.mark.parametrize("sign", ["looks on", "writes", "left no address"])
def test_who_is_here_or_left_no_address_gets_no_mail(
    customer: Any, office: Office, sign: str
) -> None:
    customer.desk.hand_off(customer.id, email=None if sign == "left no address" else ADDRESS)
    office.work.answer(customer.id, KIM, "Hello")
    office.clock.advance(5)
    if sign == "looks on":
        office.store.look_on(customer.id, CUSTOMER, writing=False)
    elif sign == "writes":
        customer.says("Thank you")
    assert office.later() == []


def test_who_reads_the_reply_here_while_no_mail_leaves_gets_none(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "Hello")
    office.mail.fails = NotDelivered("no server")
    assert office.later() == []
    office.store.look_on(gone.id, CUSTOMER, writing=False)
    office.mail.fails = None
    assert office.later(3600) == []
    assert office.store.undelivered() == []


def test_mails_about_one_conversation_are_one_thread(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "First")
    (first,) = office.later()
    office.work.answer(gone.id, KIM, "Second")
    (second,) = office.later()
    root = f"<{gone.id}@company.example>"
    assert first.in_reply_to == root
    assert second.in_reply_to == first.message_id
    assert second.references == (root, first.message_id)


def test_what_fails_is_tried_again_later_and_then_is_dead(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "Hello")
    office.mail.fails = NotDelivered("no server")
    office.later()
    for pause in PAUSES:
        assert office.store.count_dead() == 0
        assert office.later(pause.total_seconds() - 10) == []
        office.later(10)
    (dead,) = office.store.undelivered()
    assert (dead.problem, office.store.count_dead()) == ("no server", 1)
    office.mail.fails = None
    assert office.later(30 * 24 * 3600) == []
    deed = Deed(office.clock(), LEA.id, "delivery_again", dead.id, {})
    office.store.deliver_again(dead.id, at=office.clock(), deed=deed)
    assert [each.message_id for each in office.later(0)] == [f"<{dead.id}@company.example>"]


def test_an_address_that_nobody_takes_is_dead_at_once(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "Hello")
    office.mail.fails = NeverDelivered("no such mail box")
    office.later()
    assert office.store.count_dead() == 1


def test_a_process_that_dies_with_a_mail_leaves_it_to_the_next(
    gone: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.work.answer(gone.id, KIM, "Hello")
    with monkeypatch.context() as patched:
        patched.setattr(office.mail, "send", lambda _: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            office.later()
    assert office.later(HELD.total_seconds() - 1) == []
    assert len(office.later(1)) == 1


def test_one_that_breaks_keeps_none_of_the_others_back(
    gone: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.work.answer(gone.id, KIM, "Hello")
    with monkeypatch.context() as patched:
        patched.setattr(office.mail, "send", lambda _: 1 / 0)
        office.later()
    assert office.store.undelivered()[0].problem == "ZeroDivisionError"
    assert len(office.later()) == 1


def test_two_processes_write_once(gone: Any, office: Office, clock: Any) -> None:
    other = Notifier(office.store, writes=True, now=clock)
    office.work.answer(gone.id, KIM, "Hello")
    clock.advance(2 * MINUTE)
    assert other.round() + office.notifier.round() == 1
    assert len(office.later(0)) == 1


def test_once_the_customer_is_forgotten_nothing_is_sent(gone: Any, office: Office) -> None:
    office.work.answer(gone.id, KIM, "Hello")
    office.clock.advance(2 * MINUTE)
    office.notifier.round()
    office.store.forget(gone.started.conversation.visitor_id)
    assert office.later() == []
    assert office.store.undelivered() == []


def test_people_are_told_who_waits_if_they_chose_it(gone: Any, office: Office) -> None:
    office.store.set_choice(Choice("kim", frozenset({Notice.WAITING}), "fr"))
    office.store.set_choice(Choice("lea", frozenset({Notice.LATE}), "en"))
    (letter,) = office.later()
    assert letter.to == "kim@company.example"
    assert letter.subject == "Une conversation attend une personne"
    assert f"https://help.company.example/console/conversations/{gone.id}" in letter.text
    assert office.later() == []


def test_customers_words_are_in_no_mail_to_people(customer: Any, office: Office) -> None:
    office.store.set_choice(Choice("kim", frozenset(Notice), "en"))
    customer.says("my password is hunter2")
    customer.desk.hand_off(customer.id)
    (letter,) = office.later()
    assert "hunter2" not in letter.text + letter.html + letter.subject


def test_what_was_taken_meanwhile_is_told_to_nobody(gone: Any, office: Office) -> None:
    office.store.set_choice(Choice("lea", frozenset({Notice.WAITING}), "en"))
    office.work.claim(gone.id, KIM)
    assert office.later() == []


def test_many_at_once_are_one_mail(
    make_desk: Callable[..., Any], office: Office, customer: Any
) -> None:
    office.store.set_choice(Choice("kim", frozenset({Notice.WAITING}), "en"))
    desk = make_desk()
    for id in [desk.start().conversation.id for _ in range(3)]:
        desk.hand_off(id)
    (letter,) = office.later()
    assert letter.subject == "3 conversations are waiting for a person"
    assert letter.text.count("/console/conversations/") == 3


def test_a_broken_promise_is_told_to_who_chose_it(gone: Any, office: Office, clock: Any) -> None:
    office.store.set_choice(Choice("lea", frozenset({Notice.LATE}), "en"))
    assert office.later() == []
    clock.advance(25 * 3600)
    Watchdog(office.store, levels=Rules().levels, now=clock).round()
    (letter,) = office.later()
    assert (letter.to, letter.subject) == ("lea@company.example", "A promised reply is late")


def test_who_may_answer_no_more_is_told_nothing(gone: Any, office: Office, clock: Any) -> None:
    office.store.set_choice(Choice("kim", frozenset(Notice), "en"))
    deed = Deed(clock(), "lea", "person_changed", "kim", {})
    office.store.save_person(Person("kim", KIM.email, "writer", "-"), deed=deed)
    assert office.later() == []


def test_before_mail_was_set_up_nothing_is_owed(customer: Any, shop: Any, clock: Any) -> None:
    silent = Office(shop, clock, writes=False)
    customer.desk.hand_off(customer.id, email=ADDRESS)
    silent.work.answer(customer.id, KIM, "Hello")
    assert silent.later() == []
    assert Notifier(silent.store, writes=True, now=clock).round() == 0
    assert silent.later() == []


def test_a_letter_of_ready_words_goes_out_once(office: Office) -> None:
    content = Content(
        "Your week", "Here it is:", "- **3** gaps", button="See", link="https://x.example/"
    )
    for _ in range(2):
        mail = mail_of_words(LEA.email, content, key="week-47", locale="en", at=office.clock())
        office.store.add_deliveries([mail])
    (letter,) = office.later()
    assert letter.subject == "Your week"
    assert "<strong>3</strong>" in letter.html
    assert letter.in_reply_to is None


def test_an_address_that_cannot_be_written_to_is_dead_and_said(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    mail = mail_of_words(
        "a@b.example\r\nBcc: c@d.example",
        Content("Hello\r\nBcc: c@d.example", "", "secret words"),
        key="k",
        locale="en",
        at=office.clock(),
    )
    office.store.add_deliveries([mail])
    assert office.later() == []
    assert office.store.count_dead() == 1
    assert "secret words" not in caplog.text


def test_who_is_named_in_a_note_is_told(customer: Any, office: Office) -> None:
    customer.desk.hand_off(customer.id)
    for person in (KIM, LEA):
        office.store.set_choice(Choice(person.id, frozenset({Notice.MENTION}), "en"))
    office.work.note(customer.id, KIM, "Can you look, @Lea? Not @kim, it is about secret-words.")
    (letter,) = office.later()
    assert letter.to == LEA.email
    assert letter.subject == "A colleague named you in a note"
    assert customer.id in letter.text
    assert "secret-words" not in letter.text
    office.work.note(customer.id, KIM, "Write to lea@company.example, or to the @leaders.")
    assert office.later() == []


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("@lea", True),
        ("Ask @LÉA-MARIE.", True),
        ("@LéaMarieDupont, please", True),
        ("@léa", False),
        ("x@lea", False),
        ("@leah", False),
        ("lea", False),
    ],
)
def test_a_name_is_an_at_and_the_name(note: str, named: bool) -> None:
    lea = Person("lea", "lea@company.example", "lead", "-", name="Léa-Marie Marie Dupont")
    if "LéaMarie" in note:
        lea = Person("lea", "lea@company.example", "lead", "-", name="Léa Marie Dupont")
    assert is_named(lea, note) is named


def test_who_asked_in_vain_gets_the_answer_with_its_source(gone: Any, office: Office) -> None:
    said = Message(
        "m-now", gone.id, Author.ASSISTANT, "Now we have:\n\nTwo *days*.", "en", office.clock(),
        html="<p>Now we have:</p><p>Two <em>days</em>.</p>",
        citations=({"n": 1, "title": "Parcels [2]", "url": "/help/en/parcels#time"},),
    )  # fmt: skip
    mail = Delivery(
        delivery_id("answered_now", said.id), Channel.MAIL, "answered_now", ADDRESS,
        office.clock(), "en", {"message_id": said.id}, conversation_id=gone.id,
        next_at=office.clock(),
    )  # fmt: skip
    office.clock.advance(1)
    told = [Telling({"m1": gone.id}, said, mail)]
    assert office.store.tell(told, deed=TOLD) == []
    office.work.claim(gone.id, KIM)
    office.work.resolve(gone.id, KIM)
    assert office.store.tell(told, deed=TOLD) == told
    (letter,) = office.later()
    assert letter.subject == "Your question has an answer now"
    assert "Two <em>days</em>." in letter.html
    assert 'href="https://help.company.example/help/en/parcels#time"' in letter.html
    assert ">Parcels [2]</a>" in letter.html
    code = letter.text.partition("#resume=")[2].split()[0]
    assert office.visitors.follow(code).conversation.id == gone.id
    assert office.later() == []
