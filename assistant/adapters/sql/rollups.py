"""Roll-ups: how each conversation stood from one moment until the next, kept beside the log.

They follow the log's events. What an event names is read again with its neighbours: conversations
of the same visitor near in time, which decide whether somebody came back. Between two of the
moments at which anything about a conversation was written nothing changes, except that it grows old
enough to tell; so it is enough to ask the log at those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Select, and_, column, delete, func, or_, select, values

from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.deliveries import moves_on
from assistant.adapters.sql.figures_facts import facts
from assistant.adapters.sql.figures_log import LogAsOf
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import (
    conversations,
    events,
    feedback,
    handoffs,
    judgements,
    messages,
    surveys,
    turns,
)
from assistant.adapters.sql.schema_deliveries import followers
from assistant.adapters.sql.schema_insights import standings
from assistant.adapters.sql.schema_reviews import reviews
from assistant.adapters.sql.standings import (
    VERSION,
    Standing,
    day_of,
    microseconds,
    standing_from,
)
from assistant.ports.figures import BACK_WITHIN, SIMULATED

FOLLOWER = f"standings {VERSION}"
FOR_EVER = 2**62
"""Until something happens."""
MOST_NEAR = 40
"""Whoever has more conversations near in time is a test or a shared screen: each of them hangs on
all others, so that the log is asked instead."""
_MOST_OF_ONE = 300
_MILLISECOND = timedelta(milliseconds=1)
"""Beside a boundary: the log's own arithmetic is exact to so much."""
_AT_ONCE = 4000
"""Moments of conversations in one statement."""
_C = conversations.c


class RollUpTables(StorePart):
    """Makes them; `FiguresTables` adds them up."""

    def roll_up(self, *, settled: datetime, limit: int = 200) -> int:
        with self._db.read() as connection:
            after = rolled_up_to(connection)
            read = events.c.id > (after or 0)
            query = select(events.c.id, events.c.conversation_id, events.c.created_at)
            rows = connection.execute(query.where(read).order_by(events.c.id).limit(limit)).all()
            young = next((n for n, row in enumerate(rows) if row.created_at > settled), None)
            if not (old := rows[:young]):
                return 0
            near = Neighbours(connection, {row.conversation_id for row in old})
            made = self._standings(connection, near)
        with self._db.write() as connection:
            if not moves_on(connection, self._db, FOLLOWER, after=after, to=old[-1].id):
                return 0
            if after is None:
                _drop(connection, but=FOLLOWER)
            _keep(connection, near.ids, made)
        return len(near.ids)

    def drop_roll_ups(self) -> None:
        with self._db.write() as connection:
            _drop(connection, but="")

    def mend_roll_ups(self, days: Sequence[date]) -> None:
        for day in days:
            began = _C.created_at >= _midnight(day), _C.created_at < _midnight(day) + _DAY
            with self._db.read() as connection:
                ids = connection.execute(select(_C.id).where(*began)).scalars().all()
            for batch in batches(ids, 200):
                with self._db.write() as connection:
                    # Read after that: what is rolled up meanwhile waits, and has the last word.
                    if not _held_back(connection):
                        return
                    near = Neighbours(connection, batch)
                    _keep(connection, near.ids, self._standings(connection, near))

    def _standings(self, connection: Connection, near: Neighbours) -> list[dict[str, Any]]:
        """A row for each span in which a conversation stood the same."""
        asked = [(id, at) for id, found in near.moments().items() for at in found]
        held: dict[str, list[tuple[int, Standing]]] = {}
        for batch in batches(asked, _AT_ONCE):
            for row in connection.execute(self._held_at(batch)):
                at_us = microseconds(row.at)
                held.setdefault(row.id, []).append((at_us, standing_from(row)))
        rows = [
            row for id, found in held.items() for row in _spans(found, simulated=near.made_up[id])
        ]
        return rows + [near.unknown(id) for id in near.busy]

    def _held_at(self, asked: Sequence[tuple[str, datetime]]) -> Select[Any]:
        wanted = values(column("id", CleanText), column("at", Instant)).data(list(asked))
        moments = wanted.cte("moments")
        log = LogAsOf(moments.c.at, self._db, beside=moments)
        held = log.held().join(moments, moments.c.id == _C.id)
        return facts(held, self._db)


