"""Digests and themes: derived from the log, kept with how far it was read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
from sqlalchemy import Connection, delete, func, select

from assistant.adapters.sql.deliveries import moves_on
from assistant.adapters.sql.figures_engine import first_article
from assistant.adapters.sql.figures_log import QUESTIONS
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import conversations, messages, turns
from assistant.adapters.sql.schema_deliveries import followers
from assistant.adapters.sql.schema_insights import digests, themes
from assistant.ports.digests import Digest, FirstQuestion, Theme
from assistant.ports.figures import SIMULATED

_FLOAT32 = np.dtype("<f4")
_FOLLOWER = "digests "
"""With the encoder's name behind it: another one begins at the log's first event."""


class DigestTables(StorePart):
    """One digest for each conversation that was read."""

    def digested(self, model: str) -> int | None:
        query = select(followers.c.event_id).where(followers.c.name == _FOLLOWER + model)
        with self._db.read() as connection:
            return connection.execute(query).scalar_one_or_none()

    def themes(self) -> list[Theme]:
        with self._db.read() as connection:
            return [
                Theme(row.id, row.simulated, np.frombuffer(row.total, _FLOAT32))
                for row in connection.execute(select(themes).order_by(themes.c.id))
            ]

    def digests(self, conversation_ids: Iterable[str]) -> Mapping[str, Digest]:
        found = {}
        with self._db.read() as connection:
            for batch in batches(conversation_ids):
                query = select(digests).where(digests.c.conversation_id.in_(batch))
                for row in connection.execute(query):
                    found[row.conversation_id] = Digest(**row._mapping)
        return found

    def first_questions(self, conversation_ids: Iterable[str]) -> Mapping[str, FirstQuestion]:
        found: dict[str, FirstQuestion] = {}
        article = first_article(turns.c.hits, self._db).label("article_id")
        columns = (turns.c.conversation_id, turns.c.message_id, turns.c.rewritten.label("text"))
        made_up = conversations.c.visitor_id.startswith(SIMULATED).label("simulated")
        query = select(*columns, turns.c.locale, article, made_up)
        query = query.join(messages, messages.c.id == turns.c.message_id)
        query = query.join(conversations, conversations.c.id == turns.c.conversation_id)
        query = query.where(turns.c.decision.in_(QUESTIONS))
        query = query.order_by(turns.c.conversation_id, messages.c.sequence)
        with self._db.read() as connection:
            for batch in batches(conversation_ids):
                of_these = query.where(turns.c.conversation_id.in_(batch))
                for row in connection.execute(of_these):
                    found.setdefault(row.conversation_id, FirstQuestion(**row._mapping))
        return found

    def largest_themes(
        self, *, simulated: bool, limit: int, each: int = 20
    ) -> Mapping[str, Sequence[str]]:
        n = func.count()
        # Of the index alone: this is asked for whenever the dashboard opens.
        query = select(digests.c.theme_id).group_by(digests.c.theme_id).having(n > 1)
        query = query.where(
            digests.c.theme_id.in_(select(themes.c.id).where(themes.c.simulated.is_(simulated)))
        )
        query = query.order_by(n.desc(), digests.c.theme_id).limit(limit)
        with self._db.read() as connection:
            ids = connection.execute(query).scalars().all()
        return {id: self.about(id, limit=each) for id in ids}

    def about(self, theme_id: str, *, limit: int = 20) -> Sequence[str]:
        query = select(digests.c.conversation_id).where(digests.c.theme_id == theme_id)
        with self._db.read() as connection:
            return connection.execute(query.limit(limit)).scalars().all()

    def drop_digests(self) -> None:
        with self._db.write() as connection:
            _drop(connection, but="")

    def keep_digests(
        self,
        digests: Sequence[Digest],
        *,
        themes: Sequence[Theme],
        model: str,
        after: int | None,
        to: int,
    ) -> bool:
        with self._db.write() as connection:
            if not moves_on(connection, self._db, _FOLLOWER + model, after=after, to=to):
                return False
            if after is None:
                _drop(connection, but=_FOLLOWER + model)
            self._put_themes(connection, themes)
            self._put_digests(connection, digests)
        return True

    def _put_themes(self, connection: Connection, found: Sequence[Theme]) -> None:
        for theme in found:
            total = np.asarray(theme.total, _FLOAT32).tobytes()
            row = {"id": theme.id, "simulated": theme.simulated, "total": total}
            insert = self._db.insert(themes).values(row)
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=row))

    def _put_digests(self, connection: Connection, found: Sequence[Digest]) -> None:
        ids = [each.conversation_id for each in found]
        # Whoever is forgotten meanwhile stays forgotten.
        there = select(conversations.c.id).where(conversations.c.id.in_(ids)).with_for_update()
        known = set(connection.execute(there).scalars())
        for digest in found:
            if digest.conversation_id in known:
                row = asdict(digest)
                insert = self._db.insert(digests).values(row)
                connection.execute(
                    insert.on_conflict_do_update(index_elements=["conversation_id"], set_=row)
                )


def _drop(connection: Connection, *, but: str) -> None:
    """All of it, and how far the log was read by any other encoder."""
    connection.execute(delete(digests))
    connection.execute(delete(themes))
    ours = followers.c.name.startswith(_FOLLOWER, autoescape=True)
    connection.execute(delete(followers).where(ours, followers.c.name != but))
