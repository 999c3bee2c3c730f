"""What every TicketStore and every Helpdesk must do, and a Helpdesk that keeps what it was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.conversation import Priority
from assistant.domain.ticket import Heard, NewCase, Opened, OutsideReply, Ticket
from assistant.errors import NeverDelivered, NotDelivered, UnknownThing
from assistant.ports.helpdesk import Helpdesk
from assistant.testing.samples import NOON, a_conversation, started

MINUTE = timedelta(minutes=1)
CASE = NewCase(
    id="c-0123456789",
    visitor_id="v-42",
    customer="Zoé",
    subject="Où est mon colis ?",
    body="Zoé: Où est mon colis ?\nIt is <late> & lost.",
    locale="fr",
    priority=Priority.HIGH,
    tags=("parcel",),
)
TICKET = Ticket("c1", "zendesk", "35436", "https://desk.example/35436", 3, NOON, NOON)


class FakeHelpdesk:
    """Keeps what it was told in `cases` and `added`; says what `said` holds. Raises `fails` instead
    while that is set."""

    name = "Fake"

    def __init__(self) -> None:
        self.cases: list[NewCase] = []
        self.added: list[tuple[str, str, bool]] = []
        self.said: dict[str, list[str]] = {}
        self.solved: set[str] = set()
        self.fails: NotDelivered | None = None

    def open(self, case: NewCase) -> Opened:
        self._may_fail()
        self.cases.append(case)
        return Opened(str(len(self.cases)), f"https://desk.example/{len(self.cases)}")

    def find(self, case: NewCase) -> Opened | None:
        self._may_fail()
        own = [n for n, each in enumerate(self.cases, start=1) if each.id == case.id]
        return Opened(str(own[-1]), f"https://desk.example/{own[-1]}") if own else None

    def add(self, ticket_id: str, words: str, *, from_customer: bool) -> None:
        self._may_fail()
        self.added.append((ticket_id, words, from_customer))

    def heard(self, ticket_id: str) -> Heard:
        self._may_fail()
        said = self.said.get(ticket_id, [])
        replies = [OutsideReply(f"{ticket_id}-{n}", text) for n, text in enumerate(said)]
        return Heard(replies, ticket_id in self.solved)

    def check(self) -> None:
        self._may_fail()

    def _may_fail(self) -> None:
        if self.fails is not None:
            raise self.fails


@dataclass
class OtherSide:
    """The system behind a Helpdesk under test, as its people see it. `writes(ticket, words)`: a
    person answers the customer; `notes`: for colleagues alone; `solves`: closes the case;
    `answers(status, headers)`: it answers all that follows so. `mails`: somebody else's mail is
    put to the case, where it takes such. `kept`: subject, words of the
    customer by ticket."""

    url: str
    writes: Callable[[str, str], None]
    notes: Callable[[str, str], None]
    solves: Callable[[str], None]
    answers: Callable[[int, dict[str, str]], None]
    requests: list[Any] = field(default_factory=list)
    words: Callable[[str], list[str]] = lambda ticket_id: []
    mails: Callable[[str, str], None] = lambda ticket_id, words: None


class HelpdeskContract:
    """Needs the fixtures `helpdesk` and `other`, its OtherSide."""

    def test_a_case_arrives_with_its_words(self, helpdesk: Helpdesk, other: OtherSide) -> None:
        opened = helpdesk.open(CASE)
        assert opened.url.startswith(other.url)
        assert opened.ticket_id in opened.url
        assert other.words(opened.ticket_id) == [CASE.body]

    def test_one_that_was_opened_is_found_again(self, helpdesk: Helpdesk) -> None:
        assert helpdesk.find(CASE) is None
        opened = helpdesk.open(CASE)
        assert helpdesk.find(CASE) == opened
        assert helpdesk.find(replace(CASE, id="c-9876543210")) is None

    def test_a_second_case_of_the_same_customer_is_another(self, helpdesk: Helpdesk) -> None:
        first = helpdesk.open(CASE)
        second = helpdesk.open(replace(CASE, id="c-9876543210"))
        assert first.ticket_id != second.ticket_id
        assert helpdesk.find(CASE) == first

    def test_what_the_customer_adds_arrives(self, helpdesk: Helpdesk, other: OtherSide) -> None:
        opened = helpdesk.open(CASE)
        helpdesk.add(opened.ticket_id, "Still nothing.", from_customer=True)
        assert other.words(opened.ticket_id)[-1] == "Still nothing."

    def test_what_people_write_comes_back_in_order(
        self, helpdesk: Helpdesk, other: OtherSide
    ) -> None:
        opened = helpdesk.open(CASE)
        helpdesk.add(opened.ticket_id, "Still nothing.", from_customer=True)
        other.writes(opened.ticket_id, "It comes tomorrow.")
        other.notes(opened.ticket_id, "The courier lost it.")
        other.writes(opened.ticket_id, "We are sorry.")
        heard = helpdesk.heard(opened.ticket_id)
        assert [each.text for each in heard.replies] == ["It comes tomorrow.", "We are sorry."]
        assert len({each.id for each in heard.replies}) == 2
        assert helpdesk.heard(opened.ticket_id) == heard

    def test_what_outsiders_mail_is_no_answer(self, helpdesk: Helpdesk, other: OtherSide) -> None:
        opened = helpdesk.open(CASE)
        other.mails(opened.ticket_id, "Pay here instead.")
        other.writes(opened.ticket_id, "It comes tomorrow.")
        heard = helpdesk.heard(opened.ticket_id)
        assert [each.text for each in heard.replies] == ["It comes tomorrow."]

    def test_a_note_of_ours_is_no_answer(self, helpdesk: Helpdesk) -> None:
        opened = helpdesk.open(CASE)
        helpdesk.add(opened.ticket_id, "Lea answers it in the console.", from_customer=False)
        assert list(helpdesk.heard(opened.ticket_id).replies) == []

    def test_a_long_talk_comes_back_whole(self, helpdesk: Helpdesk, other: OtherSide) -> None:
        opened = helpdesk.open(CASE)
        said = [f"Answer {n}" for n in range(120)]
        for words in said:
            other.writes(opened.ticket_id, words)
        assert [each.text for each in helpdesk.heard(opened.ticket_id).replies] == said

    def test_what_is_closed_is_told_and_open_again_with_the_customer(
        self, helpdesk: Helpdesk, other: OtherSide
    ) -> None:
        opened = helpdesk.open(CASE)
        assert not helpdesk.heard(opened.ticket_id).is_solved
        other.solves(opened.ticket_id)
        assert helpdesk.heard(opened.ticket_id).is_solved
        helpdesk.add(opened.ticket_id, "It broke again.", from_customer=True)
        assert not helpdesk.heard(opened.ticket_id).is_solved

    def test_a_limit_is_kept_for_as_long_as_it_was_asked(
        self, helpdesk: Helpdesk, other: OtherSide
    ) -> None:
        other.answers(429, {"Retry-After": "93"})
        with pytest.raises(NotDelivered) as caught:
            helpdesk.open(CASE)
        assert caught.value.retry_after == 93
        asked = len(other.requests)
        with pytest.raises(NotDelivered) as caught:
            helpdesk.heard("1")
        assert 90 < caught.value.retry_after <= 93
        assert len(other.requests) == asked

    @pytest.mark.parametrize(
        ("status", "remedy"), [(401, "ASSISTANT_HELPDESK_KEY"), (403, "ASSISTANT_HELPDESK_KEY")]
    )
    def test_a_wrong_key_is_named_and_tried_again(
        self, helpdesk: Helpdesk, other: OtherSide, status: int, remedy: str
    ) -> None:
        other.answers(status, {})
        for ask in (helpdesk.check, lambda: helpdesk.open(CASE)):
            with pytest.raises(NotDelivered, match=remedy) as caught:
                ask()
            assert not isinstance(caught.value, NeverDelivered)
            assert "s3cret" not in str(caught.value)
            assert "colis" not in str(caught.value)

    @pytest.mark.parametrize("status", [302, 500, 502, 503])
    def test_what_fails_there_is_tried_again(
        self, helpdesk: Helpdesk, other: OtherSide, status: int
    ) -> None:
        other.answers(status, {"Location": other.url})
        with pytest.raises(NotDelivered) as caught:
            helpdesk.open(CASE)
        assert not isinstance(caught.value, NeverDelivered)

    @pytest.mark.parametrize("status", [400, 404, 422])
    def test_what_it_will_never_take_is_said_to_be_so(
        self, helpdesk: Helpdesk, other: OtherSide, status: int
    ) -> None:
        other.answers(status, {})
        with pytest.raises(NeverDelivered, match="ASSISTANT_HELPDESK_GROUP"):
            helpdesk.open(CASE)

    def test_a_good_account_is_found_good(self, helpdesk: Helpdesk) -> None:
        helpdesk.check()


class TicketStoreContract:
    """Needs the fixture `store`: an empty one that is a ConversationStore too."""

    def test_a_ticket_is_its_conversations(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        assert store.ticket("c1") is None
        store.save_ticket(TICKET)
        assert store.ticket("c1") == TICKET
        later = replace(TICKET, ticket_id="35437", look_at=None, solved_at=NOON)
        store.save_ticket(later)
        assert store.ticket("c1") == later

    def test_the_longest_overdue_is_heard_first(self, store: Any) -> None:
        for n, look_at in enumerate((NOON + MINUTE, NOON, None, NOON + 2 * MINUTE)):
            started(store, a_conversation(f"c{n}", visitor=f"v{n}"))
            store.save_ticket(replace(TICKET, conversation_id=f"c{n}", look_at=look_at))

        def due(limit: int) -> list[str]:
            found = store.tickets_to_hear(NOON + MINUTE, limit=limit)
            return [each.conversation_id for each in found]

        assert due(9) == ["c1", "c0"]
        assert due(1) == ["c1"]

    def test_what_was_heard_is_kept_beside_what_was_told(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.save_ticket(TICKET)
        heard = replace(TICKET, active_at=NOON + MINUTE, look_at=None, solved_at=NOON + MINUTE)
        store.hear_ticket(TICKET, replace(heard, told=1, url=""))
        assert store.ticket("c1") == heard
        store.hear_ticket(heard, TICKET)
        assert store.ticket("c1") == TICKET

    def test_a_ring_has_it_heard_at_once_though_it_was_given_up(self, store: Any) -> None:
        for n, look_at in enumerate((NOON + MINUTE, None, NOON - MINUTE)):
            started(store, a_conversation(f"c{n}", visitor=f"v{n}"))
            mine = replace(TICKET, conversation_id=f"c{n}", ticket_id=str(n), look_at=look_at)
            store.save_ticket(mine)
            store.wake_ticket(TICKET.helpdesk, str(n), at=NOON)
            store.wake_ticket("another", str(n), at=NOON - 2 * MINUTE)
        found = [store.ticket(f"c{n}").look_at for n in range(3)]
        assert found == [NOON, NOON, NOON - MINUTE]

    def test_a_ring_while_it_is_heard_is_not_lost(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        read = replace(TICKET, look_at=NOON + MINUTE)
        store.save_ticket(read)
        store.wake_ticket(read.helpdesk, read.ticket_id, at=NOON)
        store.hear_ticket(read, replace(read, look_at=NOON + 9 * MINUTE, solved_at=NOON))
        assert store.ticket("c1") == replace(read, look_at=NOON, solved_at=NOON)

    @pytest.mark.parametrize(
        "meanwhile",
        [
            {"told": 4, "solved_at": None},
            {"ticket_id": "35437"},
            {"active_at": NOON + MINUTE},
            {"solved_at": None},
        ],
    )
    def test_what_was_told_while_it_was_heard_stands(
        self, store: Any, meanwhile: dict[str, Any]
    ) -> None:
        started(store, a_conversation("c1"))
        read = replace(TICKET, solved_at=NOON)
        told = replace(read, **meanwhile)
        store.save_ticket(told)
        store.hear_ticket(read, replace(read, active_at=NOON + 2 * MINUTE, look_at=None))
        assert store.ticket("c1") == told

    def test_nothing_is_heard_of_whoever_was_forgotten(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.save_ticket(TICKET)
        store.forget("v1")
        store.hear_ticket(TICKET, TICKET)
        assert store.ticket("c1") is None

    def test_whoever_is_forgotten_leaves_no_ticket(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        store.save_ticket(TICKET)
        store.forget("v1")
        assert store.ticket("c1") is None
        with pytest.raises(UnknownThing):
            store.save_ticket(TICKET)