class Neighbours:
    """Conversations with those of the same visitors near in time, and when anything was written in
    one or another."""

    def __init__(self, connection: Connection, ids: Iterable[str]) -> None:
        self._connection = connection
        self._others: dict[str, Sequence[str]] = {}
        self._spans: dict[str, tuple[datetime, datetime]] = {}
        self.made_up: dict[str, bool] = {}
        self._locales: dict[str, str] = {}
        wanted = set(ids)
        for visitor in self._by_visitor(wanted).values():
            self._add(visitor, wanted)

    @property
    def ids(self) -> Sequence[str]:
        """All of which something may have changed."""
        return list(self._others)

    @property
    def busy(self) -> Sequence[str]:
        """Of these, those with too many others near them."""
        return [id for id, others in self._others.items() if len(others) > MOST_NEAR]

    def moments(self) -> Mapping[str, Sequence[datetime]]:
        """Of each that is not busy: when something about it may have changed, in order."""
        told = [id for id, others in self._others.items() if len(others) <= MOST_NEAR]
        written = self._written({each for id in told for each in (id, *self._others[id])})
        found = {}
        for id in told:
            began = self._spans[id][0]
            at = {began, *_grown_old(written.said.get(id, ()))}
            for each in (id, *self._others[id]):
                at |= {moment for moment in written.at.get(each, ()) if moment > began}
            found[id] = sorted(at)
        return found

    def unknown(self, id: str) -> dict[str, Any]:
        """A row which says that the log is to be asked."""
        began_us = microseconds(self._spans[id][0])
        return {
            **dict.fromkeys(each.name for each in standings.columns),
            "conversation_id": id,
            "since_us": began_us,
            "until_us": FOR_EVER,
            "simulated": self.made_up[id],
            "day": day_of(began_us),
            "began_us": began_us,
            "locale": self._locales[id],
        }

    def _by_visitor(self, ids: set[str]) -> Mapping[str, Sequence[str]]:
        """All conversations of the visitors, in time; when each began and ended."""
        found: dict[str, list[str]] = {}
        mine = conversations.alias()
        last = select(func.max(messages.c.created_at)).where(messages.c.conversation_id == _C.id)
        columns = (_C.id, _C.visitor_id, _C.created_at, _C.locale)
        query = select(*columns, last.scalar_subquery().label("last_at")).order_by(_C.created_at)
        for batch in batches(ids):
            theirs = select(mine.c.visitor_id).where(mine.c.id.in_(batch))
            for row in self._connection.execute(query.where(_C.visitor_id.in_(theirs))):
                if row.id not in self._spans:
                    found.setdefault(row.visitor_id, []).append(row.id)
                    self._spans[row.id] = row.created_at, row.last_at or row.created_at
                    self.made_up[row.id] = row.visitor_id.startswith(SIMULATED)
                    self._locales[row.id] = row.locale
        return found

    def _add(self, visitor: Sequence[str], wanted: set[str]) -> None:
        for id in [id for id in visitor if id in wanted]:
            for each in (id, *self._near(id, visitor)):
                if each not in self._others:
                    # Whose all would take long is taken for a test without looking closer.
                    few = len(visitor) <= _MOST_OF_ONE
                    self._others[each] = self._near(each, visitor) if few else visitor

    def _near(self, id: str, visitor: Sequence[str]) -> Sequence[str]:
        return [each for each in visitor if self._are_near(id, each)]

    def _are_near(self, one: str, other: str) -> bool:
        (began, ended), (other_began, other_ended) = self._spans[one], self._spans[other]
        apart = max(other_began - ended, began - other_ended)
        return one != other and apart <= BACK_WITHIN + _MILLISECOND

    def _written(self, ids: set[str]) -> _Written:
        found = _Written()
        for batch in batches(ids):
            for query in _moments(batch):
                for row in self._connection.execute(query):
                    found.at.setdefault(row[0], set()).update(at for at in row[1:] if at)
            said = select(messages.c.conversation_id, messages.c.created_at)
            said = said.where(messages.c.conversation_id.in_(batch))
            for id, at in self._connection.execute(said):
                found.said.setdefault(id, set()).add(at)
                found.at.setdefault(id, set()).add(at)
        return found


