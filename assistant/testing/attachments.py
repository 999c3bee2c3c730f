"""What a ConversationStore must do with files."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest

from assistant.domain.attachment import Attachment
from assistant.domain.conversation import Author, Message
from assistant.domain.ownership import Event
from assistant.errors import UnknownThing, WithAnother, WrongStatus
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    by_agent,
    handed_over,
    started,
)

PIECES = b"\x89PNG\x00" * 50_000
"""Longer than what is stored in one piece."""
LABEL = Attachment("f1", "étiquette.png", "image/png", len(PIECES))


def with_file(conversation: str = "c1", file: Attachment = LABEL, **more: Any) -> Message:
    """A message that is the file."""
    said = a_message(f"m-{file.id}", file.name, conversation=conversation, **more)
    return replace(said, attachments=(file,))


class AttachmentStoreContract:
    """Needs the fixture `store`: an empty one, its tables made."""

    def test_a_file_comes_back_as_it_went(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation("c1")))
        stored = store.attach(with_file(), PIECES, due_at=NOON)
        assert stored.attachments == (LABEL,)
        assert store.messages("c1")[-1] == stored
        assert store.attachment("c1", "f1") == (LABEL, PIECES)
        told = store.events("c1")[-1].payload
        assert told["attachments"] == [asdict(LABEL)]
        assert store.conversation("c1").waiting_since is not None

    def test_sent_twice_it_is_there_once(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation("c1")))
        first = store.attach(with_file(client_id="k"), PIECES, due_at=None)
        again = with_file(file=replace(LABEL, id="f2"), client_id="k")
        assert store.attach(again, PIECES, due_at=None) == first
        assert store.sent("c1", "k") == first
        with pytest.raises(UnknownThing):
            store.attachment("c1", "f2")

    def test_only_people_take_files(self, store: Any) -> None:
        started(store, a_conversation("c1"))
        with pytest.raises(WrongStatus):
            store.attach(with_file(), PIECES, due_at=None)
        handed_over(store, store.conversation("c1"))
        store.move("c1", by_agent(Event.RESOLVED))
        with pytest.raises(WrongStatus):
            store.attach(with_file(), PIECES, due_at=None)
        assert not any(message.attachments for message in store.messages("c1"))

    def test_another_conversation_does_not_lead_to_it(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation("c1")))
        started(store, a_conversation("c2", visitor="v2"))
        store.attach(with_file(), PIECES, due_at=None)
        with pytest.raises(UnknownThing):
            store.attachment("c2", "f1")

    def test_who_is_forgotten_leaves_no_file(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation("c1", visitor="v1")))
        store.attach(with_file(), PIECES, due_at=None)
        store.forget("v1")
        assert list(store.export("attachments")) == []
        with pytest.raises(UnknownThing):
            store.attachment("c1", "f1")
        assert store.check() == []

    def test_an_export_tells_of_it_without_the_file(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation("c1")))
        store.attach(with_file(), PIECES, due_at=None)
        row = asdict(LABEL) | {"message_id": "m-f1", "conversation_id": "c1"}
        assert list(store.export("attachments")) == [row]
        nested = next(iter(store.export("conversations")))["attachments"]
        assert nested == [asdict(LABEL) | {"message_id": "m-f1"}]

    def test_a_persons_file_is_their_answer(self, store: Any) -> None:
        handed_over(store, started(store, a_conversation("c1")))
        theirs = replace(with_file(), author=Author.AGENT, client_id="k1")
        sent = store.attach(theirs, PIECES, due_at=None, by="agent-1")
        assert (sent.author, sent.attachments) == (Author.AGENT, theirs.attachments)
        now = store.conversation("c1")
        assert (now.agent_id, now.waiting_since) == ("agent-1", None)
        assert store.handoffs("c1")[-1].answered_at is not None
        again = replace(theirs, id="m-again")
        assert store.attach(again, PIECES, due_at=None, by="agent-1").id == theirs.id
        with pytest.raises(WithAnother):
            store.attach(replace(again, client_id="k2"), PIECES, due_at=None, by="agent-2")
