"""Tokens of scripts, hashed as they arrive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed, person_from
from assistant.adapters.sql.schema import people
from assistant.adapters.sql.schema_insights import api_tokens
from assistant.errors import UnknownThing
from assistant.ports import Deed, Person
from assistant.ports.api_tokens import ApiToken, Scope

_T = api_tokens.c
_NOTED = timedelta(hours=1)
"""A script that asks every second must not write every second."""


class ApiTokenTables(StorePart):
    """Which token is whose."""

    def add_api_token(self, token_hash: str, token: ApiToken, *, deed: Deed) -> None:
        row = asdict(token) | {"token_hash": token_hash}
        with self._db.write() as connection:
            connection.execute(api_tokens.insert().values(row))
            add_deed(connection, deed)

    def api_tokens(self, person_id: str) -> list[ApiToken]:
        columns = [column for column in api_tokens.columns if column is not _T.token_hash]
        query = select(*columns).where(_T.person_id == person_id)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(_T.created_at.desc(), _T.id))
            return [ApiToken(**{**row._mapping, "scope": Scope(row.scope)}) for row in rows]

    def api_token_person(
        self, token_hash: str, now: datetime, *, scope: Scope = Scope.READ
    ) -> Person | None:
        mine = and_(_T.token_hash == token_hash, _T.scope == scope.value)
        query = select(people).join(api_tokens, _T.person_id == people.c.id)
        query = query.where(mine, people.c.disabled_at.is_(None))
        with self._db.read() as connection:
            found = person_from(connection.execute(query).one_or_none())
            long_ago = or_(_T.used_at.is_(None), _T.used_at < now - _NOTED)
            to_note = found and connection.execute(select(_T.id).where(mine, long_ago)).first()
        if to_note:
            with self._db.write() as connection:
                connection.execute(update(api_tokens).where(mine).values(used_at=now))
        return found

    def revoke_api_token(self, token_id: str, *, person_id: str, deed: Deed) -> None:
        this = (_T.id == token_id, _T.person_id == person_id)
        with self._db.write() as connection:
            if not connection.execute(delete(api_tokens).where(*this)).rowcount:
                raise UnknownThing("token", token_id)
            add_deed(connection, deed)
