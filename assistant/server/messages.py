"""A stored message as customers and their clients get it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assistant.domain.conversation import Message
from assistant.domain.survey import Feedback


def shown(message: Message, thumb: Feedback | None = None) -> dict[str, Any]:
    """As JSON, with what the customer said of it."""
    return {
        "id": message.id,
        "author": message.author,
        "text": message.text,
        "html": message.html,
        "locale": message.locale,
        "citations": list(message.citations),
        "rateable": message.rateable,
        "created_at": message.created_at.isoformat(),
        "client_id": message.client_id,
        "helpful": thumb.helpful if thumb else None,
        "attachments": [asdict(each) for each in message.attachments],
    }
