"""Stand-ins for the helpdesks of others, on loopback: as much of each as its documentation says of
the requests that we make, and no more. What is not asked as documented is answered with 404 or 422.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape, unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import fullmatch
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from assistant.testing.helpdesks import OtherSide

KEY = "s3cret"
Body = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, str]
    body: Body
    headers: dict[str, str]

    def is_a(self, method: str, pattern: str) -> tuple[str, ...] | None:
        """The parts of the path that the pattern names."""
        found = fullmatch(pattern, self.path) if method == self.method else None
        return None if found is None else found.groups()


class NotAsDocumented(Exception):
    """Status 422."""


def must(held: Body, *names: str) -> None:
    """What the documentation calls mandatory."""
    missing = [name for name in names if held.get(name) in (None, "")]
    if missing:
        raise NotAsDocumented(", ".join(missing))


@dataclass
class Service:
    """Cases by id, each with its `said`: (id, words, kind), kind one of customer, agent, note
    and, of somebody else, mail."""

    cases: dict[int, Body] = field(default_factory=dict)
    said: int = 1000

    def new_case(self, **facts: Any) -> Body:
        number = len(self.cases) + 1
        self.cases[number] = {"id": number, "solved": False, "said": []} | facts
        return self.cases[number]

    def say(self, case: Body, words: str, kind: str, *, by_api: bool = False) -> Body:
        self.said += 1
        case["said"].append({"id": self.said, "words": words, "kind": kind, "api": by_api})
        return case["said"][-1]

    def authorised(self, asked: Asked) -> bool:
        raise NotImplementedError

    def answer(self, asked: Asked) -> Any:
        """None: there is no such thing."""
        raise NotImplementedError


USERS = [
    {"id": 7, "role": "end-user"},
    {"id": 8, "role": "agent"},
    {"id": 9, "role": "end-user"},
]


class ZendeskService(Service):
    def authorised(self, asked: Asked) -> bool:
        word = base64.b64encode(f"ann@company.example/token:{KEY}".encode()).decode()
        return asked.headers.get("authorization") == f"Basic {word}"

    def answer(self, asked: Asked) -> Any:
        if asked.is_a("GET", "/api/v2/users/me.json") is not None:
            return {"user": {"id": 1}}
        if asked.is_a("POST", "/api/v2/tickets.json") is not None:
            return self._create(asked.body["ticket"], asked.headers["idempotency-key"])
        if asked.is_a("GET", "/api/v2/tickets.json") is not None:
            wanted = asked.query["external_id"]
            own = [self._shown(c) for c in self.cases.values() if c["external_id"] == wanted]
            return {"tickets": own}
        if found := asked.is_a("GET", r"/api/v2/tickets/(\d+)/comments.json"):
            return self._comments(self.cases[int(found[0])], asked.query)
        if found := asked.is_a("GET", r"/api/v2/tickets/(\d+).json"):
            return {"ticket": self._shown(self.cases[int(found[0])])}
        if found := asked.is_a("PUT", r"/api/v2/tickets/(\d+).json"):
            return self._update(self.cases[int(found[0])], asked.body["ticket"])
        return None

    def _create(self, ticket: Body, key: str) -> Body:
        must(ticket, "comment", "subject")
        same = [case for case in self.cases.values() if case["key"] == key]
        case = same[0] if same else self.new_case(external_id=ticket["external_id"], key=key)
        if not same:
            self.say(case, ticket["comment"]["body"], "customer", by_api=True)
        return {"ticket": self._shown(case)}

    def _update(self, case: Body, change: Body) -> Body:
        case["solved"] = change.get("status", "solved" if case["solved"] else "open") == "solved"
        comment = change["comment"]
        kind = "customer" if comment["public"] else "note"
        self.say(case, comment["body"], kind, by_api=True)
        return {"ticket": self._shown(case)}

    def _comments(self, case: Body, query: dict[str, str]) -> Body:
        size, after = int(query["page[size]"]), int(query.get("page[after]", 0))
        page = case["said"][after : after + size]
        comments = [
            {
                "id": each["id"],
                "type": "Comment",
                "author_id": _author(each),
                "public": each["kind"] != "note",
                "body": each["words"],
                "plain_body": each["words"],
                "via": {"channel": "api" if each["api"] else "web"},
            }
            for each in page
        ]
        more = after + size < len(case["said"])
        meta = {"has_more": more, "after_cursor": str(after + size) if more else None}
        beside = {"users": USERS} if query.get("include") == "users" else {}
        return {"comments": comments, "meta": meta} | beside

    def _shown(self, case: Body) -> Body:
        status = "solved" if case["solved"] else "open"
        return {"id": case["id"], "status": status, "requester_id": 7,
            "external_id": case["external_id"]}  # fmt: skip


def _author(said: Body) -> int:
    if said["api"]:
        return 7
    return 9 if said["kind"] == "mail" else 8


class FreshdeskService(Service):
    def authorised(self, asked: Asked) -> bool:
        word = base64.b64encode(f"{KEY}:X".encode()).decode()
        return asked.headers.get("authorization") == f"Basic {word}"

    def answer(self, asked: Asked) -> Any:
        if asked.is_a("GET", "/api/v2/agents/me") is not None:
            return {"id": 1}
        if asked.is_a("POST", "/api/v2/tickets") is not None:
            return self._create(asked.body)
        if asked.is_a("GET", "/api/v2/tickets") is not None:
            who = asked.query["unique_external_id"]
            own = [self._shown(c) for c in self.cases.values() if c["who"] == who]
            return own[::-1]
        if found := asked.is_a("GET", r"/api/v2/tickets/(\d+)/conversations"):
            return self._conversations(self.cases[int(found[0])], asked.query)
        if found := asked.is_a("POST", r"/api/v2/tickets/(\d+)/notes"):
            must(asked.body, "body")
            kind = "customer" if asked.body.get("incoming") else "note"
            said = self.say(self.cases[int(found[0])], _plain(asked.body["body"]), kind)
            return {"id": said["id"]}
        if found := asked.is_a("GET", r"/api/v2/tickets/(\d+)"):
            return self._shown(self.cases[int(found[0])])
        if found := asked.is_a("PUT", r"/api/v2/tickets/(\d+)"):
            case = self.cases[int(found[0])]
            case["solved"] = asked.body["status"] in (4, 5)
            return self._shown(case)
        return None

    def _create(self, ticket: Body) -> Body:
        must(ticket, "subject", "description", "status", "priority", "source")
        must(ticket, "unique_external_id", "name")
        if any(len(tag) > 32 for tag in ticket["tags"]):
            raise NotAsDocumented("tags")
        case = self.new_case(who=ticket["unique_external_id"], tags=ticket["tags"])
        case["description"] = _plain(ticket["description"])
        return self._shown(case)

    def _conversations(self, case: Body, query: dict[str, str]) -> list[Body]:
        size, page = int(query["per_page"]), int(query["page"])
        return [
            {
                "id": each["id"],
                "body": f"<div>{escape(each['words'])}</div>",
                "body_text": each["words"],
                "incoming": each["kind"] == "customer",
                "private": each["kind"] == "note",
            }
            for each in case["said"][size * (page - 1) : size * page]
        ]

    def _shown(self, case: Body) -> Body:
        return {"id": case["id"], "status": 4 if case["solved"] else 2, "tags": case["tags"]}


class ChatwootService(Service):
    def __init__(self) -> None:
        super().__init__()
        self.contacts: list[Body] = []

    def authorised(self, asked: Asked) -> bool:
        return asked.headers.get("api_access_token") == KEY

    def answer(self, asked: Asked) -> Any:
        base = "/api/v1/accounts/1"
        if asked.is_a("GET", f"{base}/inboxes/7") is not None:
            return {"id": 7}
        if asked.is_a("GET", f"{base}/contacts/search") is not None:
            words = asked.query["q"]
            return {"payload": [c for c in self.contacts if words in c["identifier"]]}
        if asked.is_a("POST", f"{base}/contacts") is not None:
            return self._new_contact(asked.body)
        if found := asked.is_a("GET", rf"{base}/contacts/(\d+)/conversations"):
            own = [c for c in self.cases.values() if c["contact"] == int(found[0])]
            return {"payload": [self._shown(case) for case in own]}
        if asked.is_a("POST", f"{base}/conversations") is not None:
            return self._new_conversation(asked.body)
        found = asked.is_a(
            asked.method, rf"{base}/conversations/(\d+)(/messages|/toggle_priority)?"
        )
        return self._about(self.cases[int(found[0])], found[1], asked) if found else None

    def _about(self, case: Body, part: str | None, asked: Asked) -> Any:
        if part == "/messages" and asked.method == "POST":
            return self._new_message(case, asked.body)
        if part == "/messages":
            before = int(asked.query.get("before", 10**9))
            return {"payload": [_message(m) for m in case["said"] if m["id"] < before][-20:]}
        if part == "/toggle_priority":
            if asked.body["priority"] not in ("urgent", "high", "medium", "low"):
                raise NotAsDocumented("priority")
            return {}
        return self._shown(case)

    def _new_contact(self, contact: Body) -> Body:
        must(contact, "inbox_id")
        if any(each["identifier"] == contact["identifier"] for each in self.contacts):
            raise NotAsDocumented("identifier has already been taken")
        inbox = {"inbox": {"id": 7}, "source_id": f"source-{len(self.contacts)}"}
        kept = contact | {"id": len(self.contacts) + 1, "contact_inboxes": [inbox]}
        self.contacts.append(kept)
        return {"payload": {"contact": kept, "contact_inbox": inbox}}

    def _new_conversation(self, conversation: Body) -> Body:
        must(conversation, "source_id", "inbox_id")
        return self._shown(
            self.new_case(
                contact=conversation["contact_id"], attributes=conversation["custom_attributes"]
            )
        )

    def _new_message(self, case: Body, message: Body) -> Body:
        must(message, "content")
        kind = "customer" if message["message_type"] == "incoming" else "agent"
        # A message of the customer opens the conversation again.
        case["solved"] = case["solved"] and kind != "customer"
        return _message(self.say(case, message["content"], "note" if message["private"] else kind))

    def _shown(self, case: Body) -> Body:
        status = "resolved" if case["solved"] else "open"
        return {"id": case["id"], "status": status, "custom_attributes": case["attributes"]}


class ZammadService(Service):
    def authorised(self, asked: Asked) -> bool:
        return asked.headers.get("authorization") == f"Token token={KEY}"

    def answer(self, asked: Asked) -> Any:
        if asked.is_a("GET", "/api/v1/users/me") is not None:
            return {"id": 1}
        if asked.is_a("POST", "/api/v1/tickets") is not None:
            return self._create(asked.body)
        if asked.is_a("GET", "/api/v1/tickets/search") is not None:
            words = asked.query["query"].removeprefix("title:").strip('"')
            return [self._shown(c) for c in self.cases.values() if words in c["title"]]
        if asked.is_a("POST", "/api/v1/ticket_articles") is not None:
            return self._new_article(self.cases[asked.body["ticket_id"]], asked.body)
        if found := asked.is_a("GET", r"/api/v1/ticket_articles/by_ticket/(\d+)"):
            return [_article(each) for each in self.cases[int(found[0])]["said"]]
        if found := asked.is_a("GET", r"/api/v1/tickets/(\d+)"):
            return self._shown(self.cases[int(found[0])])
        if found := asked.is_a("PUT", r"/api/v1/tickets/(\d+)"):
            case = self.cases[int(found[0])]
            case["solved"] = asked.body["state"] == "closed"
            return self._shown(case)
        return None

    def _create(self, ticket: Body) -> Body:
        must(ticket, "title", "group", "customer_id", "article")
        case = self.new_case(title=ticket["title"])
        self._new_article(case, ticket["article"])
        return self._shown(case)

    def _new_article(self, case: Body, article: Body) -> Body:
        must(article, "body", "type")
        kind = "note" if article["internal"] else "customer"
        assert article["sender"] == ("Agent" if article["internal"] else "Customer")
        return _article(self.say(case, article["body"], kind))

    def _shown(self, case: Body) -> Body:
        state = "closed" if case["solved"] else "open"
        return {"id": case["id"], "state": state, "title": case["title"]}


def _message(said: Body) -> Body:
    kinds = {"customer": 0, "agent": 1, "note": 1}
    return {"id": said["id"], "content": said["words"], "message_type": kinds[said["kind"]],
        "private": said["kind"] == "note"}  # fmt: skip


def _article(said: Body) -> Body:
    """People there write with a formatting editor."""
    by_agent = said["kind"] == "agent"
    mail = {"type": "email", "to": "Support <support@company.example>"}
    return {
        **(mail if said["kind"] == "mail" else {"type": "note", "to": None}),
        "id": said["id"],
        "body": f"<div>{escape(said['words'])}</div>" if by_agent else said["words"],
        "content_type": "text/html" if by_agent else "text/plain",
        "sender": "Customer" if said["kind"] == "customer" else "Agent",
        "internal": said["kind"] == "note",
    }


def _plain(html: str) -> str:
    return unescape(html.replace("<br>", "\n"))


class Handler(BaseHTTPRequestHandler):
    service: Service
    requests: list[Asked]
    refuses: list[tuple[int, dict[str, str]]]

    def _do(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(size) or b"{}")
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(parts.query))
        asked = Asked(self.command, parts.path, query, body, headers)
        self.requests.append(asked)
        self._answer(*self._outcome(asked))

    def _outcome(self, asked: Asked) -> tuple[int, dict[str, str], Any]:
        if self.refuses:
            return (*self.refuses[-1], {"error": "no"})
        if not self.service.authorised(asked):
            return 401, {}, {"error": "Couldn't authenticate you"}
        try:
            found = self.service.answer(asked)
        except (KeyError, NotAsDocumented) as error:
            return 422, {}, {"error": repr(error)}
        if found is None:
            return 404, {}, {"error": "not found"}
        return 201 if asked.method == "POST" else 200, {}, found

    def _answer(self, status: int, headers: dict[str, str], found: Any) -> None:
        content = json.dumps(found).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = _do  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing."""


