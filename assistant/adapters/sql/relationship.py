"""Who was asked whether they would recommend us, and what they said: counted by customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Row,
    Select,
    exists,
    func,
    not_,
    select,
    update,
)

from assistant.adapters.sql.deliveries import store_deliveries
from assistant.adapters.sql.log_steps import locked
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import conversations, messages, surveys, visitors
from assistant.adapters.sql.schema_deliveries import deliveries
from assistant.adapters.sql.schema_relationship import relationship_askings
from assistant.domain.conversation import Author
from assistant.domain.delivery import Delivery
from assistant.domain.ownership import WITH_PEOPLE
from assistant.domain.relationship import MAIL_KIND, Asking, History, Way
from assistant.errors import UnknownThing
from assistant.ports.figures import SIMULATED, Cohort
from assistant.ports.relationship import ANYTHING, Recommendation, Seen

_A, _C, _S = relationship_askings.c, conversations.c, surveys.c
_LATER = relationship_askings.alias("later_asking")
_ASKED_AGAIN = (
    exists()
    .where(
        _LATER.c.conversation_id == _A.conversation_id,
        _LATER.c.asked_at > _A.asked_at,
        _LATER.c.asked_at <= _S.created_at,
    )
    .correlate(relationship_askings, surveys)
)
_ANSWERED = exists().where(
    _S.conversation_id == _A.conversation_id,
    _S.nps.is_not(None),
    _S.created_at >= _A.asked_at,
    not_(_ASKED_AGAIN),
)
# What was delivered is dropped after a while; what was not stays.
_UNDELIVERED = exists().where(
    _A.way == Way.MAIL.value,
    deliveries.c.conversation_id == _A.conversation_id,
    deliveries.c.kind == MAIL_KIND,
    deliveries.c.sent_at.is_(None),
)


class RelationshipTables(StorePart):
    """Askings stand here; answers are surveys with an `nps`."""

    def relationship(self, visitor_id: str) -> History:
        known = select(func.min(_C.created_at)).where(_C.visitor_id == visitor_id)
        asked = select(relationship_askings, _ANSWERED.label("answered")).join(conversations)
        asked = asked.where(_C.visitor_id == visitor_id).order_by(_A.asked_at, _A.way)
        with self._db.read() as connection:
            since = connection.execute(known).scalar_one()
            rows = connection.execute(asked).all()
        if since is None:
            raise UnknownThing("visitor", visitor_id)
        return History(since, [_asking(row) for row in rows])

    def ask_relationship(self, asking: Asking, *, mail: Delivery | None = None) -> None:
        with self._db.write() as connection:
            locked(connection, asking.conversation_id)
            self._add(connection, asking)
            store_deliveries(connection, self._db, [mail] if mail else [])

    def relationship_shown(self, conversation_id: str, *, at: datetime) -> None:
        with self._db.write() as connection:
            locked(connection, conversation_id)
            _mark(connection, conversation_id, "shown_at", at)

    def decline_relationship(self, conversation_id: str, *, at: datetime) -> None:
        here = select(_A.way).where(_A.conversation_id == conversation_id).limit(1)
        with self._db.write() as connection:
            locked(connection, conversation_id)
            if connection.execute(here).first() is None:
                self._add(connection, Asking(conversation_id, Way.WIDGET, at))
            _mark(connection, conversation_id, "declined_at", at)

    def _add(self, connection: Connection, asking: Asking) -> None:
        row = {
            "conversation_id": asking.conversation_id,
            "way": asking.way.value,
            "asked_at": asking.asked_at,
        }
        insert = self._db.insert(relationship_askings).values(row).on_conflict_do_nothing()
        connection.execute(insert)

    def last_seen(self, since: datetime, until: datetime, *, limit: int = 10_000) -> Sequence[Seen]:
        later, open = conversations.alias("later"), conversations.alias("open")
        is_last = not_(
            exists().where(
                later.c.visitor_id == _C.visitor_id,
                later.c.created_at > _C.created_at,
                _asks_in(later),
            )
        )
        with_people = exists().where(
            open.c.visitor_id == _C.visitor_id, open.c.status.in_(WITH_PEOPLE)
        )
        query = select(_C.visitor_id, _C.id, _C.created_at).join(visitors)
        query = query.where(visitors.c.subject.is_not(None), _asks_in(conversations))
        query = query.where(_C.created_at >= since, _C.created_at < until)
        query = query.where(is_last, not_(with_people))
        query = query.order_by(_C.created_at, _C.id).limit(limit)
        with self._db.read() as connection:
            return [Seen(*row) for row in connection.execute(query)]

    def relationship_asked(self, cohort: Cohort) -> Mapping[Way, tuple[int, int]]:
        counts = (func.count(), func.count().filter(_ANSWERED))
        query = select(_A.way, *counts).join(conversations).group_by(_A.way)
        query = query.where(*_asked(cohort))
        with self._db.read() as connection:
            return {Way(way): (asked, said) for way, asked, said in connection.execute(query)}

    def asked_in(self, cohort: Cohort, way: Way, *, answered: bool) -> Sequence[str]:
        query = select(_A.conversation_id).join(conversations)
        query = query.where(*_asked(cohort), _A.way == way.value)
        query = query.where(_ANSWERED) if answered else query
        query = query.order_by(_A.asked_at.desc(), _A.conversation_id)
        with self._db.read() as connection:
            return connection.execute(query).scalars().all()

    def recommendations(self, cohort: Cohort) -> Mapping[int, int]:
        last = _S.id.in_(_last_of_each(cohort))
        query = select(_S.nps, func.count()).where(last).group_by(_S.nps)
        with self._db.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def recommended(
        self, cohort: Cohort, *, limit: int, skip: int = 0, among: Sequence[int] = ANYTHING
    ) -> Sequence[Recommendation]:
        said = (_S.conversation_id, _S.created_at.label("at"), _S.nps, _S.comment)
        query = select(*said).where(_S.id.in_(_last_of_each(cohort)), _S.nps.in_(among))
        query = query.order_by(_S.id.desc()).limit(limit).offset(skip)
        with self._db.read() as connection:
            return [Recommendation(**row._mapping) for row in connection.execute(query)]


def _asking(row: Row[*tuple[Any, ...]]) -> Asking:
    return Asking(**dict(row._mapping) | {"way": Way(row.way)})


def _mark(connection: Connection, conversation_id: str, moment: str, at: datetime) -> None:
    """In what was asked here; the first time counts."""
    asked = update(relationship_askings).where(_A.conversation_id == conversation_id)
    connection.execute(asked.where(_A[moment].is_(None)).values({moment: at}))


def _asks_in(table: FromClause) -> ColumnElement[bool]:
    """Whether the customer wrote in this conversation: opening the widget begins one, too."""
    said = messages.c
    return exists().where(said.conversation_id == table.c.id, said.author == Author.CUSTOMER.value)


def _last_of_each(cohort: Cohort) -> Select[Any]:
    """The ids of the last answer of each visitor within the period, of those to an asking: an
    `nps` can be told unasked as well."""
    asked = exists().where(_A.conversation_id == _S.conversation_id, _A.asked_at <= _S.created_at)
    query = select(func.max(_S.id)).join(conversations).where(_S.nps.is_not(None), asked)
    return query.where(*_within(_S.created_at, cohort)).group_by(_C.visitor_id)


def _asked(cohort: Cohort) -> tuple[ColumnElement[bool], ...]:
    """In the period, as far as it arrived."""
    return (*_within(_A.asked_at, cohort), not_(_UNDELIVERED))


def _within(moment: ColumnElement[Any], cohort: Cohort) -> tuple[ColumnElement[bool], ...]:
    made_up = _C.visitor_id.startswith(SIMULATED)
    return (
        moment >= cohort.since,
        moment < cohort.until,
        made_up if cohort.simulated else not_(made_up),
    )
