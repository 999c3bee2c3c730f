"""Files of messages, in pieces, beside what is known of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.schema import attachment_parts, attachments
from assistant.domain.attachment import Attachment
from assistant.domain.conversation import Message
from assistant.errors import UnknownThing

PIECE = 64 * 1024
Files = tuple[Attachment, ...]


class AttachmentTables(StorePart):
    """Reading what `LogWriting.attach` stored."""

    def attachment(self, conversation_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
        this = (
            attachments.c.id == attachment_id,
            attachments.c.conversation_id == conversation_id,
        )
        parts = select(attachment_parts.c.content).order_by(attachment_parts.c.position)
        with self._db.read() as connection:
            row = connection.execute(select(attachments).where(*this)).one_or_none()
            if row is None:
                raise UnknownThing("attachment", attachment_id)
            pieces = connection.execute(
                parts.where(attachment_parts.c.attachment_id == attachment_id)
            ).scalars()
            return _attachment(row), b"".join(pieces)


def by_message(connection: Connection, conversation_id: str) -> Mapping[str, Files]:
    """message id → its files, in the order they came."""
    query = select(attachments).where(attachments.c.conversation_id == conversation_id)
    found: dict[str, Files] = defaultdict(tuple)
    for row in connection.execute(query.order_by(attachments.c.id)):
        found[row.message_id] += (_attachment(row),)
    return found


def add_files(connection: Connection, message: Message) -> None:
    """What is known of the message's files; the message is stored."""
    for file in message.attachments:
        row = {
            "id": file.id,
            "message_id": message.id,
            "conversation_id": message.conversation_id,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
        }
        connection.execute(attachments.insert().values(row))


def add_content(connection: Connection, attachment_id: str, content: bytes) -> None:
    """The file itself."""
    rows = [
        {"attachment_id": attachment_id, "position": position, "content": piece}
        for position, piece in enumerate(in_pieces(content))
    ]
    connection.execute(attachment_parts.insert(), rows)


def in_pieces(content: bytes) -> list[bytes]:
    """None so large that a row of it would be slow to read beside others."""
    return [content[start : start + PIECE] for start in range(0, len(content), PIECE)]


def erase_files(connection: Connection, conversation_ids: Sequence[str]) -> None:
    """All files of these conversations."""
    mine = attachments.c.conversation_id.in_(conversation_ids)
    ids = select(attachments.c.id).where(mine)
    connection.execute(delete(attachment_parts).where(attachment_parts.c.attachment_id.in_(ids)))
    connection.execute(delete(attachments).where(mine))


def _attachment(row: Row[*tuple[Any, ...]]) -> Attachment:
    return Attachment(row.id, row.name, row.media_type, row.size)
