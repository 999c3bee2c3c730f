"""What every PeopleStore must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.errors import Refused
from assistant.ports import PeopleStore, Person
from assistant.testing.samples import NOON, token_of

ADA = Person(id="p1", email="ada@example.com", role="lead", password_hash="$argon2id$…")


class PeopleStoreContract:
    """Needs the fixture `store`: an empty one, its tables made, its clock before 2026-03-14."""

    def test_a_person_is_found_by_e_mail_whatever_the_capitals(self, store: PeopleStore) -> None:
        assert store.count_people() == 0
        store.add_person(ADA)
        assert store.person_by_email("ada@example.com") == ADA
        assert store.person_by_email(" Ada@Example.com ") == ADA
        assert store.person_by_email("bob@example.com") is None
        assert store.count_people() == 1

    def test_an_address_has_one_account(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        with pytest.raises(Refused, match="has an account already"):
            store.add_person(replace(ADA, id="p2", email="ADA@example.com"))
        assert store.count_people() == 1

    def test_a_session_ends_by_time_or_by_hand(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        store.add_session(token_of("short"), "p1", NOON + timedelta(minutes=1))
        store.add_session(token_of("long"), "p1", NOON + timedelta(hours=1))
        assert store.session_person(token_of("long"), NOON) == ADA
        assert store.session_person(token_of("short"), NOON + timedelta(minutes=1)) is None
        assert store.session_person(token_of("unknown"), NOON) is None
        store.end_session(token_of("long"))
        store.end_session(token_of("unknown"))
        assert store.session_person(token_of("long"), NOON) is None
        assert store.session_person(token_of("short"), NOON) == ADA
