"""What a case that is opened in another system says; the words are files."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from assistant.answering.wordings import spoken
from assistant.case_ports import WholeStore
from assistant.domain.conversation import Author, Conversation, Message
from assistant.domain.handoff import Handoff, address_left
from assistant.domain.ticket import NewCase
from assistant.errors import UnknownThing
from assistant.resources import prompts

LONGEST_BODY = 50_000


class CaseLetters:
    """In the team's language. Composed when it is sent, from what holds then."""

    def __init__(self, store: WholeStore, *, public_url: str, locale: str) -> None:
        """`public_url`: where the console is; empty: cases have no link."""
        self._store, self._base = store, public_url.rstrip("/")
        self._words = _wordings(spoken(locale))

    def case(self, conversation: Conversation) -> tuple[NewCase, int]:
        """What is opened, and how many messages stand in it."""
        messages = self._store.messages(conversation.id)
        handoffs = self._store.handoffs(conversation.id)
        customer = self._customer(handoffs)
        case = NewCase(
            id=conversation.id,
            visitor_id=conversation.visitor_id,
            customer=customer,
            subject=conversation.subject or self._words["no_subject"],
            body=self._body(conversation, messages, customer=customer, handoffs=handoffs),
            locale=conversation.locale,
            priority=conversation.priority,
            tags=conversation.tags,
        )
        return case, len(messages)

    def words(self, said: Sequence[Message]) -> str:
        """What the customer wrote, as one text."""
        return "\n\n".join(map(_text, said))[:LONGEST_BODY]

    def waits_again(self, conversation: Conversation, said: Sequence[Message]) -> str:
        """That it is for people there once more, and why, below what the customer wrote."""
        told = "\n".join(filter(None, [self._words["again"], self._why(conversation)]))
        return "\n\n".join(filter(None, [self.words(said), told]))

    def told(self, what: str, *, person_id: str) -> str:
        """That a colleague does something here."""
        try:
            name = self._store.person(person_id).shown
        except UnknownThing:
            name = self._words["someone"]
        return str(self._words[what]).format(name=name)

    def not_sent(self, helpdesk: str, words: str) -> str:
        """A reply that came while a colleague had the conversation."""
        return str(self._words["not_sent"]).format(helpdesk=helpdesk, words=words)

    def solved_unanswered(self, helpdesk: str) -> str:
        """That the case was closed there though nobody replied."""
        return str(self._words["solved_unanswered"]).format(helpdesk=helpdesk)

    def _body(
        self,
        conversation: Conversation,
        messages: Sequence[Message],
        *,
        customer: str,
        handoffs: Sequence[Handoff],
    ) -> str:
        email = address_left(handoffs)
        head = [
            self._why(conversation),
            self._words["email"].format(email=email) if email else self._words["no_email"],
            self._words["way"],
            self._words["link"].format(url=self._link(conversation)) if self._base else "",
        ]
        names = {Author.CUSTOMER: customer} | {
            author: self._words[author.value] for author in Author if author != Author.CUSTOMER
        }
        lines = [f"{names[message.author]}: {_text(message)}" for message in messages]
        # The newest words are what it is about: where it is too long, the oldest go.
        talk = "\n\n".join(lines)[-LONGEST_BODY:]
        return "\n".join([*filter(None, head), "", f"--- {self._words['said']} ---", "", talk])

    def _why(self, conversation: Conversation) -> str:
        why = self._words["reasons"].get(conversation.reason) if conversation.reason else None
        return str(self._words["why"]).format(reason=why) if why else ""

    def _customer(self, handoffs: Sequence[Handoff]) -> str:
        file: dict[str, Any] = handoffs[-1].case_file if handoffs else {}
        identity = (file.get("context") or {}).get("identity") or {}
        return str(identity.get("name") or self._words["customer"])

    def _link(self, conversation: Conversation) -> str:
        return f"{self._base}/console/conversations/{conversation.id}"


def _text(message: Message) -> str:
    files = ", ".join(f"[{file.name}]" for file in message.attachments)
    return files or message.text


@lru_cache(maxsize=8)
def _wordings(locale: str) -> dict[str, Any]:
    path = prompts() / f"helpdesk.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
