"""Freshdesk, by its API version 2 (developers.freshdesk.com/api/: Create a Ticket, Create a Note,
List All Conversations of a Ticket).

Cases carry the conversation's id as a tag, and their contact the visitor's as `unique_external_id`:
it has no address, so Freshdesk mails nobody. What we write is `incoming`.
"""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import quote

from assistant.adapters.helpdesks.account import Account, Place, basic, listed, told
from assistant.domain.conversation import Priority
from assistant.domain.ticket import Heard, NewCase, Opened, OutsideReply

_PRIORITY = {Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4}
_OPEN, _RESOLVED, _CLOSED = 2, 4, 5
_PORTAL, _PAGE = 2, 100


class Freshdesk:
    """`key`: the API key of an agent. `group`: a group's id, or empty."""

    name = "Freshdesk"

    def __init__(self, place: Place) -> None:
        self._account = Account(self.name, place, basic(place.key, "X"))
        self._group = place.group

    def open(self, case: NewCase) -> Opened:
        ticket: dict[str, Any] = {
            "name": case.customer,
            "unique_external_id": case.visitor_id,
            "subject": case.subject,
            "description": _html(case.body),
            "status": _OPEN,
            "priority": _PRIORITY[case.priority],
            "source": _PORTAL,
            "tags": [case.id, *(tag[:32] for tag in case.tags)],
        }
        if self._group:
            ticket["group_id"] = int(self._group) if self._group.isdecimal() else self._group
        return self._opened(self._account.post("/api/v2/tickets", ticket))

    def find(self, case: NewCase) -> Opened | None:
        found = self._account.get(
            "/api/v2/tickets", {"unique_external_id": case.visitor_id, "order_by": "created_at"}
        )
        own = [each for each in listed(found) if case.id in (each.get("tags") or ())]
        return self._opened(own[0]) if own else None

    def add(self, ticket_id: str, words: str, *, from_customer: bool) -> None:
        path = f"/api/v2/tickets/{quote(ticket_id, safe='')}"
        note = {"body": _html(words), "private": not from_customer, "incoming": from_customer}
        self._account.post(f"{path}/notes", note)
        if from_customer:
            self._account.put(path, {"status": _OPEN})

    def heard(self, ticket_id: str) -> Heard:
        path = f"/api/v2/tickets/{quote(ticket_id, safe='')}"
        ticket = self._account.get(path)
        by_people = [
            OutsideReply(str(each["id"]), str(each.get("body_text") or "").strip())
            for each in self._said(path)
            if not each.get("incoming") and not each.get("private")
        ]
        return Heard(by_people, told(ticket, "status") in (_RESOLVED, _CLOSED))

    def check(self) -> None:
        self._account.get("/api/v2/agents/me")

    def _said(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            query = {"per_page": str(_PAGE), "page": str(len(found) // _PAGE + 1)}
            page = listed(self._account.get(f"{path}/conversations", query))
            found += page
            if len(page) < _PAGE:
                return found

    def _opened(self, ticket: Any) -> Opened:
        id = str(told(ticket, "id"))
        return Opened(id, self._account.page(f"/a/tickets/{quote(id, safe='')}"))


def _html(words: str) -> str:
    return escape(words).replace("\n", "<br>")
