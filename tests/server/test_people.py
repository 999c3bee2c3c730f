"""Accounts, passwords and sessions."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from argon2 import PasswordHasher

from assistant.adapters.sql.store import SqlStore
from assistant.errors import NotAllowed, Refused
from assistant.support import people as module
from assistant.support.people import SESSION, People

PASSWORD = "correct horse battery"


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(tmp_path: Path, empty_database: Path, clock: Clock) -> People:
    copyfile(empty_database, tmp_path / "assistant.db")
    return People(SqlStore(f"sqlite:///{tmp_path / 'assistant.db'}", now=clock), now=clock)


def test_a_session_lasts_until_it_is_over(people: People, clock: Clock) -> None:
    people.add("Kim@Company.example ", role="agent", password=PASSWORD)
    signed_in = people.sign_in(" KIM@company.EXAMPLE", PASSWORD)
    assert signed_in.person.email == "kim@company.example"
    assert people.person(signed_in.token) == signed_in.person
    clock.time += SESSION - timedelta(seconds=1)
    assert people.person(signed_in.token)
    clock.time += timedelta(seconds=2)
    assert people.person(signed_in.token) is None


def test_a_session_ends_when_asked(people: People) -> None:
    people.add("kim@company.example", role="agent", password=PASSWORD)
    first, second = (people.sign_in("kim@company.example", PASSWORD) for _ in range(2))
    people.sign_out(first.token)
    people.sign_out(None)
    people.sign_out("never was one")
    assert people.person(first.token) is None
    assert people.person(second.token)
    assert people.person(None) is people.person("") is people.person("guess \ud83d") is None


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + " ", "x" * 100_000, "\0", "\ud83d"])
def test_another_password_does_not_open(people: People, password: str) -> None:
    people.add("kim@company.example", role="agent", password=PASSWORD)
    with pytest.raises(NotAllowed):
        people.sign_in("kim@company.example", password)


def test_an_unknown_address_takes_as_long_as_a_known_one(people: People) -> None:
    people.add("kim@company.example", role="agent", password=PASSWORD)

    def seconds(email: str) -> float:
        took = []
        for _ in range(3):
            began = time.process_time()
            with pytest.raises(NotAllowed):
                people.sign_in(email, "wrong")
            took.append(time.process_time() - began)
        return min(took)

    known, unknown = seconds("kim@company.example"), seconds("nobody@company.example")
    assert 0.6 < known / unknown < 1.7


def test_nobodys_hash_keeps_up_with_the_hasher() -> None:
    assert not PasswordHasher().check_needs_rehash(module._NOBODY)


@pytest.mark.parametrize(
    "email", ["", "kim", "kim@", "@x.example", "a b@x.example", "k@x", "k@x.example\n@y"]
)
def test_an_address_that_is_none_is_refused(people: People, email: str) -> None:
    with pytest.raises(Refused):
        people.add(email, role="agent", password=PASSWORD)


@pytest.mark.parametrize(
    ("role", "password"), [("boss", PASSWORD), ("agent", "short"), ("agent", "x" * 1001)]
)
def test_a_role_or_password_that_will_not_do_is_refused(
    people: People, role: str, password: str
) -> None:
    with pytest.raises(Refused):
        people.add("kim@company.example", role=role, password=password)
    assert not people.anyone()


def test_an_address_is_taken_once(people: People) -> None:
    people.add("kim@company.example", role="agent", password=PASSWORD)
    with pytest.raises(Refused):
        people.add("KIM@company.example", role="lead", password=PASSWORD)
    assert people.anyone()


def test_neither_password_nor_token_is_stored_in_the_clear(people: People, tmp_path: Path) -> None:
    people.add("kim@company.example", role="agent", password=PASSWORD)
    token = people.sign_in("kim@company.example", PASSWORD).token
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"kim@company.example" in stored
    assert PASSWORD.encode() not in stored
    assert token.encode() not in stored
