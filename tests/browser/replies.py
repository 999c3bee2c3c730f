"""Replies that stories need as they are, whatever the assistant would have made of the question."""

from __future__ import annotations

import json
from collections.abc import Sequence
from secrets import token_hex
from typing import Any

from playwright.sync_api import Route

LONG = "".join(f"<p>Paragraph {number} of many.</p>" for number in range(30))


def reply(
    route: Route,
    *,
    html: str = "<p>Which of these?</p>",
    choices: Sequence[str] = (),
    sentences: Sequence[str] = (),
) -> None:
    """A reply that asks back; `sentences` of HTML come before it, each on its own."""
    message = {
        "id": f"m-{token_hex(4)}",
        "author": "assistant",
        "text": "",
        "html": html,
        "locale": "en",
    }
    told = {
        "message": {**message, "locale": "en", "citations": []},
        "decision": "clarify",
        "reason": "ambiguous",
        "confidence": 0.4,
        "suggestions": [{"text": choice, "action": "ask"} for choice in choices],
        "conversation": {"id": "c-1", "status": "with_assistant"},
    }
    coming = [_event("sentence", {"text": "", "html": each, "citations": []}) for each in sentences]
    body = "".join([*coming, _event("done", told)])
    route.fulfill(body=body, content_type="text/event-stream")


def _event(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data)}\n\n"
