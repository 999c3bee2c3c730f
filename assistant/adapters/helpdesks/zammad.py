"""Zammad, by its REST API (docs.zammad.org/en/latest/api/ticket/index.html and
…/api/ticket/articles.html).

Cases carry the conversation's id at the end of their title. What we write has the sender
`Customer`; what is internal is for people there alone. Mail of agents to somebody else, and mail
that came in, is no answer to the customer: of the sender `Agent` only a note, what was written in
the web or mail `to` our customer is. (Types: …/api/ticket/articles.html; a listed article has the
names of its `type` and `sender`, as its own ticket_articles_controller.rb renders them.)
"""

from __future__ import annotations

from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

from assistant.adapters.helpdesks.account import Account, Place, listed, told
from assistant.domain.conversation import Priority
from assistant.domain.ticket import Heard, NewCase, Opened, OutsideReply

_PRIORITY = {Priority.NORMAL: "2 normal", Priority.HIGH: "3 high", Priority.URGENT: "3 high"}
_CLOSED = ("closed", "merged")
_BREAKS = ("br", "p", "div", "li", "tr", "blockquote")


class Zammad:
    """`key`: an access token with the permission `ticket.agent`. `group`: the group's name.
    `customer`: in whose name all cases are opened; Zammad wants somebody."""

    name = "Zammad"

    def __init__(self, place: Place) -> None:
        self._account = Account(self.name, place, {"Authorization": f"Token token={place.key}"})
        self._group, self._customer = place.group, place.customer

    def open(self, case: NewCase) -> Opened:
        article = {
            "subject": case.subject,
            "body": case.body,
            "content_type": "text/plain",
            "type": "note",
            "sender": "Customer",
            "internal": False,
        }
        ticket = {
            "title": f"{case.subject} [{case.id}]",
            "group": self._group,
            "customer_id": f"guess:{self._customer}",
            "priority": _PRIORITY[case.priority],
            "tags": ",".join(case.tags),
            "article": article,
        }
        return self._opened(self._account.post("/api/v1/tickets", ticket))

    def find(self, case: NewCase) -> Opened | None:
        query = {"query": f'title:"{case.id}"', "limit": "10", "expand": "true"}
        tickets = listed(self._account.get("/api/v1/tickets/search", query))
        own = [each for each in tickets if f"[{case.id}]" in str(each.get("title"))]
        return self._opened(max(own, key=lambda each: int(each["id"]))) if own else None

    def add(self, ticket_id: str, words: str, *, from_customer: bool) -> None:
        article = {
            "ticket_id": int(ticket_id),
            "body": words,
            "content_type": "text/plain",
            "type": "note",
            "sender": "Customer" if from_customer else "Agent",
            "internal": not from_customer,
        }
        self._account.post("/api/v1/ticket_articles", article)
        if from_customer:
            self._account.put(f"/api/v1/tickets/{quote(ticket_id, safe='')}", {"state": "open"})

    def heard(self, ticket_id: str) -> Heard:
        id = quote(ticket_id, safe="")
        ticket = self._account.get(f"/api/v1/tickets/{id}", {"expand": "true"})
        articles = listed(self._account.get(f"/api/v1/ticket_articles/by_ticket/{id}"))
        by_people = [
            OutsideReply(str(each["id"]), _words(each))
            for each in articles
            if each.get("sender") == "Agent" and not each.get("internal") and self._is_told(each)
        ]
        return Heard(by_people, told(ticket, "state") in _CLOSED)

    def check(self) -> None:
        self._account.get("/api/v1/users/me")

    def _is_told(self, article: dict[str, Any]) -> bool:
        """Whether it is for the customer, by its type."""
        if article.get("type") == "email":
            to = getaddresses([str(article.get("to") or "")])
            return self._customer.lower() in (address.lower() for _, address in to)
        return article.get("type") in ("note", "web")

    def _opened(self, ticket: Any) -> Opened:
        id = str(told(ticket, "id"))
        return Opened(id, self._account.page(f"/#ticket/zoom/{quote(id, safe='')}"))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in _BREAKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def _words(article: dict[str, Any]) -> str:
    body = str(article.get("body") or "")
    if article.get("content_type") != "text/html":
        return body.strip()
    text = _Text()
    text.feed(body)
    text.close()
    lines = [" ".join(line.split()) for line in "".join(text.found).split("\n")]
    return "\n".join(lines).strip()
