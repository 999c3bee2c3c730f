"""How articles are used, and what people do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    distinct,
    exists,
    false,
    func,
    not_,
    or_,
    select,
)

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
from assistant.ports.figures import SIMULATED, Cohort
from assistant.ports.looks import Looked
from assistant.ports.usage import ArticleUse, PersonWork

_TAKING = ("claimed", "taken_up")


class UsageTables(StorePart):
    """Read from the log whenever asked for."""

    def article_uses(
        self, cohort: Cohort, *, since: Mapping[str, datetime] | None = None
    ) -> Sequence[ArticleUse]:
        counts: dict[str, Counter[str]] = {}
        inside: dict[tuple[str, str], set[str]] = {}
        with self._db.read() as connection:
            for row in connection.execute(self._cited(cohort)):
                cited = {str(each["article_id"]) for each in row.citations}
                if since is not None:
                    cited = {id for id in cited if id in since and row.began_at >= since[id]}
                for id in cited:
                    into = counts.setdefault(id, Counter())
                    into["answers"] += 1
                    into["helped"] += row.helpful is True
                    into["not_helped"] += row.helpful is False
                    for name in ("conversations", "handed") if row.handed else ("conversations",):
                        inside.setdefault((id, name), set()).add(row.conversation_id)
            looked = connection.execute(self._looked(cohort))
            readers = _readers(looked, since)
            for id in _known(connection, readers):
                counts.setdefault(id, Counter())["opened"] = len(readers[id])
            for row in connection.execute(_opinions(cohort, since)):
                name = "readers_helped" if row.helpful else "readers_not"
                counts.setdefault(row.article_id, Counter())[name] += row.times
        for (id, name), found in inside.items():
            counts[id][name] = len(found)
        uses = [ArticleUse(id, **found) for id, found in counts.items()]
        return sorted(uses, key=lambda use: (-use.answers, use.article_id))

    def people_work(self, cohort: Cohort) -> Sequence[PersonWork]:
        counts: dict[str, Counter[str]] = {}
        with self._db.read() as connection:
            for row in connection.execute(_deeds(cohort)):
                into = counts.setdefault(row.person_id, Counter())
                if row.action == "answered":
                    into["answers"], into["conversations"] = row.times, row.conversations
                else:
                    into["taken" if row.action in _TAKING else "resolved"] += row.times
        work = [PersonWork(id, **found) for id, found in counts.items()]
        return sorted(work, key=lambda each: (-each.answers, -each.resolved, each.person_id))

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
    made_up = conversations.c.visitor_id.startswith(SIMULATED)
    within = func.count(distinct(a.thing)).label("conversations")
    query = select(a.person_id, a.action, func.count().label("times"), within)
    query = query.join(conversations, conversations.c.id == a.thing)
    query = query.where(a.at >= cohort.since, a.at < cohort.until, a.at <= cohort.at)
    query = query.where(made_up if cohort.simulated else not_(made_up))
    query = query.where(a.action.in_(["answered", "resolved", *_TAKING]))
    if cohort.locale:
        query = query.where(conversations.c.locale == cohort.locale)
    return query.group_by(a.person_id, a.action)
