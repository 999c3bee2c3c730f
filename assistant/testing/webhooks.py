"""What every WebhookStore and every Poster must do, and a Poster that keeps what it was given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.webhook import Form, Topic, Webhook
from assistant.errors import NeverDelivered, NotDelivered, UnknownThing
from assistant.ports import Deed
from assistant.ports.webhooks import Poster
from assistant.testing.samples import NOON

HOOK = Webhook(
    id="w1",
    url="https://hooks.company.example/help?channel=1",
    secret="whsec_c2VjcmV0",
    form=Form.STANDARD,
    topics=frozenset({Topic.WAITING, Topic.LATE}),
    words=False,
    locale="fr",
    active=True,
    created_at=NOON,
)
DEED = Deed(NOON, "lead-1", "webhook_added", "w1", {})

Posted = tuple[str, bytes, Mapping[str, str]]


class FakePoster:
    """Keeps what it was given in `posted`; raises `fails` instead while that is set."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.fails: NotDelivered | None = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        if self.fails is not None:
            raise self.fails
        self.posted.append((url, body, headers))


class WebhookStoreContract:
    """Needs the fixture `store`: an empty one that is a PeopleStore too."""

    def test_what_was_saved_is_there_the_oldest_first(self, store: Any) -> None:
        later = replace(HOOK, id="w0", created_at=NOON + timedelta(hours=1))
        store.save_webhook(later, deed=DEED)
        store.save_webhook(HOOK, deed=DEED)
        assert store.webhooks() == [HOOK, later]
        assert store.deeds()[0][1].action == "webhook_added"

    def test_a_change_changes_one(self, store: Any) -> None:
        store.save_webhook(HOOK, deed=DEED)
        paused = replace(HOOK, active=False, words=True, form=Form.SLACK, topics=frozenset())
        store.save_webhook(paused, deed=DEED)
        assert store.webhooks() == [paused]

    def test_what_is_dropped_is_gone(self, store: Any) -> None:
        store.save_webhook(HOOK, deed=DEED)
        store.drop_webhook("w1", deed=replace(DEED, action="webhook_dropped"))
        assert store.webhooks() == []
        assert store.deeds()[0][1].action == "webhook_dropped"
        with pytest.raises(UnknownThing):
            store.drop_webhook("w1", deed=DEED)


class PosterContract:
    """Needs the fixtures `poster`; `url`, which it may post to; `received`, which gives what
    arrived as (path, body, headers in small letters); `answer`, which has the other side answer
    with a status from now on, 0: be gone."""

    def test_a_body_arrives_with_its_headers(
        self, poster: Poster, url: str, received: Callable[[], list[Posted]]
    ) -> None:
        poster.post(f"{url}/a/b?c=d", b'{"x":"\xc3\xa9"}', {"webhook-id": "d-1"})
        ((path, body, headers),) = received()
        assert (path, body) == ("/a/b?c=d", b'{"x":"\xc3\xa9"}')
        assert headers["webhook-id"] == "d-1"
        assert headers["content-type"] == "application/json"

    @pytest.mark.parametrize("status", [302, 400, 404, 429, 500, 503, 0])
    def test_what_was_not_taken_may_be_tried_again(
        self, poster: Poster, url: str, answer: Callable[[int], None], status: int
    ) -> None:
        answer(status)
        with pytest.raises(NotDelivered) as caught:
            poster.post(f"{url}/T0/secret-path", b"{}", {})
        assert not isinstance(caught.value, NeverDelivered)
        assert "secret-path" not in str(caught.value)

    def test_what_is_gone_for_good_is_said_to_be(
        self, poster: Poster, url: str, answer: Callable[[int], None]
    ) -> None:
        answer(410)
        with pytest.raises(NeverDelivered):
            poster.post(url, b"{}", {})
