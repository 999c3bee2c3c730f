"""What was fetched from sources beyond this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, null, or_, select, update

from assistant.adapters.sql.knowledge_rows import PUBLISHED
from assistant.adapters.sql.knowledge_version import lock_version
from assistant.adapters.sql.knowledge_writing import withdraw_in
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import articles
from assistant.adapters.sql.sources_schema import source_pages, sources
from assistant.ports.sources import RememberedPage, SourceState

_P = source_pages.c


class SourceTables(StorePart):
    """Each source's last sync; and a page of each address, as it was the last time."""

    def sources(self) -> list[SourceState]:
        owned = select(articles.c.source, func.count()).where(PUBLISHED).group_by(articles.c.source)
        with self._db.read() as connection:
            sizes = {row[0]: row[1] for row in connection.execute(owned)}
            known = connection.execute(select(sources).where(sources.c.taken_down_at.is_(None)))
            rows = {row.name: row for row in known}
        return [
            _state(name, sizes.get(name, 0), rows.get(name)) for name in sorted({*sizes, *rows})
        ]

    def keep_report(
        self, name: str, report: Mapping[str, Any] | None, *, problem: str, dry_run: bool
    ) -> None:
        kept: dict[str, Any] = {"problem": problem}
        if report is not None:
            kept |= {"trial": report} if dry_run else {"report": report, "trial": null()}
        if not dry_run:
            now = self._now()
            kept |= {"begun_at": now} | ({} if report is None else {"synced_at": now})
        self._change(name, kept)

    def schedule_source(self, name: str, every_hours: int | None) -> None:
        self._change(name, {"every_hours": every_hours})

    def begin_source(self, name: str, *, unless_since: datetime, failed_since: datetime) -> bool:
        now, begun, synced = self._now(), sources.c.begun_at, sources.c.synced_at
        undone = and_(or_(synced.is_(None), synced < begun), begun <= failed_since)
        idle = or_(begun.is_(None), begun <= unless_since, begun > now, undone)
        open = sources.c.taken_down_at.is_(None)
        begin = update(sources).where(sources.c.name == name, open, idle).values(begun_at=now)
        with self._db.write() as connection:
            return connection.execute(begin).rowcount > 0

    def take_down_source(self, name: str) -> int:
        down = {"name": name, "problem": "", "taken_down_at": self._now()}
        owned = select(articles.c.id).where(articles.c.source == name, PUBLISHED)
        with self._db.write() as connection:
            lock_version(connection)
            ids = connection.execute(owned).scalars().all()
            withdraw_in(connection, ids)
            connection.execute(delete(source_pages).where(_P.source == name))
            connection.execute(delete(sources).where(sources.c.name == name))
            connection.execute(sources.insert().values(down))
            return len(ids)

    def reopen_source(self, name: str) -> None:
        down = (sources.c.name == name, sources.c.taken_down_at.is_not(None))
        with self._db.write() as connection:
            connection.execute(delete(sources).where(*down))

    def _change(self, name: str, changed: Mapping[str, Any]) -> None:
        insert = self._db.insert(sources).values({"name": name, "problem": "", **changed})
        with self._db.write() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=["name"], set_=dict(changed))
            )

    def remembered_pages(self, source: str) -> dict[str, RememberedPage]:
        query = select(_P.url, _P.etag, _P.modified, _P.content).where(_P.source == source)
        with self._db.read() as connection:
            return {row.url: RememberedPage(*row) for row in connection.execute(query)}

    def remember_page(self, source: str, page: RememberedPage) -> None:
        row = {
            "source": source,
            "url": page.url,
            "etag": page.etag,
            "modified": page.modified,
            "content": dict(page.content),
            "fetched_at": self._now(),
        }
        insert = self._db.insert(source_pages).values(row)
        with self._db.write() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=["source", "url"], set_=row)
            )

    def forget_pages(self, source: str, urls: Iterable[str]) -> None:
        with self._db.write() as connection:
            for batch in batches(urls):
                gone = delete(source_pages).where(_P.source == source, _P.url.in_(batch))
                connection.execute(gone)


def _state(name: str, articles: int, row: Row[*tuple[Any, ...]] | None) -> SourceState:
    if row is None:
        return SourceState(name, articles)
    return SourceState(
        name, articles, row.report, row.trial, row.problem, row.synced_at, row.every_hours
    )