SERVICES: dict[str, Callable[[], Service]] = {
    "zendesk": ZendeskService,
    "freshdesk": FreshdeskService,
    "chatwoot": ChatwootService,
    "zammad": ZammadService,
}


@contextmanager
def helpdesk_server(name: str) -> Iterator[OtherSide]:
    """Until the block ends, the service of that name."""
    service, requests = SERVICES[name](), list[Asked]()
    refuses: list[tuple[int, dict[str, str]]] = []

    handler = type(
        "Answering", (Handler,), {"service": service, "requests": requests, "refuses": refuses}
    )

    def words(ticket_id: str) -> list[str]:
        case = service.cases[int(ticket_id)]
        first = [case["description"]] if "description" in case else []
        return first + [each["words"] for each in case["said"] if each["kind"] == "customer"]

    def mails(ticket_id: str, text: str) -> None:
        # The others do not say here how mail of somebody else looks.
        if name in ("zendesk", "zammad"):
            service.say(service.cases[int(ticket_id)], text, "mail")

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield OtherSide(
            url=f"http://127.0.0.1:{server.server_address[1]}",
            writes=lambda id, text: service.say(service.cases[int(id)], text, "agent") and None,
            notes=lambda id, text: service.say(service.cases[int(id)], text, "note") and None,
            solves=lambda id: service.cases[int(id)].update(solved=True),
            answers=lambda status, headers: refuses.append((status, headers)),
            requests=requests,
            words=words,
            mails=mails,
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
