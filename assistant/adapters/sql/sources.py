"""What was fetched from sources beyond this machine."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.sources_schema import source_pages
from assistant.ports.sources import RememberedPage

_P = source_pages.c


class SourceTables(StorePart):
    """A page of each address, as it was the last time."""

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
