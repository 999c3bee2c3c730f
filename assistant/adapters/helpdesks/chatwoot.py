"""Chatwoot, by its application API (developers.chatwoot.com: Create Contact, Create New
Conversation, Create New Message, Get messages), into an inbox of the kind *API*.

The contact carries the visitor's id as `identifier`, the conversation ours in `custom_attributes`.
What we write is `incoming`.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from assistant.adapters.helpdesks.account import Account, Place, listed, told
from assistant.domain.conversation import Priority
from assistant.domain.ticket import Heard, NewCase, Opened, OutsideReply
from assistant.errors import NeverDelivered

_OURS = "help_assistant_conversation"
_PRIORITY = {Priority.NORMAL: "medium", Priority.HIGH: "high", Priority.URGENT: "urgent"}
_OUTGOING = 1
_RESOLVED = "resolved"


class Chatwoot:
    """`key`: an agent's access token. `group`: account and inbox by their numbers, as `1/7`."""

    name = "Chatwoot"

    def __init__(self, place: Place) -> None:
        self._account = Account(self.name, place, {"api_access_token": place.key})
        account, _, inbox = place.group.partition("/")
        self._path, self._inbox = f"/api/v1/accounts/{quote(account, safe='')}", inbox
        self._number = account

    def open(self, case: NewCase) -> Opened:
        contact = self._contact(case) or self._new_contact(case)
        conversation = self._account.post(
            f"{self._path}/conversations",
            {
                "source_id": self._source(contact),
                "inbox_id": int(self._inbox),
                "contact_id": contact["id"],
                "status": "open",
                "custom_attributes": {_OURS: case.id, "subject": case.subject},
            },
        )
        opened = self._opened(conversation)
        # The second step of two: `find` gives a case whose first words are still missing.
        self.add(opened.ticket_id, case.body, from_customer=True)
        self._account.post(
            f"{self._conversation(opened.ticket_id)}/toggle_priority",
            {"priority": _PRIORITY[case.priority]},
        )
        return opened

    def find(self, case: NewCase) -> Opened | None:
        contact = self._contact(case)
        if contact is None:
            return None
        found = self._account.get(f"{self._path}/contacts/{contact['id']}/conversations")
        own = [
            each
            for each in listed(found, "payload")
            if told(each, "custom_attributes", _OURS) == case.id
        ]
        if not own:
            return None
        opened = self._opened(max(own, key=lambda each: int(each["id"])))
        if not self._messages(opened.ticket_id):
            self.add(opened.ticket_id, case.body, from_customer=True)
        return opened

    def add(self, ticket_id: str, words: str, *, from_customer: bool) -> None:
        kind = "incoming" if from_customer else "outgoing"
        message = {"content": words, "message_type": kind, "private": not from_customer}
        self._account.post(f"{self._conversation(ticket_id)}/messages", message)

    def heard(self, ticket_id: str) -> Heard:
        conversation = self._account.get(self._conversation(ticket_id))
        by_people = [
            OutsideReply(str(each["id"]), str(each.get("content") or ""))
            for each in self._messages(ticket_id)
            if each.get("message_type") == _OUTGOING and not each.get("private")
        ]
        return Heard(by_people, told(conversation, "status") == _RESOLVED)

    def check(self) -> None:
        self._account.get(f"{self._path}/inboxes/{quote(self._inbox, safe='')}")

    def _messages(self, ticket_id: str) -> list[dict[str, Any]]:
        """The latest page holds twenty; older ones are asked for by `before`."""
        path, found = f"{self._conversation(ticket_id)}/messages", list[dict[str, Any]]()
        page = listed(self._account.get(path), "payload")
        while page:
            found = page + found
            oldest = min(int(each["id"]) for each in page)
            page = [
                each
                for each in listed(self._account.get(path, {"before": str(oldest)}), "payload")
                if int(each["id"]) < oldest
            ]
        return found

    def _contact(self, case: NewCase) -> dict[str, Any] | None:
        found = self._account.get(f"{self._path}/contacts/search", {"q": case.visitor_id})
        own = [e for e in listed(found, "payload") if e.get("identifier") == case.visitor_id]
        return own[0] if own else None

    def _new_contact(self, case: NewCase) -> dict[str, Any]:
        found = self._account.post(
            f"{self._path}/contacts",
            {
                "inbox_id": int(self._inbox),
                "name": case.customer,
                "identifier": case.visitor_id,
            },
        )
        contact: dict[str, Any] = told(found, "payload", "contact") or {}
        inbox = told(found, "payload", "contact_inbox")
        return {**contact, "contact_inboxes": contact.get("contact_inboxes") or [inbox]}

    def _source(self, contact: dict[str, Any]) -> str:
        """By this name the inbox knows the contact."""
        inboxes = [each for each in contact.get("contact_inboxes") or () if isinstance(each, dict)]
        own = [e for e in inboxes if str(told(e, "inbox", "id") or self._inbox) == self._inbox]
        if not own:
            raise NeverDelivered(
                "Chatwoot knows this customer in another inbox alone; "
                "check the inbox in ASSISTANT_HELPDESK_GROUP."
            )
        return str(own[0].get("source_id"))

    def _conversation(self, ticket_id: str) -> str:
        return f"{self._path}/conversations/{quote(ticket_id, safe='')}"

    def _opened(self, conversation: Any) -> Opened:
        id = str(told(conversation, "id"))
        page = f"/app/accounts/{quote(self._number, safe='')}/conversations/{quote(id, safe='')}"
        return Opened(id, self._account.page(page))
