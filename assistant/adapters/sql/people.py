"""Accounts and sessions of the console, and the audit log. Session tokens are stored hashed, as
they arrive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import audit, people, sessions
from assistant.errors import NotAllowed, Refused, UnknownThing
from assistant.ports import Deed, Person, Session


class PeopleTables(StorePart):
    """Who may sign in. An e-mail address counts without regard to capitals."""

    def add_person(self, person: Person, *, deed: Deed | None = None) -> None:
        row = asdict(person) | {"email": _plain(person.email)}
        insert = self._db.insert(people).values(row).on_conflict_do_nothing()
        with self._db.write() as connection:
            if connection.execute(insert.returning(people.c.id)).first() is None:
                raise Refused(f"{person.email!r} has an account already; use another address.")
            if deed is not None:
                add_deed(connection, deed)

    def save_person(self, person: Person, *, deed: Deed) -> None:
        # The password may have been changed since `person` was read: an old one must not come back.
        new = {"name": person.name, "role": person.role, "disabled_at": person.disabled_at}
        change = update(people).where(people.c.id == person.id).values(new)
        with self._db.write() as connection:
            if not connection.execute(change).rowcount:
                raise UnknownThing("person", person.id)
            if person.disabled_at is not None:
                connection.execute(delete(sessions).where(sessions.c.person_id == person.id))
            add_deed(connection, deed)

    def set_password(
        self,
        person: Person,
        *,
        instead_of: str | None = None,
        keeping: str | None = None,
        deed: Deed,
    ) -> None:
        this = [people.c.id == person.id]
        if instead_of is not None:
            this.append(people.c.password_hash == instead_of)
        new = {name: getattr(person, name) for name in ("password_hash", "password_passed_on")}
        ended = delete(sessions).where(sessions.c.person_id == person.id)
        if keeping is not None:
            ended = ended.where(sessions.c.token_hash != keeping)
        with self._db.write() as connection:
            if not connection.execute(update(people).where(*this).values(new)).rowcount:
                if instead_of is not None:
                    raise NotAllowed("The password was changed meanwhile; use the new one.")
                raise UnknownThing("person", person.id)
            connection.execute(ended)
            add_deed(connection, deed)

    def set_role(self, person_id: str, role: str, *, deed: Deed) -> None:
        change = update(people).where(people.c.id == person_id).values(role=role)
        with self._db.write() as connection:
            if not connection.execute(change).rowcount:
                raise UnknownThing("person", person_id)
            add_deed(connection, deed)

    def person(self, person_id: str) -> Person:
        with self._db.read() as connection:
            row = connection.execute(select(people).where(people.c.id == person_id)).one_or_none()
        if (found := person_from(row)) is None:
            raise UnknownThing("person", person_id)
        return found

    def person_by_email(self, email: str) -> Person | None:
        with self._db.read() as connection:
            query = select(people).where(people.c.email == _plain(email))
            return person_from(connection.execute(query).one_or_none())

    def people(self) -> list[Person]:
        with self._db.read() as connection:
            rows = connection.execute(select(people).order_by(people.c.email)).all()
        return [person for person in map(person_from, rows) if person is not None]

    def count_people(self) -> int:
        with self._db.read() as connection:
            return connection.execute(select(func.count()).select_from(people)).scalar_one()

    def add_session(self, token_hash: str, session: Session) -> None:
        row = asdict(session) | {"token_hash": token_hash}
        with self._db.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= self._now()))
            connection.execute(sessions.insert().values(row))

    def session_person(self, token_hash: str, now: datetime) -> Person | None:
        query = select(people).join(sessions).where(sessions.c.token_hash == token_hash)
        open_to = query.where(sessions.c.expires_at > now, people.c.disabled_at.is_(None))
        with self._db.read() as connection:
            return person_from(connection.execute(open_to).one_or_none())

    def sessions(self, person_id: str, now: datetime) -> list[Session]:
        mine = select(sessions).where(sessions.c.person_id == person_id)
        query = mine.where(sessions.c.expires_at > now).order_by(sessions.c.created_at.desc())
        with self._db.read() as connection:
            return [_session(row) for row in connection.execute(query)]

    def session_id(self, token_hash: str) -> str | None:
        query = select(sessions.c.id).where(sessions.c.token_hash == token_hash)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def end_session(self, token_hash: str) -> None:
        with self._db.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def revoke_session(self, session_id: str, *, person_id: str, deed: Deed) -> None:
        this = (sessions.c.id == session_id, sessions.c.person_id == person_id)
        with self._db.write() as connection:
            if not connection.execute(delete(sessions).where(*this)).rowcount:
                raise UnknownThing("session", session_id)
            add_deed(connection, deed)

    def record(self, deed: Deed) -> None:
        with self._db.write() as connection:
            add_deed(connection, deed)

    def deeds(self, *, before: int | None = None, limit: int = 100) -> list[tuple[int, Deed]]:
        query = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.id < before)
        with self._db.read() as connection:
            return [(row.id, _deed(row)) for row in connection.execute(query)]


def add_deed(connection: Connection, deed: Deed) -> None:
    """Put what a person did into the audit log, in the transaction in which it is done."""
    connection.execute(audit.insert().values(asdict(deed)))


def _plain(email: str) -> str:
    return email.strip().lower()


def person_from(row: Row[*tuple[Any, ...]] | None) -> Person | None:
    """Who stands in the row, if there is one."""
    if row is None:
        return None
    return Person(
        id=row.id,
        email=row.email,
        role=row.role,
        password_hash=row.password_hash,
        name=row.name,
        disabled_at=row.disabled_at,
        password_passed_on=row.password_passed_on,
    )


def _session(row: Row[*tuple[Any, ...]]) -> Session:
    return Session(
        id=row.id,
        person_id=row.person_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        browser=row.browser,
    )


def _deed(row: Row[*tuple[Any, ...]]) -> Deed:
    return Deed(
        at=row.at,
        person_id=row.person_id,
        action=row.action,
        thing=row.thing,
        detail=row.detail,
    )
