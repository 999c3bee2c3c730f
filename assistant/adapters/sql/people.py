"""Accounts and sessions of the console. Session tokens are stored hashed, as they arrive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import people, sessions
from assistant.errors import Refused
from assistant.ports import Person


class PeopleTables(StorePart):
    """Who may sign in. An e-mail address counts without regard to capitals."""

    def add_person(self, person: Person) -> None:
        row = asdict(person) | {"email": _plain(person.email)}
        insert = self._db.insert(people).values(row).on_conflict_do_nothing()
        with self._db.write() as connection:
            if connection.execute(insert.returning(people.c.id)).first() is None:
                raise Refused(f"{person.email!r} has an account already; use another address.")

    def person_by_email(self, email: str) -> Person | None:
        with self._db.read() as connection:
            query = select(people).where(people.c.email == _plain(email))
            return _person(connection.execute(query).one_or_none())

    def count_people(self) -> int:
        with self._db.read() as connection:
            return connection.execute(select(func.count()).select_from(people)).scalar_one()

    def add_session(self, token_hash: str, person_id: str, expires_at: datetime) -> None:
        row = {"token_hash": token_hash, "person_id": person_id, "expires_at": expires_at}
        with self._db.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= self._now()))
            connection.execute(sessions.insert().values(row))

    def session_person(self, token_hash: str, now: datetime) -> Person | None:
        query = select(people).join(sessions).where(sessions.c.token_hash == token_hash)
        with self._db.read() as connection:
            found = connection.execute(query.where(sessions.c.expires_at > now))
            return _person(found.one_or_none())

    def end_session(self, token_hash: str) -> None:
        with self._db.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def _plain(email: str) -> str:
    return email.strip().lower()


def _person(row: Row[*tuple[Any, ...]] | None) -> Person | None:
    if row is None:
        return None
    return Person(id=row.id, email=row.email, role=row.role, password_hash=row.password_hash)
