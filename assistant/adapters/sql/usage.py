"""How articles are used, and what people do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    distinct,
    exists,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from assistant.adapters.sql.figures_engine import told
from assistant.adapters.sql.figures_log import LogAsOf, one_moment
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import (
    article_opinions,
    articles,
    audit,
    conversations,
    events,
    feedback,
    handoffs,
    messages,
)
from assistant.domain.conversation import Author
from assistant.domain.ownership import NOT_PEOPLE, Event
from assistant.ports.figures import SIMULATED, Cohort
from assistant.ports.looks import Looked
from assistant.ports.usage import ArticleUse, Did, PersonWork, Used

_TAKING = (Event.CLAIMED.value, Event.HANDED_ON.value, Event.TAKEN_UP.value)
"""By these somebody has a conversation, be it that they took it or that it was given to them."""
_STATUS: ColumnElement[str] = literal_column("'status'")
"""Part of the statement: no plan that was made for any kind then misses the index of this one."""
_DEEDS = {Did.ANSWERED: "answered", Did.ANSWERS: "answered", Did.RESOLVED: "resolved"}
_ONCE = (Used.CITED, Used.HANDED)
"""Of these each conversation counts once, else each reply or thumb."""


class UsageTables(StorePart):
    """Read from the log whenever asked for."""

    def article_uses(
        self, cohort: Cohort, *, since: Mapping[str, datetime] | None = None
    ) -> Sequence[ArticleUse]:
        counts: dict[str, Counter[str]] = {}
        inside: dict[tuple[str, Used], list[str]] = {}
        with self._db.read() as connection:
            for row in connection.execute(self._cited(cohort)):
                cited = _articles(row)
                if since is not None:
                    cited = {id for id in cited if id in since and row.began_at >= since[id]}
                for id in cited:
                    for used in _used(row):
                        inside.setdefault((id, used), []).append(row.conversation_id)
            looked = connection.execute(self._looked(cohort))
            readers = _readers(looked, since)
            for id in _known(connection, readers):
                counts.setdefault(id, Counter())["opened"] = len(readers[id])
            for row in connection.execute(_opinions(cohort, since)):
                name = "readers_helped" if row.helpful else "readers_not"
                counts.setdefault(row.article_id, Counter())[name] += row.times
        for (id, used), found in inside.items():
            counts.setdefault(id, Counter())[used.value] = len(_counted(used, found))
        uses = [ArticleUse(id, **found) for id, found in counts.items()]
        return sorted(uses, key=lambda use: (-use.answers, use.article_id))

    def used_in(self, cohort: Cohort, article_id: str, used: Used) -> Sequence[str]:
        with self._db.read() as connection:
            if used is Used.OPENED:
                readers = _readers(connection.execute(self._looked(cohort)), None)
                return _newest_first(connection, readers.get(article_id, ()))
            found = [
                row.conversation_id
                for row in connection.execute(self._cited(cohort))
                if used in _used(row) and article_id in _articles(row)
            ]
            return _newest_first(connection, _counted(used, found))

    def worked_in(self, cohort: Cohort, person_id: str, did: Did) -> Sequence[str]:
        a = audit.c
        query: Select[Any] = select(a.thing).join(conversations, conversations.c.id == a.thing)
        if did is Did.TAKEN:
            taken = self._taken(cohort).subquery().c
            query = select(taken.conversation_id).where(taken.person_id == person_id)
        else:
            query = query.where(*_within(cohort, a.at), a.action == _DEEDS[did])
            query = query.where(a.person_id == person_id)
        with self._db.read() as connection:
            found = connection.execute(query).scalars().all()
            return _newest_first(connection, set(found) if did is Did.ANSWERED else found)

    def people_work(self, cohort: Cohort) -> Sequence[PersonWork]:
        counts: dict[str, Counter[str]] = {}
        with self._db.read() as connection:
            for row in connection.execute(_deeds(cohort)):
                into = counts.setdefault(row.person_id, Counter())
                if row.action == "answered":
                    into["answers"], into["conversations"] = row.times, row.conversations
                else:
                    into["resolved"] = row.times
            taken = self._taken(cohort).subquery().c.person_id
            for person_id, times in connection.execute(select(taken, func.count()).group_by(taken)):
                counts.setdefault(person_id, Counter())["taken"] = times
        work = [PersonWork(id, **found) for id, found in counts.items()]
        return sorted(work, key=lambda each: (-each.answers, -each.resolved, each.person_id))

    def _taken(self, cohort: Cohort) -> Select[Any]:
        """Who took or was given what. Of the events: what routing gives out is nobody's deed, and a
        lead who hands on does it for another."""
        e, of_it = events.c, conversations.c.id == events.c.conversation_id
        person, event = (told(e.payload, key, self._db) for key in ("agent_id", "event"))
        query: Select[Any] = select(e.conversation_id, person.label("person_id"))
        query = query.join(conversations, of_it).where(*_within(cohort, e.created_at))
        query = query.where(e.kind == _STATUS, event.in_(_TAKING))
        return query.where(person.not_in(NOT_PEOPLE))

    def _cited(self, cohort: Cohort) -> Select[Any]:
        """A row for each reply with citations in the cohort's conversations."""
        seen = LogAsOf(one_moment(cohort.at), self._db).seen(cohort).cte("seen")
        called = exists().where(
            handoffs.c.conversation_id == messages.c.conversation_id,
            handoffs.c.created_at >= messages.c.created_at,
            handoffs.c.created_at <= cohort.at,
        )
        of_it = (messages.c.conversation_id, messages.c.citations, feedback.c.helpful)
        began = conversations.c.created_at.label("began_at")
        query = select(*of_it, began, called.label("handed"))
        query = query.join(seen, seen.c.id == messages.c.conversation_id)
        query = query.join(conversations, conversations.c.id == messages.c.conversation_id)
        thumb = and_(feedback.c.message_id == messages.c.id, feedback.c.created_at <= cohort.at)
        query = query.outerjoin(feedback, thumb)
        query = query.where(messages.c.author == Author.ASSISTANT.value)
        return query.where(messages.c.citations != [], messages.c.created_at <= cohort.at)

    def _looked(self, cohort: Cohort) -> Select[Any]:
        """A row for each look of a customer at anything, in the cohort's conversations."""
        seen = LogAsOf(one_moment(cohort.at), self._db).seen(cohort).cte("seen")
        began = conversations.c.created_at.label("began_at")
        query = select(events.c.conversation_id, events.c.payload, began)
        query = query.join(conversations, conversations.c.id == events.c.conversation_id)
        query = query.join(seen, seen.c.id == events.c.conversation_id)
        return query.where(events.c.kind == "looked", events.c.created_at <= cohort.at)


