"""What success looks like, for the description of the interface. A test checks each example."""

from __future__ import annotations

from typing import Any

_AT = "2026-11-22T10:15:00Z"
_CITATION: dict[str, Any] = {
    "n": 1,
    "article_id": "en/return-a-gift",
    "title": "Return a gift",
    "url": "/help/en/return-a-gift#what-you-get-back",
    "passage_id": "en/return-a-gift#4",
    "quote": "You get a gift card; the giver is not told.",
}
_ANSWER: dict[str, Any] = {
    "id": "5f1c",
    "author": "assistant",
    "text": "You get a gift card; the giver is not told.",
    "html": "<p>You get a gift card; the giver is not told.</p>",
    "locale": "en",
    "citations": [_CITATION],
    "rateable": True,
}
_QUESTION: dict[str, Any] = {
    "id": "5f1b",
    "author": "customer",
    "text": "Can I return a gift?",
    "html": "",
    "locale": "en",
    "citations": [],
    "rateable": False,
    "created_at": _AT,
    "client_id": "b6f7c0de-1",
    "helpful": None,
}

STARTED: dict[str, Any] = {
    "id": "c0ffee",
    "token": "kX3…",
    "visitor_token": "Zp9…",
    "status": "with_assistant",
    "greeting": "Hello! What can I help you with?",
    "suggestions": [{"text": "Where is my order?", "action": "ask", "article_id": "en/track"}],
}
ATTACHED: dict[str, Any] = {
    "id": "m-51c",
    "author": "customer",
    "text": "label.png",
    "html": "",
    "locale": "en",
    "citations": [],
    "rateable": False,
    "created_at": "2026-11-20T09:14:31+00:00",
    "client_id": "b6f7c0de-7",
    "helpful": None,
    "attachments": [{"id": "f-9b2", "name": "label.png", "media_type": "image/png", "size": 48213}],
}
TAKEN_UP: dict[str, Any] = {
    "message": {
        "id": "m-7d2",
        "author": "assistant",
        "text": "Not sure about the size? Ask me.",
        "html": "<p>Not sure about the size? Ask me.</p>",
        "locale": "en",
        "citations": [],
        "rateable": False,
        "created_at": "2026-11-20T09:12:04+00:00",
        "client_id": "nudge-n-3f9a1c",
        "helpful": None,
        "attachments": [],
    }
}
REPLY: dict[str, Any] = {
    "message": _ANSWER,
    "decision": "answer",
    "reason": None,
    "confidence": 0.93,
    "suggestions": [],
    "conversation": {"id": "c0ffee", "status": "with_assistant"},
}
REPLY_STREAM = (
    'event: sources\ndata: {"citations":[{"n":1,"article_id":"en/return-a-gift",…}]}\n\n'
    'event: sentence\ndata: {"text":"You get a gift card; …","html":"<p>…</p>","citations":[1]}\n\n'
    'event: done\ndata: {"message":{…},"decision":"answer",…}\n\n'
)
CONVERSATION: dict[str, Any] = {
    "id": "c0ffee",
    "status": "with_assistant",
    "locale": "en",
    "created_at": _AT,
    "messages": [_QUESTION, {**_ANSWER, "created_at": _AT, "client_id": None, "helpful": True}],
    "agent_name": None,
    "wait": {"reply_hours": 24, "usual_minutes": 12, "opens_at": None},
    "survey_due": True,
    "survey_after": None,
    "follow_up_due": False,
    "relationship_due": False,
    "relationship_waits": False,
}
CONVERSATIONS: dict[str, Any] = {
    "conversations": [
        {
            "id": "c0ffee",
            "status": "with_assistant",
            "question": "Can I return a gift?",
            "created_at": _AT,
            "last_at": _AT,
        }
    ]
}
IDENTIFIED: dict[str, Any] = {"visitor_token": "Zp9…", "name": "Anna"}
FORGOTTEN: dict[str, Any] = {"conversations": 3}
LINK: dict[str, Any] = {
    "url": "https://help.example.com/widget?locale=en#resume=u7K…",
    "expires_at": _AT,
}
FOLLOWED: dict[str, Any] = {
    "id": "c0ffee",
    "visitor_token": "Zp9…",
    "guest": False,
    "status": "with_assistant",
}
TOPICS: dict[str, Any] = {
    "locale": "en",
    "topics": [
        {
            "name": "Returns",
            "articles": [
                {
                    "article_id": "en/return-a-gift",
                    "title": "Return a gift",
                    "url": "/help/en/return-a-gift",
                }
            ],
        }
    ],
}
WAITING: dict[str, Any] = {**CONVERSATION, "status": "waiting"}
EVENT_STREAM = (
    'event: message\ndata: {"id":"5f1d","author":"agent","text":"Hello, Kim here.",…}\nid: 42\n\n'
    'event: status\ndata: {"status":"resolved"}\nid: 43\n\n'
)
SEARCH: dict[str, Any] = {
    "results": [
        {
            "article_id": "en/return-a-gift",
            "title": "Return a gift",
            "url": "/help/en/return-a-gift",
            "locale": "en",
            "excerpt": "With the gift code on the delivery note you can return a gift yourself.",
            "score": 0.91,
        }
    ]
}
ARTICLE: dict[str, Any] = {
    "id": "en/return-a-gift",
    "title": "Return a gift",
    "locale": "en",
    "url": "/help/en/return-a-gift",
    "body": "With the gift code on the delivery note you can return a gift yourself.",
    "html": "<p>With the gift code on the delivery note you can return a gift yourself.</p>",
    "questions": ["can i send back a present"],
    "tags": ["returns", "gifts"],
    "translation_of": None,
    "updated": "2026-10-20",
    "public": True,
}
CUSTOMERS: dict[str, Any] = {
    "rows": 1200,
    "known": 310,
    "unknown": 890,
    "changed": 14,
    "dry_run": False,
}
INSIGHTS: dict[str, Any] = {
    "since": "2026-10-01T00:00:00+00:00",
    "until": "2026-11-01T00:00:00+00:00",
    "rows": [
        {
            "section": "rates",
            "name": "handed",
            "among": "all",
            "count": 42,
            "n": 350,
            "share": 0.12,
            "low": 0.0901,
            "high": 0.1581,
        }
    ],
}
