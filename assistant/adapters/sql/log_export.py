"""Give the log back whole, and erase a visitor from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, delete, select

from assistant.adapters.sql.attachments import erase_files
from assistant.adapters.sql.experiments import exposures
from assistant.adapters.sql.gaps_schema import gap_tellings
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import (
    articles,
    attachments,
    conversations,
    events,
    feedback,
    handoffs,
    judgements,
    messages,
    notes,
    presence,
    replies,
    surveys,
    turns,
    visitor_tokens,
    visitors,
)
from assistant.adapters.sql.schema_attention import attention
from assistant.adapters.sql.schema_deliveries import deliveries
from assistant.adapters.sql.schema_guests import guest_tokens, links
from assistant.adapters.sql.schema_insights import (
    customer_attributes,
    digests,
    follow_ups,
    standings,
)
from assistant.adapters.sql.schema_nudges import nudge_openings
from assistant.adapters.sql.schema_relationship import relationship_askings
from assistant.adapters.sql.schema_reviews import reviews
from assistant.adapters.sql.schema_tickets import tickets
from assistant.errors import Refused, UnknownThing

Record = dict[str, Any]

_AT_ONCE = 200
# Never leave the database, not even hashed.
_SECRET = {"token_hash"}

_FLAT: dict[str, Select[Any]] = {
    "articles": select(articles).order_by(articles.c.id),
    "messages": select(messages).order_by(messages.c.conversation_id, messages.c.sequence),
    "turns": select(turns, replies.c.reply)
    .join(messages, messages.c.id == turns.c.message_id)
    .outerjoin(replies, replies.c.message_id == turns.c.message_id)
    .order_by(turns.c.conversation_id, messages.c.sequence),
    "handoffs": select(handoffs).order_by(
        handoffs.c.conversation_id, handoffs.c.created_at, handoffs.c.id
    ),
    "surveys": select(surveys).order_by(surveys.c.id),
    "feedback": select(feedback, messages.c.conversation_id)
    .join(messages)
    .order_by(feedback.c.created_at, feedback.c.message_id),
    "follow_ups": select(follow_ups).order_by(follow_ups.c.created_at, follow_ups.c.id),
    "reviews": select(reviews).order_by(reviews.c.created_at, reviews.c.message_id),
    "exposures": select(exposures).order_by(
        exposures.c.at, exposures.c.conversation_id, exposures.c.experiment_id
    ),
    "relationship_askings": select(relationship_askings).order_by(
        relationship_askings.c.asked_at,
        relationship_askings.c.conversation_id,
        relationship_askings.c.way,
    ),
    "events": select(events).order_by(events.c.id),
    "customers": select(customer_attributes).order_by(
        customer_attributes.c.visitor_id, customer_attributes.c.attribute
    ),
    # What they are; a backup holds the files themselves.
    "attachments": select(attachments).order_by(attachments.c.conversation_id, attachments.c.id),
}
_NESTED = {
    "messages": messages.c.conversation_id,
    "turns": turns.c.conversation_id,
    "handoffs": handoffs.c.conversation_id,
    "surveys": surveys.c.conversation_id,
    "feedback": messages.c.conversation_id,
    "follow_ups": follow_ups.c.conversation_id,
    "reviews": reviews.c.conversation_id,
    "exposures": exposures.c.conversation_id,
    "relationship_askings": relationship_askings.c.conversation_id,
    "events": events.c.conversation_id,
    "attachments": attachments.c.conversation_id,
}


class LogExport(StorePart):
    """The whole log out of the database, at one moment; or one visitor out of the log."""

    def export(self, kind: str) -> Iterable[Record]:
        if kind == "conversations":
            return self._in_one_moment(_conversations)
        if kind not in _FLAT:
            known = ", ".join(["conversations", *_FLAT])
            raise Refused(f"There is no export of {kind!r}; choose one of {known}.")
        return self._in_one_moment(lambda connection: _records(connection, _FLAT[kind]))

    def forget(self, visitor_id: str) -> int:
        """On SQLite nothing legible stays in the file; PostgreSQL frees the space by its vacuum."""
        with self._db.write() as connection:
            known = select(visitors.c.id).where(visitors.c.id == visitor_id).with_for_update()
            if connection.execute(known).first() is None:
                raise UnknownThing("visitor", visitor_id)
            forgotten = _erase(connection, visitor_id)
        self._db.truncate_journal()
        return forgotten

    def _in_one_moment(self, read: Callable[[Connection], Iterator[Record]]) -> Iterator[Record]:
        with self._db.read() as connection:
            yield from read(connection)


def _conversations(connection: Connection) -> Iterator[Record]:
    order = (conversations.c.created_at, conversations.c.id)
    ids = connection.execute(select(conversations.c.id).order_by(*order)).scalars().all()
    for batch in batches(ids, _AT_ONCE):
        query = select(conversations).where(conversations.c.id.in_(batch)).order_by(*order)
        nested = {kind: _by_conversation(connection, kind, batch) for kind in _NESTED}
        for row in connection.execute(query):
            own = {kind: found.get(row.id, []) for kind, found in nested.items()}
            yield _record(row) | own


def _by_conversation(
    connection: Connection, kind: str, ids: Sequence[str]
) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for row in connection.execute(_FLAT[kind].where(_NESTED[kind].in_(ids))):
        record = _record(row)
        found.setdefault(record.pop("conversation_id"), []).append(record)
    return found


def _records(connection: Connection, query: Select[Any]) -> Iterator[Record]:
    for row in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield _record(row)


def _record(row: Row[*tuple[Any, ...]]) -> Record:
    return {
        name: value.isoformat() if isinstance(value, datetime | date) else value
        for name, value in row._mapping.items()
        if name not in _SECRET
    }


def _erase(connection: Connection, visitor_id: str) -> int:
    mine = conversations.c.visitor_id == visitor_id
    ids = connection.execute(select(conversations.c.id).where(mine).with_for_update()).scalars()
    for batch in batches(ids.all()):
        said = select(messages.c.id).where(messages.c.conversation_id.in_(batch))
        erase_files(connection, batch)
        for table in (feedback, replies, turns):
            connection.execute(delete(table).where(table.c.message_id.in_(said)))
        for table in (
            reviews, notes, presence, attention, judgements, events, surveys, handoffs,
            follow_ups, links, guest_tokens, deliveries, tickets, gap_tellings, nudge_openings,
            digests, standings, relationship_askings, exposures, messages,
        ):  # fmt: skip
            _delete_of(connection, table, batch)
    gone = connection.execute(delete(conversations).where(mine)).rowcount
    for of_visitor in (visitor_tokens, customer_attributes):
        connection.execute(delete(of_visitor).where(of_visitor.c.visitor_id == visitor_id))
    connection.execute(delete(visitors).where(visitors.c.id == visitor_id))
    return gone


def _delete_of(connection: Connection, table: Table, conversation_ids: Sequence[str]) -> None:
    connection.execute(delete(table).where(table.c.conversation_id.in_(conversation_ids)))
