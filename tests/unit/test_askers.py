"""Who asked in vain is told once, in their language, once their own question is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.domain.article import Article
from assistant.domain.gap import Decided, GapState
from assistant.domain.handoff import Handoff, Reason
from assistant.domain.visitor import Profile
from assistant.errors import WrongStatus
from assistant.ports import Deed
from assistant.ports.gaps import Telling
from assistant.testing.fakes import FakeEmbedder
from assistant.writing.askers import Askers
from assistant.writing.gap_log import GapReader
from assistant.writing.gaps import Gaps
from tests.unit.test_gaps import NOON, PARCELS, WRITER, Desk, Log, asked

pytestmark = pytest.mark.slow

DONE = Decided("m1", GapState.DONE, ("m1",), by="assistant", at=NOON + timedelta(hours=1))


@dataclass
class Customers(Log):
    """The log with who left an address, and what they were told."""

    left: dict[str, str] = field(default_factory=dict)
    signed_in: dict[str, str] = field(default_factory=dict)
    vouched_at: datetime = NOON
    guests: set[str] = field(default_factory=set)
    told_at: dict[str, datetime] = field(default_factory=dict)
    tellings: list[Telling] = field(default_factory=list)

    def handoffs(self, conversation_id: str) -> list[Handoff]:
        email = self.left.get(conversation_id)
        return [Handoff("h", conversation_id, Reason.NOT_COVERED, {}, NOON, email)] if email else []

    def profile(self, visitor_id: str, *, vouched_since: datetime | None = None) -> Profile | None:
        email = self.signed_in.get(visitor_id)
        known = email and (vouched_since is None or self.vouched_at >= vouched_since)
        return Profile("s", email=email) if known else None

    def has_guests(self, conversation_id: str) -> bool:
        return conversation_id in self.guests

    def told(self, ids: Iterable[str]) -> dict[str, datetime]:
        return {id: self.told_at[id] for id in ids if id in self.told_at}

    def tell(self, tellings: Sequence[Telling], *, deed: Deed) -> list[Telling]:
        new = [each for each in tellings if not self.told(each.questions)]
        self.tellings += new
        self.told_at |= dict.fromkeys((id for each in new for id in each.questions), deed.at)
        return new


@pytest.fixture
def log() -> Customers:
    """Two customers of a gap that is done; the first of them left an address."""
    return Customers(
        questions=[
            asked("m1", "Where is my parcel?", by="ada"),
            asked("m2", "where is my parcel", by="bob", minute=1),
        ],
        decisions={"m1": DONE},
        left={"c-m1": "ada@shop.example"},
    )


@pytest.fixture
def desk() -> Desk:
    answering = Desk()
    answering.cites = PARCELS
    return answering


def askers(
    log: Customers,
    desk: Desk,
    *,
    answers: Callable[[str | None], Desk] | None = None,
    **options: Any,
) -> Askers:
    at = NOON + timedelta(hours=2)
    reader = GapReader(log, embedder=FakeEmbedder(), now=lambda: at)  # type: ignore[arg-type]
    gaps = Gaps(reader, search=desk, answerer_for=answers or (lambda visitor_id: desk))
    return Askers(log, gaps=gaps, now=lambda: at, **{"writes": True, **options})


def sizes(of: Askers, log: Customers) -> tuple[int, int, int]:
    outreach = of.of(of._gaps.gap("m1"))
    return len(outreach.told), len(outreach.reachable), len(outreach.unreachable)


def test_nobody_is_told_what_they_may_not_read(log: Customers, desk: Desk) -> None:
    """To whom the article is not shown, their question has no answer."""
    tell = askers(log, desk, answers=lambda visitor_id: desk if visitor_id == "bob" else Desk())
    assert tell.tell("m1", by=WRITER) == []
    assert log.tellings == []


def test_what_is_not_for_all_is_told_only_where_it_reaches_who_may_still_read_it(
    log: Customers, desk: Desk
) -> None:
    log.signed_in = {"bob": "bob@shop.example"}
    log.left = {"c-m2": "guest@elsewhere.example"}
    tell = askers(log, desk, answers=lambda visitor_id: desk if visitor_id == "bob" else Desk())
    assert tell.tell("m1", by=WRITER) == []
    log.left, log.guests = {}, {"c-m2"}
    assert tell.tell("m1", by=WRITER) == []
    log.left, log.guests = {"c-m2": "Bob@Shop.example"}, set()
    log.vouched_at = NOON - timedelta(hours=23)
    assert tell.tell("m1", by=WRITER) == []
    log.vouched_at = NOON
    assert tell.tell("m1", by=WRITER) == ["c-m2"]


def test_who_left_an_address_is_told_and_who_did_not_cannot_be(log: Customers, desk: Desk) -> None:
    tell = askers(log, desk)
    assert sizes(tell, log) == (0, 1, 1)
    assert tell.tell("m1", by=WRITER) == ["c-m1"]
    (telling,) = log.tellings
    assert (telling.mail.address, telling.mail.kind) == ("ada@shop.example", "answered_now")
    assert telling.said.text == (
        "You asked: “Where is my parcel?” Our help center had no good answer to that then. "
        "Now it has one:\n\nHere."
    )
    assert telling.said.citations[0]["article_id"] == PARCELS.id
    assert telling.said.rateable
    assert sizes(tell, log) == (1, 0, 1)
    assert tell.tell("m1", by=WRITER) == []


def test_who_the_site_knows_by_an_address_can_be_told(log: Customers, desk: Desk) -> None:
    log.signed_in = {"bob": "bob@shop.example"}
    assert askers(log, desk).tell("m1", by=WRITER) == ["c-m2", "c-m1"]


def test_each_in_the_language_of_the_question(log: Customers, desk: Desk) -> None:
    log.questions[0] = asked("m1", "Où est mon *colis* ?", by="ada", locale="fr")
    askers(log, desk).tell("m1", by=WRITER)
    (telling,) = log.tellings
    assert (telling.said.locale, telling.mail.locale) == ("fr", "fr")
    assert telling.said.text.startswith("Vous aviez demandé : « Où est mon *colis* ? »")
    # What a customer wrote is shown as it stands.
    assert "« Où est mon *colis* ? »" in telling.said.html.replace("&nbsp;", " ")


def test_one_address_is_told_once_for_all_that_was_asked(log: Customers, desk: Desk) -> None:
    log.left["c-m2"] = "Ada@Shop.example"
    tell = askers(log, desk)
    assert sizes(tell, log) == (0, 1, 0)
    assert tell.tell("m1", by=WRITER) == ["c-m2"]
    assert log.tellings[0].questions == {"m1": "c-m1", "m2": "c-m2"}


def test_who_asks_in_vain_again_may_be_told_again(log: Customers, desk: Desk) -> None:
    tell = askers(log, desk)
    tell.tell("m1", by=WRITER)
    log.questions.append(asked("m3", "where is my parcel?", by="ada", minute=90))
    log.left["c-m3"] = "ada@shop.example"
    with pytest.raises(WrongStatus):
        tell.tell("m1", by=WRITER)
    log.decisions["m1"] = replace(DONE, at=NOON + timedelta(hours=2))
    assert tell.tell("m1", by=WRITER) == ["c-m3"]
    assert log.tellings[-1].questions == {"m3": "c-m3"}
    assert sizes(tell, log) == (1, 0, 1)


def test_who_is_not_answered_in_their_own_words_is_not_told(log: Customers, desk: Desk) -> None:
    desk.cites = Article("en/other", "Other", "en", "…")
    log.decisions["m1"] = replace(DONE, article_id=PARCELS.id)
    tell = askers(log, desk)
    assert tell.tell("m1", by=WRITER) == []
    assert sizes(tell, log) == (0, 1, 1)


def test_without_a_mail_server_nobody_is_told(log: Customers, desk: Desk) -> None:
    assert askers(log, desk, writes=False).tell("m1", by=WRITER) == []


def test_a_gap_that_is_not_done_has_nothing_to_tell(log: Customers, desk: Desk) -> None:
    log.decisions = {}
    with pytest.raises(WrongStatus):
        askers(log, desk).tell("m1", by=WRITER)