class _Written:
    """When something was written about each conversation, and when something was said in it."""

    def __init__(self) -> None:
        self.at: dict[str, set[datetime]] = {}
        self.said: dict[str, set[datetime]] = {}


def rolled_up_to(connection: Connection) -> int | None:
    """The event up to which the log was read; None where it never was."""
    query = select(followers.c.event_id).where(followers.c.name == FOLLOWER)
    return connection.execute(query).scalar_one_or_none()


def _moments(ids: Sequence[str]) -> Iterator[Select[Any]]:
    for table in (turns, surveys, judgements, reviews):
        query = select(table.c.conversation_id, table.c.created_at)
        yield query.where(table.c.conversation_id.in_(ids))
    called = select(
        handoffs.c.conversation_id,
        handoffs.c.created_at,
        handoffs.c.answered_at,
        handoffs.c.closed_at,
    )
    yield called.where(handoffs.c.conversation_id.in_(ids))
    thumbs = select(messages.c.conversation_id, feedback.c.created_at).join(
        feedback, feedback.c.message_id == messages.c.id
    )
    yield thumbs.where(messages.c.conversation_id.in_(ids))
    told = or_(events.c.kind == "status", events.c.kind == "survey_asked")
    query = select(events.c.conversation_id, events.c.created_at)
    yield query.where(and_(events.c.conversation_id.in_(ids), told))


def _grown_old(said: Iterable[datetime]) -> Iterator[datetime]:
    """When it may have been quiet for long enough to tell whether the customer came back: after the
    last word, and after each that is followed by what is perhaps of another matter."""
    in_time = sorted(said)
    for at, following in zip_longest(in_time, in_time[1:]):
        if following is None or following - in_time[0] >= BACK_WITHIN:
            yield at + BACK_WITHIN + _MILLISECOND


def _spans(held: Sequence[tuple[int, Standing]], *, simulated: bool) -> Iterator[dict[str, Any]]:
    """From each moment at which something changed until the next."""
    changed: list[tuple[int, Standing]] = []
    for at_us, standing in sorted(held, key=lambda each: each[0]):
        if not changed or changed[-1][1] != standing:
            changed.append((at_us, standing))
    ends = [at_us for at_us, _ in changed[1:]]
    for (since_us, standing), until_us in zip(changed, [*ends, FOR_EVER], strict=True):
        yield {
            "conversation_id": standing.conversation_id,
            "since_us": since_us,
            "until_us": until_us,
            "simulated": simulated,
            "day": standing.day,
            "began_us": standing.began_us,
            "locale": standing.locale,
            "sets": standing.sets,
            "reason": standing.reason,
            "called_us": standing.called_us,
            "reply_us": standing.reply_us,
            "person_us": standing.person_us,
            "resolution_us": standing.resolution_us,
            **standing.answers,
        }


def _keep(connection: Connection, ids: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """In place of what there was of these conversations; of one that is gone nothing is kept."""
    there: set[str] = set()
    for batch in batches(ids):
        # First the lock: what another puts there until it is ours goes too.
        query = select(_C.id).where(_C.id.in_(batch)).order_by(_C.id).with_for_update()
        there.update(connection.execute(query).scalars())
        connection.execute(delete(standings).where(standings.c.conversation_id.in_(batch)))
    if kept := [row for row in rows if row["conversation_id"] in there]:
        connection.execute(standings.insert(), kept)


def _held_back(connection: Connection) -> bool:
    """Whether there are roll-ups; nothing else makes or drops any until the transaction ends."""
    query = select(followers.c.name).where(followers.c.name == FOLLOWER).with_for_update()
    return connection.execute(query).first() is not None


def _drop(connection: Connection, *, but: str) -> None:
    # The follower first, as whoever makes or mends them: it is the lock.
    ours = followers.c.name.startswith("standings ", autoescape=True)
    connection.execute(delete(followers).where(ours, followers.c.name != but))
    connection.execute(delete(standings))


_DAY = timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
