"""Webhooks, as leads set them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, delete, select

from assistant.adapters.sql.part import StorePart
from assistant.adapters.sql.people import add_deed
from assistant.adapters.sql.schema_deliveries import webhooks
from assistant.domain.webhook import Form, Topic, Webhook
from assistant.errors import UnknownThing
from assistant.ports import Deed


class WebhookTables(StorePart):
    """Few rows; read whole."""

    def webhooks(self) -> list[Webhook]:
        query = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.id)
        with self._db.read() as connection:
            return [_webhook(row) for row in connection.execute(query)]

    def save_webhook(self, webhook: Webhook, *, deed: Deed) -> None:
        state = {
            "url": webhook.url,
            "secret": webhook.secret,
            "form": webhook.form.value,
            "topics": sorted(webhook.topics),
            "words": webhook.words,
            "locale": webhook.locale,
            "active": webhook.active,
        }
        row = {"id": webhook.id, "created_at": webhook.created_at} | state
        insert = self._db.insert(webhooks).values(row)
        with self._db.write() as connection:
            connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=state))
            add_deed(connection, deed)

    def drop_webhook(self, webhook_id: str, *, deed: Deed) -> None:
        with self._db.write() as connection:
            gone = connection.execute(delete(webhooks).where(webhooks.c.id == webhook_id))
            if not gone.rowcount:
                raise UnknownThing("webhook", webhook_id)
            add_deed(connection, deed)


def _webhook(row: Row[*tuple[Any, ...]]) -> Webhook:
    told = {"form": Form(row.form), "topics": frozenset(map(Topic, row.topics))}
    return Webhook(**{**row._mapping, **told})
