"""What every ConversationStore must do."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from assistant.errors import NotAllowed, UnknownThing
from assistant.ports import ConversationStore
from assistant.testing.log_export import ExportContract
from assistant.testing.ownership import OwnershipContract
from assistant.testing.replies import RepliesContract
from assistant.testing.samples import (
    NOON,
    a_conversation,
    a_message,
    handed_over,
    started,
    token_of,
)


class ConversationStoreContract(RepliesContract, OwnershipContract, ExportContract):
    """Needs the fixtures `store`: an empty one, its tables made; and `reopened`: the same again."""

    # -- who may read

    def test_a_conversation_is_read_back_whole(self, store: ConversationStore) -> None:
        conversation = started(store, a_conversation())
        assert store.conversation("c1") == conversation
        with pytest.raises(UnknownThing):
            store.conversation("nothing")
        with pytest.raises(UnknownThing):
            store.conversation("c1\x00")

    def test_a_conversation_opens_to_its_own_and_its_visitors_token(
        self, store: ConversationStore
    ) -> None:
        mine = started(store, a_conversation("mine", visitor="v1"))
        started(store, a_conversation("theirs", visitor="v2"))
        assert store.conversation_for("mine", token_of("mine")) == mine
        assert store.conversation_for("mine", token_of("v1")) == mine
        for token in map(token_of, ("theirs", "v2", "", "nobody")):
            with pytest.raises(UnknownThing):
                store.conversation_for("mine", token)
        assert store.visitor_for(token_of("v1")) == "v1"
        assert store.visitor_for(token_of("mine")) is None

    def test_a_visitor_is_not_joined_by_somebody_elses_token(
        self, store: ConversationStore
    ) -> None:
        started(store, a_conversation("mine", visitor="v1"))
        theirs = a_conversation("theirs", visitor="v1")
        with pytest.raises(NotAllowed):
            store.start(theirs, token_hash=token_of("theirs"), visitor_token_hash=token_of("v2"))
        another = a_conversation("theirs", visitor="v2")
        with pytest.raises(NotAllowed):
            store.start(another, token_hash=token_of("theirs"), visitor_token_hash=token_of("v1"))
        assert [found.id for found in store.conversations()] == ["mine"]

    def test_conversations_are_listed_newest_first(self, store: ConversationStore) -> None:
        for number in range(4):
            visitor = "v1" if number % 2 else "v2"
            started(store, a_conversation(f"c{number}", visitor=visitor, minute=number))
        handed_over(store, store.conversation("c1"))
        assert [found.id for found in store.conversations()] == ["c3", "c2", "c1", "c0"]
        assert [found.id for found in store.conversations(limit=2)] == ["c3", "c2"]
        assert [found.id for found in store.conversations(visitor_id="v1")] == ["c3", "c1"]
        assert [found.id for found in store.conversations(status="waiting")] == ["c1"]

    # -- messages

    def test_what_is_read_in_one_moment_agrees_while_another_thread_writes(
        self, store: ConversationStore
    ) -> None:
        started(store, a_conversation())
        store.add_message(a_message("m0", "First"))
        with store.one_moment():
            assert store.reply_to("m0") is None
            with ThreadPoolExecutor(1) as other:
                other.submit(store.add_message, a_message("m1", "Second")).result()
            assert [message.id for message in store.messages("c1")] == ["m0"]
        assert [message.id for message in store.messages("c1")] == ["m0", "m1"]

    def test_messages_come_back_in_the_order_they_were_stored(
        self, store: ConversationStore
    ) -> None:
        started(store, a_conversation())
        # Stored last, though its clock says otherwise.
        said = [a_message(f"m{n}", f"Message {n}", minute=-n) for n in range(12)]
        for message in said:
            assert store.add_message(message) == message
        assert store.messages("c1") == said
        assert store.messages("nothing") == []
        assert store.conversation_of("m3") == "c1"
        with pytest.raises(UnknownThing):
            store.conversation_of("nothing")
        with pytest.raises(UnknownThing):
            store.add_message(a_message(conversation="nothing"))

    def test_any_text_can_be_said(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        text = "Ça alors 👩‍👩‍👧 \u202e ' \" \\ % $1 {x} </script>\r\n"
        assert store.add_message(a_message(text=text)).text == text
        broken = store.add_message(a_message("m2", text="a\x00b\ud83dc"))
        assert broken.text == "a\ufffdb\ufffdc"
        assert store.messages("c1")[1] == broken

    def test_the_same_client_id_again_stores_nothing(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        started(store, a_conversation("c2", visitor="v2"))
        first = store.add_message(a_message("m1", "Bonjour", client_id="k1"))
        assert store.add_message(a_message("m2", "Autre chose", client_id="k1")) == first
        store.add_message(a_message("m3", conversation="c2", client_id="k1"))
        store.add_message(a_message("m4"))
        store.add_message(a_message("m5"))
        assert [message.id for message in store.messages("c1")] == ["m1", "m4", "m5"]
        assert len(store.events("c1")) == 3

    def test_retries_at_the_same_moment_store_one_message(self, store: ConversationStore) -> None:
        started(store, a_conversation())
        retries = [a_message(f"m{n}", client_id="k1") for n in range(8)]
        with ThreadPoolExecutor(8) as threads:
            stored = set(threads.map(lambda message: store.add_message(message).id, retries))
        assert len(stored) == len(store.messages("c1")) == len(store.events("c1")) == 1

    def test_threads_that_write_at_once_lose_nothing(self, store: ConversationStore) -> None:
        for number in range(4):
            started(store, a_conversation(f"c{number}", visitor=f"v{number}"))

        def talk(thread: int) -> None:
            for number in range(12):
                id = f"m{thread}-{number}"
                store.add_message(a_message(id, conversation=f"c{number % 4}"))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(talk, range(4)))
        for number in range(4):
            told = [event.payload["id"] for event in store.events(f"c{number}")]
            assert told == [message.id for message in store.messages(f"c{number}")]
            assert len(told) == 12

    def test_a_moment_without_time_zone_is_refused(self, store: ConversationStore) -> None:
        conversation = replace(a_conversation(), created_at=NOON.replace(tzinfo=None))
        with pytest.raises(ValueError, match="time zone"):
            started(store, conversation)

    def test_a_token_in_the_clear_is_refused(self, store: ConversationStore) -> None:
        with pytest.raises(ValueError, match="hash the token"):
            store.start(a_conversation(), token_hash="secret", visitor_token_hash=token_of("v1"))
        assert store.conversations() == []
