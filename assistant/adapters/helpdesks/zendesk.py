"""Zendesk, by its Ticketing API (developer.zendesk.com/api-reference/ticketing/tickets/tickets/ and
…/tickets/ticket_comments/; idempotency: …/ticketing/introduction/).

Cases carry the conversation's id as `external_id`. What we write has the channel `api` in its
`via`; what people write has another one. Of that, only what agents and admins write is an answer:
a mail of somebody in copy is a public comment too. (Roles: …/users/users/; `users` beside what was
asked: developer.zendesk.com/documentation/ticketing/using-the-zendesk-api/side_loading/; that
comments take `include=users`, and that these users name their `role`, was not confirmed there.)
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from assistant.adapters.helpdesks.account import Account, Place, basic, listed, told
from assistant.domain.conversation import Priority
from assistant.domain.ticket import Heard, NewCase, Opened, OutsideReply

_PRIORITY = {Priority.NORMAL: "normal", Priority.HIGH: "high", Priority.URGENT: "urgent"}
_AGENTS = ("agent", "admin")
_CLOSED = ("solved", "closed")


class Zendesk:
    """`key`: you@company.example/token:KEY, as Zendesk writes it. `customer`: the requester of all
    cases; without one it is whom the key belongs to. `group`: a group's id, or empty."""

    name = "Zendesk"

    def __init__(self, place: Place) -> None:
        user, _, word = place.key.rpartition(":")
        self._account = Account(self.name, place, basic(user, word))
        self._group, self._customer = place.group, place.customer

    def open(self, case: NewCase) -> Opened:
        ticket: dict[str, Any] = {
            "subject": case.subject,
            "comment": {"body": case.body},
            "external_id": case.id,
            "priority": _PRIORITY[case.priority],
            "tags": [tag.replace(" ", "_") for tag in case.tags],
        }
        if self._customer:
            ticket["requester"] = {"email": self._customer, "name": self._customer}
        if self._group:
            ticket["group_id"] = int(self._group) if self._group.isdecimal() else self._group
        found = self._account.post(
            "/api/v2/tickets.json", {"ticket": ticket}, {"Idempotency-Key": case.id}
        )
        return self._opened(told(found, "ticket"))

    def find(self, case: NewCase) -> Opened | None:
        found = self._account.get("/api/v2/tickets.json", {"external_id": case.id})
        tickets = listed(found, "tickets")
        return self._opened(tickets[-1]) if tickets else None

    def add(self, ticket_id: str, words: str, *, from_customer: bool) -> None:
        change: dict[str, Any] = {"comment": {"body": words, "public": from_customer}}
        if from_customer:
            change["status"] = "open"
        self._account.put(f"/api/v2/tickets/{_id(ticket_id)}.json", {"ticket": change})

    def heard(self, ticket_id: str) -> Heard:
        path = f"/api/v2/tickets/{_id(ticket_id)}"
        ticket = told(self._account.get(f"{path}.json"), "ticket")
        comments, agents = self._comments(path)
        requester = told(ticket, "requester_id")
        by_people = [
            OutsideReply(str(each["id"]), str(each.get("plain_body") or each.get("body") or ""))
            for each in comments
            if each.get("public") and told(each, "via", "channel") != "api"
            if each.get("author_id") in agents
            if self._customer == "" or each.get("author_id") != requester
        ]
        return Heard(by_people, told(ticket, "status") in _CLOSED)

    def check(self) -> None:
        self._account.get("/api/v2/users/me.json")

    def _comments(self, path: str) -> tuple[list[dict[str, Any]], set[Any]]:
        """All pages of them, a long talk has more than one; and which authors are agents."""
        first = {"page[size]": "100", "include": "users"}
        query, found, agents = first, list[dict[str, Any]](), set[Any]()
        while True:
            page = self._account.get(f"{path}/comments.json", query)
            found += listed(page, "comments")
            agents |= {user["id"] for user in listed(page, "users") if user.get("role") in _AGENTS}
            after = told(page, "meta", "after_cursor")
            if not told(page, "meta", "has_more") or not after:
                return found, agents
            query = first | {"page[after]": str(after)}

    def _opened(self, ticket: Any) -> Opened:
        id = str(told(ticket, "id"))
        return Opened(id, self._account.page(f"/agent/tickets/{_id(id)}"))


def _id(ticket_id: str) -> str:
    return quote(ticket_id, safe="")