def _articles(row: Row[*tuple[Any, ...]]) -> set[str]:
    """That the reply cites."""
    return {str(each["article_id"]) for each in row.citations}


def _used(row: Row[*tuple[Any, ...]]) -> Iterator[Used]:
    """Under which of an article's numbers a reply that cites it counts."""
    yield from (Used.ANSWERS, Used.CITED)
    if row.handed:
        yield Used.HANDED
    if row.helpful is not None:
        yield Used.HELPED if row.helpful else Used.NOT_HELPED


def _counted(used: Used, found: list[str]) -> Collection[str]:
    return set(found) if used in _ONCE else found


def _newest_first(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Each as often as it is there."""
    ids = list(ids)
    began: dict[str, datetime] = {}
    for batch in batches(set(ids)):
        query = select(conversations.c.id, conversations.c.created_at)
        rows = connection.execute(query.where(conversations.c.id.in_(batch)))
        began |= {row.id: row.created_at for row in rows}
    return sorted(ids, key=lambda id: (began[id], id), reverse=True)


def _readers(
    looked: Iterable[Row[*tuple[Any, ...]]], since: Mapping[str, datetime] | None
) -> dict[str, set[str]]:
    """By article, the conversations in which it was read."""
    found: dict[str, set[str]] = {}
    for row in looked:
        id = str(row.payload["of"])
        wanted = since is None or (id in since and row.began_at >= since[id])
        if wanted and row.payload["what"] == Looked.ARTICLE:
            found.setdefault(id, set()).add(row.conversation_id)
    return found


def _known(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Those that are articles: what was opened is whatever a visitor's browser told."""
    found: list[str] = []
    for batch in batches(ids):
        query = select(articles.c.id).where(articles.c.id.in_(batch))
        found += connection.execute(query).scalars().all()
    return found


def _opinions(cohort: Cohort, since: Mapping[str, datetime] | None) -> Select[Any]:
    """Of readers, who are nobody's visitors: none of them is made up."""
    o = article_opinions.c
    query = select(o.article_id, o.helpful, func.count().label("times"))
    query = query.where(o.created_at >= cohort.since, o.created_at < cohort.until)
    query = query.where(o.created_at <= cohort.at)
    if since is not None:
        mine = (and_(o.article_id == id, o.created_at >= moment) for id, moment in since.items())
        query = query.where(or_(false(), *mine))
    if cohort.simulated:
        query = query.where(false())
    return query.group_by(o.article_id, o.helpful)


def _deeds(cohort: Cohort) -> Select[Any]:
    """How often each person did what, and in how many conversations."""
    a = audit.c
    within = func.count(distinct(a.thing)).label("conversations")
    query = select(a.person_id, a.action, func.count().label("times"), within)
    query = query.join(conversations, conversations.c.id == a.thing)
    query = query.where(*_within(cohort, a.at), a.action.in_({*_DEEDS.values()}))
    return query.group_by(a.person_id, a.action)


def _within(cohort: Cohort, at: Any) -> Iterator[ColumnElement[bool]]:
    """Done in the period, whenever the conversation began."""
    yield from (at >= cohort.since, at < cohort.until, at <= cohort.at)
    made_up = conversations.c.visitor_id.startswith(SIMULATED)
    yield made_up if cohort.simulated else not_(made_up)
    if cohort.locale:
        yield conversations.c.locale == cohort.locale
