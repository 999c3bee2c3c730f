"""Visitors: who they are, the devices they come back on, and the links that lead there."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select, update

from assistant.adapters.sql.customers import bring_along
from assistant.adapters.sql.log_steps import add_event, locked
from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import (
    article_opinions,
    articles,
    conversations,
    events,
    visitor_tokens,
    visitors,
)
from assistant.adapters.sql.schema_guests import guest_tokens, links
from assistant.domain.survey import ArticleOpinion
from assistant.domain.visitor import Profile
from assistant.errors import UnknownThing
from assistant.ports.looks import MOST_LOOKS, Look


class VisitorTables(StorePart):
    """What customers own. Tokens and codes arrive hashed."""

    def visitor_for(self, visitor_token_hash: str) -> str | None:
        with self._db.read() as connection:
            return visitor_of(connection, visitor_token_hash)

    def profile(self, visitor_id: str, *, vouched_since: datetime | None = None) -> Profile | None:
        query = select(visitors.c.profile).where(visitors.c.id == visitor_id)
        if vouched_since is not None:
            query = query.where(visitors.c.vouched_at >= vouched_since)
        with self._db.read() as connection:
            stored = connection.execute(query).scalar_one_or_none()
        return Profile(**stored) if stored else None

    def identify(
        self, profile: Profile, *, visitor_id: str | None, new_id: str, token_hash: str
    ) -> str:
        named = {
            "subject": profile.subject,
            "profile": profile.as_json(),
            "vouched_at": self._now(),
        }
        with self._db.write() as connection:
            known = _known_as(connection, profile.subject)
            anonymous = visitor_id if _is_anonymous(connection, visitor_id) else None
            if known is None and anonymous is None:
                row = {"id": new_id, "token_hash": token_hash, "created_at": self._now()}
                connection.execute(visitors.insert().values(row | named))
                return new_id
            if known is not None and anonymous is not None:
                _join(connection, anonymous, to=known, at=self._now())
            identified = known or str(anonymous)
            connection.execute(update(visitors).where(visitors.c.id == identified).values(**named))
            _add_token(connection, identified, token_hash)
        return identified

    def add_link(self, code_hash: str, conversation_id: str, expires_at: datetime) -> None:
        row = {
            "code_hash": code_hash,
            "conversation_id": conversation_id,
            "expires_at": expires_at,
        }
        with self._db.write() as connection:
            connection.execute(delete(links).where(links.c.expires_at <= self._now()))
            connection.execute(links.insert().values(row))

    def follow_link(self, code_hash: str, *, token_hash: str, as_guest: bool) -> str:
        with self._db.write() as connection:
            taken = delete(links).where(links.c.code_hash == code_hash)
            row = connection.execute(
                taken.returning(links.c.conversation_id, links.c.expires_at)
            ).one_or_none()
            if row is None or row.expires_at <= self._now():
                raise UnknownThing("link", "…")
            if as_guest:
                guest = {"token_hash": token_hash, "conversation_id": row.conversation_id}
                connection.execute(guest_tokens.insert().values(guest))
            else:
                this = conversations.c.id == row.conversation_id
                owner = connection.execute(select(conversations.c.visitor_id).where(this))
                _add_token(connection, owner.scalar_one(), token_hash)
        return str(row.conversation_id)

    def has_guests(self, conversation_id: str) -> bool:
        of_it = guest_tokens.c.conversation_id == conversation_id
        with self._db.read() as connection:
            return (
                connection.execute(select(guest_tokens).where(of_it).limit(1)).first() is not None
            )

    def looked(self, conversation_id: str, look: Look) -> None:
        of_it = (events.c.conversation_id == conversation_id, events.c.kind == "looked")
        last = select(events.c.payload).where(*of_it).order_by(events.c.id.desc()).limit(1)
        count = select(func.count()).select_from(events).where(*of_it)
        with self._db.write() as connection:
            locked(connection, conversation_id)
            again = connection.execute(last).scalar_one_or_none() == asdict(look)
            if not again and connection.execute(count).scalar_one() < MOST_LOOKS:
                add_event(connection, conversation_id, "looked", asdict(look), at=self._now())

    def add_opinion(self, opinion: ArticleOpinion) -> None:
        known = select(articles.c.id).where(articles.c.id == opinion.article_id)
        with self._db.write() as connection:
            if connection.execute(known).first() is None:
                raise UnknownThing("article", opinion.article_id)
            connection.execute(article_opinions.insert().values(asdict(opinion)))


def visitor_of(connection: Connection, token_hash: str) -> str | None:
    """Whose token it is, of whichever device."""
    others = select(visitor_tokens.c.visitor_id).where(visitor_tokens.c.token_hash == token_hash)
    query = select(visitors.c.id).where(
        or_(visitors.c.token_hash == token_hash, visitors.c.id.in_(others))
    )
    return connection.execute(query).scalar_one_or_none()


def _known_as(connection: Connection, subject: str) -> str | None:
    query = select(visitors.c.id).where(visitors.c.subject == subject).with_for_update()
    return connection.execute(query).scalar_one_or_none()


def _is_anonymous(connection: Connection, visitor_id: str | None) -> bool:
    query = select(visitors.c.id).where(visitors.c.id == visitor_id, visitors.c.subject.is_(None))
    return connection.execute(query.with_for_update()).first() is not None


def _join(connection: Connection, anonymous: str, *, to: str, at: datetime) -> None:
    """What someone did before they signed in is theirs; their old token goes on opening it."""
    mine = visitors.c.id == anonymous
    theirs = select(conversations.c.id).where(conversations.c.visitor_id == anonymous)
    for id in connection.execute(theirs).scalars().all():
        add_event(connection, id, "identified", {}, at=at)
    token_hash = connection.execute(select(visitors.c.token_hash).where(mine)).scalar_one()
    for table in (conversations, visitor_tokens):
        moved = update(table).where(table.c.visitor_id == anonymous)
        connection.execute(moved.values(visitor_id=to))
    bring_along(connection, anonymous, to=to)
    connection.execute(delete(visitors).where(mine))
    _add_token(connection, to, token_hash)


def _add_token(connection: Connection, visitor_id: str, token_hash: str) -> None:
    row = {"token_hash": token_hash, "visitor_id": visitor_id}
    connection.execute(visitor_tokens.insert().values(row))
