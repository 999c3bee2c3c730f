"""Ways in beside a password: the first account, and accounts of an identity provider."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, func, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed, person_from
from assistant.adapters.sql.schema import people, sessions
from assistant.adapters.sql.schema_sign_in import first_codes, subjects
from assistant.errors import BoundElsewhere, NotAllowed, UnknownThing
from assistant.ports import Deed, Person


class WaysIn(StorePart):
    """What `People` has besides passwords."""

    def set_first_code(self, code_hash: str, expires_at: datetime) -> None:
        with self._db.write() as connection:
            connection.execute(delete(first_codes))
            row = {"code_hash": code_hash, "expires_at": expires_at}
            connection.execute(first_codes.insert().values(row))

    def add_first(self, person: Person, *, code_hash: str, at: datetime, deed: Deed) -> None:
        count = select(func.count()).select_from(people)
        this = (first_codes.c.code_hash == code_hash, first_codes.c.expires_at > at)
        with self._db.write() as connection:
            # Whoever deletes it has it: of two who come at once the second finds none.
            used = connection.execute(delete(first_codes).where(*this)).rowcount
            if not used or connection.execute(count).scalar_one():
                raise NotAllowed("This link was used, is too old, or there is an account already.")
            connection.execute(people.insert().values(asdict(person)))
            add_deed(connection, deed)

    def person_by_subject(self, issuer: str, subject: str) -> Person | None:
        this = (subjects.c.issuer == issuer, subjects.c.subject == subject)
        query = select(people).join(subjects).where(*this)
        with self._db.read() as connection:
            return person_from(connection.execute(query).one_or_none())

    def bind_subject(self, person_id: str, *, issuer: str, subject: str, deed: Deed) -> None:
        row = {"issuer": issuer, "subject": subject, "person_id": person_id}
        insert = self._db.insert(subjects).values(row).on_conflict_do_nothing()
        this = (subjects.c.person_id == person_id, subjects.c.issuer == issuer)
        other = select(subjects.c.subject).where(*this, subjects.c.subject != subject)
        with self._db.write() as connection:
            # Of two names that come at once for one person the second waits, and finds the first.
            connection.execute(
                select(people.c.id).where(people.c.id == person_id).with_for_update()
            )
            if connection.execute(other).first() is not None:
                raise BoundElsewhere
            if connection.execute(insert.returning(subjects.c.person_id)).first() is not None:
                add_deed(connection, deed)

    def bound_elsewhere(self) -> set[str]:
        with self._db.read() as connection:
            return set(connection.execute(select(subjects.c.person_id)).scalars())

    def unbind_subjects(self, person_id: str, *, deed: Deed) -> None:
        with self._db.write() as connection:
            unbound = delete(subjects).where(subjects.c.person_id == person_id)
            if not connection.execute(unbound).rowcount:
                raise UnknownThing("company account of person", person_id)
            connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
            add_deed(connection, deed)
