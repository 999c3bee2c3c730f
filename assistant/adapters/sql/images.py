"""Images of articles, in pieces, as the files of messages are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, delete, select

from assistant.adapters.sql.attachments import in_pieces
from assistant.adapters.sql.columns import CleanText, Instant
from assistant.adapters.sql.editor_schema import manuscript_revisions
from assistant.adapters.sql.part import StorePart, batches
from assistant.adapters.sql.schema import articles, metadata
from assistant.domain.image import IMAGES
from assistant.errors import UnknownThing

images = Table(
    "images",
    metadata,
    Column("name", CleanText, primary_key=True),
    Column("added_at", Instant, nullable=False),
)
image_parts = Table(
    "image_parts",
    metadata,
    Column("name", CleanText, ForeignKey("images.name"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)
_AT_ONCE = 200


class ImageTables(StorePart):
    """What articles show."""

    def add_image(self, name: str, content: bytes) -> None:
        row = {"name": name, "added_at": self._now()}
        added = self._db.insert(images).values(row)
        parts = [
            {"name": name, "position": position, "content": piece}
            for position, piece in enumerate(in_pieces(content))
        ]
        with self._db.write() as connection:
            connection.execute(added.on_conflict_do_update(index_elements=["name"], set_=row))
            connection.execute(delete(image_parts).where(image_parts.c.name == name))
            connection.execute(image_parts.insert(), parts)

    def image(self, name: str) -> bytes:
        parts = select(image_parts.c.content).where(image_parts.c.name == name)
        with self._db.read() as connection:
            pieces = connection.execute(parts.order_by(image_parts.c.position)).scalars().all()
        if not pieces:
            raise UnknownThing("image", name)
        return b"".join(pieces)

    def image_names(self) -> set[str]:
        with self._db.read() as connection:
            return set(connection.execute(select(images.c.name)).scalars())

    def texts_with_images(self) -> Iterator[str]:
        for column in (articles.c.body, manuscript_revisions.c.body):
            query = select(column).where(column.contains(IMAGES, autoescape=True))
            with self._db.read() as connection:
                rows = connection.execute(query.execution_options(yield_per=_AT_ONCE))
                yield from rows.scalars()

    def drop_images(self, names: Iterable[str], *, added_before: datetime) -> int:
        dropped = 0
        with self._db.write() as connection:
            for batch in batches(names):
                old = images.c.name.in_(batch) & (images.c.added_at < added_before)
                gone = list(connection.execute(select(images.c.name).where(old)).scalars())
                connection.execute(delete(image_parts).where(image_parts.c.name.in_(gone)))
                connection.execute(delete(images).where(images.c.name.in_(gone)))
                dropped += len(gone)
        return dropped
