"""What the company told of its customers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, not_, select, update

from assistant.adapters.sql.figures_cohort import began
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema import conversations, visitors
from assistant.adapters.sql.schema_insights import customer_attributes
from assistant.ports import Deed
from assistant.ports.customers import Key, Known, Telling, Told
from assistant.ports.figures import SIMULATED, Cohort

_A = customer_attributes.c
_NAMED = {Key.CUSTOMER: visitors.c.subject, Key.VISITOR: visitors.c.id}
_MOST_VALUES = 20
"""Of an attribute that are told one by one."""


class AttributeTables(StorePart):
    """One row for each attribute of a visitor."""

    def visitors_named(self, keys: Iterable[str], *, by: Key) -> Mapping[str, str]:
        named = _NAMED[by]
        found: dict[str, str] = {}
        with self._db.read() as connection:
            for batch in batches(keys):
                rows = connection.execute(select(named, visitors.c.id).where(named.in_(batch)))
                found.update((key, id) for key, id in rows)
        return found

    def attributes_of(self, visitor_ids: Iterable[str]) -> Mapping[str, Mapping[str, Told]]:
        found: dict[str, dict[str, Told]] = {}
        query = select(_A.visitor_id, _A.attribute, _A.value, _A.number)
        with self._db.read() as connection:
            for batch in batches(visitor_ids):
                rows = connection.execute(query.where(_A.visitor_id.in_(batch)))
                for id, attribute, value, number in rows:
                    found.setdefault(id, {})[attribute] = Told(value, number)
        return found

    def tell_of_customers(self, tellings: Mapping[str, Telling], *, deed: Deed) -> None:
        with self._db.write() as connection:
            for batch in batches(sorted(tellings)):
                self._tell(connection, {id: tellings[id] for id in batch})
            add_deed(connection, deed)

    def known_attributes(self, *, simulated: bool = False) -> Sequence[Known]:
        query = select(_A.attribute, _A.value, func.count(), func.count(_A.number))
        query = query.where(_of(simulated=simulated)).group_by(_A.attribute, _A.value)
        found: dict[str, list[tuple[str, int, int]]] = {}
        with self._db.read() as connection:
            for attribute, value, customers, numbers in connection.execute(query):
                found.setdefault(attribute, []).append((value, customers, numbers))
        return [_known(attribute, found[attribute]) for attribute in sorted(found)]

    def numbers_of(self, attribute: str, *, simulated: bool = False) -> Mapping[float, int]:
        query = select(_A.number, func.count()).where(_A.attribute == attribute)
        query = query.where(_A.number.is_not(None), _of(simulated=simulated))
        with self._db.read() as connection:
            rows = connection.execute(query.group_by(_A.number)).all()
        return {row[0]: row[1] for row in rows}

    def attribute_in(self, cohort: Cohort, attribute: str) -> Mapping[str, Told]:
        mine = _A.visitor_id == conversations.c.visitor_id
        query = select(conversations.c.id, _A.value, _A.number).join(customer_attributes, mine)
        query = query.where(*began(cohort), _A.attribute == attribute)
        with self._db.read() as connection:
            return {id: Told(value, number) for id, value, number in connection.execute(query)}

    def _tell(self, connection: Connection, tellings: Mapping[str, Telling]) -> None:
        locked = select(visitors.c.id).where(visitors.c.id.in_(list(tellings)))
        there = connection.execute(locked.order_by(visitors.c.id).with_for_update()).scalars().all()
        names = {attribute for telling in tellings.values() for attribute in telling}
        for attribute in sorted(names):
            told = {id: tellings[id][attribute] for id in there if attribute in tellings[id]}
            mine = _A.visitor_id.in_(list(told)), _A.attribute == attribute
            connection.execute(delete(customer_attributes).where(*mine))
            if rows := [_row(id, attribute, value) for id, value in told.items() if value]:
                at = {"told_at": self._now()}
                connection.execute(customer_attributes.insert(), [row | at for row in rows])


def bring_along(connection: Connection, visitor_id: str, *, to: str) -> None:
    """What was told of one visitor holds of another, unless that is told of them already."""
    theirs = select(_A.attribute).where(_A.visitor_id == to)
    mine = _A.visitor_id == visitor_id
    moved = update(customer_attributes).where(mine, _A.attribute.not_in(theirs))
    connection.execute(moved.values(visitor_id=to))
    connection.execute(delete(customer_attributes).where(mine))


def _of(*, simulated: bool) -> ColumnElement[bool]:
    made_up = _A.visitor_id.startswith(SIMULATED)
    return made_up if simulated else not_(made_up)


def _known(attribute: str, values: Sequence[tuple[str, int, int]]) -> Known:
    customers = sum(n for _, n, _ in values)
    most = sorted(values, key=lambda each: (-each[1], each[0]))[:_MOST_VALUES]
    return Known(
        attribute,
        customers,
        numeric=customers == sum(numbers for _, _, numbers in values),
        values=[(value, n) for value, n, _ in most],
    )


def _row(visitor_id: str, attribute: str, told: Told) -> dict[str, Any]:
    row = {"visitor_id": visitor_id, "attribute": attribute}
    return {**row, "value": told.value, "number": told.number}
