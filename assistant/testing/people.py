"""What every PeopleStore must do."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.errors import BoundElsewhere, NotAllowed, Refused, UnknownThing
from assistant.ports import Deed, PeopleStore, Person, Session
from assistant.testing.samples import NOON, token_of

ADA = Person(id="p1", email="ada@example.com", role="lead", password_hash="$argon2id$…")


PROMOTED = Deed(NOON, "p1", "person_changed", "p1", {"role": ["agent", "lead"]})


CHANGED = Deed(NOON, "p1", "password_changed", "p1", {})


def a_session(id: str, *, person: str = "p1", minutes: int = 60) -> Session:
    """One that ends so many minutes after noon."""
    return Session(id, person, NOON, NOON + timedelta(minutes=minutes), "Firefox on Linux")


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
        store.add_session(token_of("short"), a_session("short", minutes=1))
        store.add_session(token_of("long"), a_session("long", minutes=60))
        assert store.session_person(token_of("long"), NOON) == ADA
        assert store.session_person(token_of("short"), NOON + timedelta(minutes=1)) is None
        assert store.session_person(token_of("unknown"), NOON) is None
        store.end_session(token_of("long"))
        store.end_session(token_of("unknown"))
        assert store.session_person(token_of("long"), NOON) is None
        assert store.session_person(token_of("short"), NOON) == ADA

    def test_a_persons_sessions_are_listed_and_revoked_by_name(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        store.add_person(replace(ADA, id="p2", email="bob@example.com"))
        for id in ("one", "two"):
            store.add_session(token_of(id), a_session(id))
        store.add_session(token_of("his"), a_session("his", person="p2"))
        assert {session.id for session in store.sessions("p1", NOON)} == {"one", "two"}
        assert store.sessions("p1", NOON + timedelta(hours=1)) == []
        assert store.session_id(token_of("one")) == "one"
        deed = Deed(NOON, "p1", "session_ended", "one", {})
        with pytest.raises(UnknownThing):
            store.revoke_session("his", person_id="p1", deed=deed)
        store.revoke_session("one", person_id="p1", deed=deed)
        assert store.session_person(token_of("one"), NOON) is None
        assert store.session_person(token_of("two"), NOON) == ADA
        assert [deed.action for _, deed in store.deeds()] == ["session_ended"]

    def test_who_is_disabled_is_signed_out_at_once(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        store.add_session(token_of("one"), a_session("one"))
        gone = replace(ADA, disabled_at=NOON)
        store.save_person(gone, deed=PROMOTED)
        assert store.session_person(token_of("one"), NOON) is None
        store.add_session(token_of("late"), a_session("late"))
        assert store.session_person(token_of("late"), NOON) is None
        assert store.person("p1") == gone
        assert store.people() == [gone]
        with pytest.raises(UnknownThing):
            store.save_person(replace(ADA, id="p9"), deed=PROMOTED)
        with pytest.raises(UnknownThing):
            store.person("p9")

    def test_a_new_password_ends_all_sessions_but_the_one_that_is_kept(
        self, store: PeopleStore
    ) -> None:
        store.add_person(ADA)
        store.add_person(replace(ADA, id="p2", email="bob@example.com"))
        for id, person in (("here", "p1"), ("there", "p1"), ("his", "p2")):
            store.add_session(token_of(id), a_session(id, person=person))
        chosen = replace(ADA, password_hash="$argon2id$new")
        store.set_password(
            chosen, instead_of=ADA.password_hash, keeping=token_of("here"), deed=CHANGED
        )
        assert store.person("p1") == chosen
        assert [session.id for session in store.sessions("p1", NOON)] == ["here"]
        passed_on = replace(ADA, password_hash="$argon2id$reset", password_passed_on=True)
        store.set_password(passed_on, deed=CHANGED)
        assert store.person("p1") == passed_on
        assert store.sessions("p1", NOON) == []
        assert len(store.sessions("p2", NOON)) == 1
        assert [deed for _, deed in store.deeds()] == [CHANGED, CHANGED]

    def test_a_password_that_was_changed_meanwhile_is_not_changed_by_the_old_one(
        self, store: PeopleStore
    ) -> None:
        store.add_person(ADA)
        store.add_session(token_of("there"), a_session("there"))
        late = replace(ADA, password_hash="$argon2id$late")
        with pytest.raises(NotAllowed):
            store.set_password(late, instead_of="$argon2id$older", deed=CHANGED)
        with pytest.raises(UnknownThing):
            store.set_password(replace(ADA, id="p9"), deed=CHANGED)
        assert store.person("p1") == ADA
        assert len(store.sessions("p1", NOON)) == 1
        assert store.deeds() == []

    def test_a_new_name_brings_no_old_password_back(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        store.set_password(replace(ADA, password_hash="$argon2id$new"), deed=CHANGED)
        store.save_person(replace(ADA, name="Ada", role="agent"), deed=PROMOTED)
        now = replace(ADA, name="Ada", role="agent", password_hash="$argon2id$new")
        assert store.person("p1") == now

    def test_a_new_role_leaves_all_else_as_it_is_by_now(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        closed = replace(ADA, name="Ada", disabled_at=NOON)
        store.save_person(closed, deed=PROMOTED)
        store.set_role("p1", "agent", deed=PROMOTED)
        assert store.person("p1") == replace(closed, role="agent")
        assert len(store.deeds()) == 2
        with pytest.raises(UnknownThing):
            store.set_role("p9", "agent", deed=PROMOTED)

    def test_an_issuer_has_one_name_for_a_person(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        bound = Deed(NOON, "identity provider", "person_bound", "p1", {})
        store.bind_subject("p1", issuer="https://login.example", subject="42", deed=bound)
        with pytest.raises(BoundElsewhere):
            store.bind_subject("p1", issuer="https://login.example", subject="43", deed=bound)
        assert store.person_by_subject("https://login.example", "43") is None
        store.bind_subject("p1", issuer="https://other.example", subject="43", deed=bound)
        assert store.person_by_subject("https://other.example", "43") == ADA

    def test_who_is_unbound_may_be_bound_anew_and_is_signed_out(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        issuer, deed = "https://login.example", Deed(NOON, "p9", "person_unbound", "p1", {})
        with pytest.raises(UnknownThing):
            store.unbind_subjects("p1", deed=deed)
        store.bind_subject("p1", issuer=issuer, subject="42", deed=deed)
        assert store.bound_elsewhere() == {"p1"}
        store.add_session(token_of("laptop"), a_session("s1"))
        store.unbind_subjects("p1", deed=deed)
        assert store.bound_elsewhere() == set()
        assert store.sessions("p1", NOON) == []
        store.bind_subject("p1", issuer=issuer, subject="43", deed=deed)
        assert store.person_by_subject(issuer, "43") == ADA
        assert store.person_by_subject(issuer, "42") is None

    def test_deeds_are_read_newest_first_page_by_page(self, store: PeopleStore) -> None:
        store.add_person(ADA, deed=PROMOTED)
        for number in range(5):
            store.record(replace(PROMOTED, thing=f"p{number}"))
        first = store.deeds(limit=4)
        assert [deed.thing for _, deed in first] == ["p4", "p3", "p2", "p1"]
        rest = store.deeds(before=first[-1][0])
        assert [deed for _, deed in rest] == [replace(PROMOTED, thing="p0"), PROMOTED]

    def test_the_first_account_is_made_once(self, store: PeopleStore) -> None:
        store.set_first_code(token_of("old"), NOON + timedelta(hours=1))
        store.set_first_code(token_of("new"), NOON + timedelta(hours=1))
        added = Deed(NOON, "operator", "person_added", "p1", {})
        for code, at in (("old", NOON), ("new", NOON + timedelta(hours=1))):
            with pytest.raises(NotAllowed):
                store.add_first(ADA, code_hash=token_of(code), at=at, deed=added)
        store.add_first(ADA, code_hash=token_of("new"), at=NOON, deed=added)
        assert store.people() == [ADA]
        other = replace(ADA, id="p2", email="bob@example.com")
        with pytest.raises(NotAllowed):
            store.add_first(other, code_hash=token_of("new"), at=NOON, deed=added)
        store.set_first_code(token_of("late"), NOON + timedelta(hours=1))
        with pytest.raises(NotAllowed):
            store.add_first(other, code_hash=token_of("late"), at=NOON, deed=added)
        assert store.count_people() == 1

    def test_of_two_who_come_at_once_one_is_the_first(self, store: PeopleStore) -> None:
        store.set_first_code(token_of("code"), NOON + timedelta(hours=1))
        made: list[str] = []
        begin = threading.Barrier(2)

        def comes(id: str) -> None:
            person = replace(ADA, id=id, email=f"{id}@example.com")
            begin.wait()
            with suppress(NotAllowed):
                deed = Deed(NOON, "operator", "person_added", id, {})
                store.add_first(person, code_hash=token_of("code"), at=NOON, deed=deed)
                made.append(id)

        threads = [threading.Thread(target=comes, args=(id,)) for id in ("p1", "p2")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(made) == store.count_people() == 1

    def test_a_subject_elsewhere_is_one_person_for_good(self, store: PeopleStore) -> None:
        store.add_person(ADA)
        store.add_person(replace(ADA, id="p2", email="bob@example.com"))
        assert store.person_by_subject("https://login.example", "42") is None
        bound = Deed(NOON, "identity provider", "person_bound", "p1", {})
        for person_id in ("p1", "p1", "p2"):
            store.bind_subject(person_id, issuer="https://login.example", subject="42", deed=bound)
        assert store.person_by_subject("https://login.example", "42") == ADA
        assert store.person_by_subject("https://other.example", "42") is None
        assert len([deed for _, deed in store.deeds() if deed.action == "person_bound"]) == 1
