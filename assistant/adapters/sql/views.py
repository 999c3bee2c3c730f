"""Lists of the inbox that people come back to."""

from __future__ import annotations

from dataclasses import asdict

from sqlalchemy import delete, func, or_, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema_agents import saved_views
from assistant.errors import UnknownThing
from assistant.ports import Deed
from assistant.ports.views import SavedView

_C = saved_views.c


class ViewTables(StorePart):
    """Few rows a person."""

    def views(self, person_id: str) -> list[SavedView]:
        query = select(saved_views).where(or_(_C.person_id == person_id, _C.shared))
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(func.lower(_C.name), _C.id))
            return [SavedView(**row._mapping) for row in rows]

    def save_view(self, view: SavedView, *, deed: Deed) -> None:
        with self._db.write() as connection:
            connection.execute(saved_views.insert().values(asdict(view)))
            add_deed(connection, deed)

    def drop_view(self, view_id: str, *, deed: Deed) -> None:
        with self._db.write() as connection:
            gone = connection.execute(delete(saved_views).where(_C.id == view_id))
            if not gone.rowcount:
                raise UnknownThing("saved view", view_id)
            add_deed(connection, deed)
