"""Files that customers and people send each other: the assistant reads none.

They lie in the database, so that a backup holds them, and who is forgotten leaves none behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from assistant.domain.attachment import Attachment, file_name, media_type_of
from assistant.domain.conversation import Author, Conversation, Message
from assistant.domain.ownership import WITH_PEOPLE
from assistant.domain.schedule import ServiceLevels, within_hours
from assistant.errors import Refused, WrongStatus
from assistant.ports import Clock, CustomerStore, Deed, PeopleStore, Person
from assistant.support.redaction import redact
from assistant.support.roles import must_answer
from assistant.support.throttle import Throttle
from assistant.support.turns import Recorder

MOST_FILES = 20
"""In one conversation."""
MIB = 1024 * 1024


class FileStore(CustomerStore, PeopleStore, Protocol):
    """Where files lie, and what people did with them."""


@dataclass(frozen=True)
class Limits:
    """What the operator set; `mib` 0 takes no files."""

    mib: int = 10
    messages_per_minute: int = 30
    levels: Callable[[], ServiceLevels] = lambda: within_hours(24)

    @property
    def size(self) -> int:
        """The largest file, in bytes."""
        return self.mib * MIB


class Attachments:
    """Synchronous, thread-safe."""

    def __init__(
        self,
        store: FileStore,
        *,
        limits: Limits,
        now: Clock,
        new_id: Callable[[], str] = lambda: secrets.token_hex(10),
    ) -> None:
        self._store, self.limits, self._now, self._new_id = store, limits, now, new_id
        self._throttle = Throttle(per_minute=limits.messages_per_minute, now=now)
        self._recorder = Recorder(store=store, levels=limits.levels, now=now, new_id=new_id)

    def may_send(self, conversation: Conversation) -> None:
        """Refused or WrongStatus where none is taken, before any of it is read."""
        if not self.limits.mib:
            raise Refused("No files are taken here; describe it in words.")
        if conversation.status not in WITH_PEOPLE:
            raise WrongStatus(conversation.id, status=conversation.status, wanted=WITH_PEOPLE)

    def send(
        self, conversation: Conversation, content: bytes, *, name: str, client_id: str | None
    ) -> Message:
        """A message of the customer's that is this file. The same `client_id` again is the same."""
        self.may_send(conversation)
        if client_id and (sent := self._store.sent(conversation.id, client_id)):
            return sent
        media_type = self._taken(conversation, content)
        self._throttle.count(conversation.visitor_id)
        message = self._message(conversation, content, name=name, media_type=media_type)
        stored = self._store.attach(
            replace(message, client_id=client_id), content, due_at=self._due(conversation)
        )
        # Given back to the assistant at this moment, it is the assistant's to answer.
        with suppress(WrongStatus):
            self._recorder.leave_to_people(conversation, stored)
        return stored

    def answer(
        self,
        conversation: Conversation,
        person: Person,
        content: bytes,
        *,
        name: str,
        key: str | None = None,
    ) -> Message:
        """A file for the customer, of who has the conversation; one that waits is claimed
        by that. The same `key` again sends nothing a second time."""
        must_answer(person.role)
        self.may_send(conversation)
        media_type = self._taken(conversation, content)
        message = self._message(conversation, content, name=name, media_type=media_type)
        theirs = replace(message, author=Author.AGENT, client_id=key)
        sent = self._store.attach(theirs, content, due_at=None, by=person.id)
        if sent.id == theirs.id:
            did = {"message_id": sent.id, "file": media_type}
            self._store.record(Deed(self._now(), person.id, "answered", conversation.id, did))
        return sent

    def read(self, conversation_id: str, attachment_id: str) -> tuple[Attachment, bytes]:
        """A file of this conversation, or UnknownThing."""
        return self._store.attachment(conversation_id, attachment_id)

    def _taken(self, conversation: Conversation, content: bytes) -> str:
        """What the file is; Refused where it is none that is taken."""
        media_type = media_type_of(content)
        if media_type is None:
            raise Refused("This is not a file that is taken; send a PNG, JPEG, GIF, WebP or PDF.")
        if len(content) > self.limits.size:
            raise Refused(f"The file is too large; send at most {self.limits.mib} MiB.")
        if self._count(conversation) >= MOST_FILES:
            raise Refused(f"A conversation takes {MOST_FILES} files; start another for more.")
        return media_type

    def _count(self, conversation: Conversation) -> int:
        return sum(len(each.attachments) for each in self._store.messages(conversation.id))

    def _due(self, conversation: Conversation) -> datetime | None:
        levels = self.limits.levels()
        return levels.due(self._now(), priority=conversation.priority, first=False)

    def _message(
        self, conversation: Conversation, content: bytes, *, name: str, media_type: str
    ) -> Message:
        called = file_name(redact(name, locale=conversation.locale), media_type)
        file = Attachment(f"f-{self._new_id()}", called, media_type, len(content))
        return Message(
            id=f"m-{self._new_id()}",
            conversation_id=conversation.id,
            author=Author.CUSTOMER,
            text=called,
            locale=conversation.locale,
            created_at=self._now(),
            attachments=(file,),
        )
