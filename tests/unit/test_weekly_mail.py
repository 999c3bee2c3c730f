"""Every Monday the report of last week goes by mail to who chose it: once, in their language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.conversation import Author
from assistant.domain.delivery import Channel
from assistant.ports import Person
from assistant.ports.deliveries import Choice, Notice
from assistant.support.courier import Courier
from assistant.support.identity import IdentityCheck
from assistant.support.letters import MailCarrier
from assistant.support.visitors import Visitors
from assistant.support.weekly_mail import WeeklyMails
from assistant.testing import FakeMail
from assistant.testing.samples import a_conversation, a_message, a_turn, always, started

pytestmark = pytest.mark.slow

SUNDAY = datetime(2026, 3, 15, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, 6, 30, tzinfo=UTC)
"""Half past seven in Paris."""
ANA = Person("ana", "ana@company.example", "analyst", "-")
LEA = Person("lea", "lea@company.example", "lead", "-")


class Clock:
    at = SUNDAY

    def __call__(self) -> datetime:
        return self.at


class Process:
    """One of several that share a database."""

    def __init__(self, url: str, clock: Clock, mail: FakeMail) -> None:
        self.store = SqlStore(url, now=clock)
        self.weekly = WeeklyMails(
            self.store,
            writes=True,
            base="https://help.company.example/",
            zone=lambda: "Europe/Paris",
            now=clock,
        )
        carrier = MailCarrier(
            self.store,
            mail,
            visitors=Visitors(self.store, identity=IdentityCheck(""), now=clock),
            public_url="https://help.company.example/",
            zone=lambda: "Europe/Paris",
            weekly=self.weekly.content,
        )
        self.courier = Courier(self.store, {Channel.MAIL: carrier}, now=clock)

    def round(self) -> None:
        self.weekly.round()
        self.courier.round()


class Team:
    """Their server, its restarts, and the mails that left."""

    def __init__(self, url: str) -> None:
        self.url, self.clock, self.mail = url, Clock(), FakeMail()
        self.processes: list[Process] = []
        self.restart()
        self.store = self.processes[0].store

    def restart(self) -> Process:
        self.processes.append(Process(self.url, self.clock, self.mail))
        return self.processes[-1]

    def sent_at(self, at: datetime) -> list[Any]:
        before, self.clock.at = len(self.mail.letters), at
        self.processes[-1].round()
        return self.mail.letters[before:]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    store = SqlStore(f"sqlite:///{tmp_path / 'assistant.db'}", now=lambda: SUNDAY)
    store.migrate()
    for person in (ANA, LEA):
        store.add_person(person)
    store.set_choice(Choice("ana", frozenset({Notice.WEEKLY}), "fr"))
    store.set_choice(Choice("lea", frozenset({Notice.WEEKLY, Notice.LATE}), "en"))
    for n in range(12):
        started(store, a_conversation(f"c{n}", visitor=f"v{n}"))
        store.add_message(a_message(f"m{n}", conversation=f"c{n}"))
        turn = replace(a_turn(f"m{n}"), conversation_id=f"c{n}")
        said = a_message(f"r{n}", "Demain.", conversation=f"c{n}", author=Author.ASSISTANT)
        store.add_reply(turn, message=said, locale="fr", reply=always({}))
    store.close()
    team = Team(f"sqlite:///{tmp_path / 'assistant.db'}")
    yield team
    for process in team.processes:
        process.store.close()


def test_on_monday_each_gets_it_in_their_language(team: Team) -> None:
    letters = {letter.to: letter for letter in team.sent_at(MONDAY)}
    assert set(letters) == {ANA.email, LEA.email}
    english, french = letters[LEA.email], letters[ANA.email]
    assert english.subject == "Help desk, week of 9 March 2026 (conversations: 12)"
    assert french.subject == "Service d’aide, semaine du 9 mars 2026 (conversations : 12)"
    assert "What became of them" in english.html
    assert "What became of them" in english.text
    assert "0 / 12 · 0 % (0–24 %)" in english.text
    assert "0 / 12 · 0\N{NO-BREAK SPACE}% (0–24\N{NO-BREAK SPACE}%)" in french.text
    link = "https://help.company.example/console/insights/weekly?week=2026-03-09"
    assert link in english.text
    assert link in french.html


def test_nobody_gets_it_twice_whoever_restarts(team: Team) -> None:
    assert len(team.sent_at(MONDAY)) == 2
    assert team.sent_at(MONDAY + timedelta(minutes=5)) == []
    team.restart()
    assert team.sent_at(MONDAY + timedelta(hours=1)) == []
    assert len(team.sent_at(MONDAY + timedelta(days=7))) == 2


def test_a_server_that_was_down_on_monday_sends_it_later(team: Team) -> None:
    assert len(team.sent_at(MONDAY + timedelta(days=2))) == 2


def test_before_seven_in_the_teams_morning_nobody_is_written_to(team: Team) -> None:
    assert team.sent_at(MONDAY - timedelta(hours=1)) == []


def test_who_wants_it_no_more_gets_no_other(team: Team) -> None:
    assert len(team.sent_at(MONDAY)) == 2
    team.store.set_choice(Choice("ana", frozenset(), "fr"))
    assert [each.to for each in team.sent_at(MONDAY + timedelta(days=7))] == [LEA.email]


def test_who_chooses_it_during_the_week_gets_the_last_one_at_once(team: Team) -> None:
    assert {each.subject.partition("(")[2] for each in team.sent_at(SUNDAY)} == {
        "conversations: 0)",
        "conversations : 0)",
    }
    assert team.sent_at(SUNDAY + timedelta(hours=1)) == []
    assert len(team.sent_at(MONDAY)) == 2


def test_without_a_mail_server_nothing_is_planned(team: Team) -> None:
    team.clock.at = MONDAY
    silent = WeeklyMails(
        team.store, writes=False, base="", zone=lambda: "Europe/Paris", now=team.clock
    )
    assert silent.round() == 0
    assert team.store.take_due(MONDAY, until=MONDAY) == []
