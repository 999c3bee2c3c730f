"""A lead adds webhooks in the console and sees each secret once."""

from __future__ import annotations

import html
import re
from typing import Any

from tests.server.conftest import Agent, World, utc_now

SENT: dict[str, Any] = {
    "url": "https://hooks.slack.example/services/T000/B000/XXXXyyyy",
    "form": "slack",
    "topics": ["conversation.waiting", "conversation.late"],
    "locale": "fr",
}


def test_the_secret_is_shown_once(world: World, lea: Agent) -> None:
    assert "None yet" in lea.opens("/console/webhooks").text
    made = lea.posts("/console/webhooks", **SENT)
    (webhook,) = world.store.webhooks()
    secret = re.search(r'class="secret">([^<]+)<', made.text)
    assert secret is not None
    assert html.unescape(secret[1]) == webhook.secret
    assert made.headers["cache-control"] == "no-store"
    again = lea.opens("/console/webhooks").text
    assert webhook.secret not in html.unescape(again)
    assert "XXXXyyyy" not in again
    assert "https://hooks.slack.example/…yyyy" in again
    assert webhook.secret not in str(world.store.deeds())
    assert "B000" not in str(world.store.deeds())


def test_it_is_paused_resumed_tested_renewed_and_deleted(world: World, lea: Agent) -> None:
    lea.posts("/console/webhooks", **SENT)
    (webhook,) = world.store.webhooks()
    path = f"/console/webhooks/{webhook.id}"
    assert lea.posts(f"{path}/pause").status_code == 303
    assert not world.store.webhooks()[0].active
    lea.posts(f"{path}/resume")
    assert world.store.webhooks()[0].active
    assert lea.posts(f"{path}/test").headers["location"].endswith("tested=1")
    assert "A test is on its way" in lea.opens("/console/webhooks?tested=1").text
    renewed = lea.posts(f"{path}/secret").text
    assert world.store.webhooks()[0].secret in html.unescape(renewed)
    lea.posts(f"{path}/drop")
    assert world.store.webhooks() == []
    did = [deed.action for _, deed in world.store.deeds()][:5]
    assert did == [
        "webhook_dropped", "webhook_secret_renewed", "webhook_changed", "webhook_changed",
        "webhook_added",
    ]  # fmt: skip


def test_what_cannot_work_is_refused_and_what_was_typed_is_kept(world: World, lea: Agent) -> None:
    refused = lea.posts("/console/webhooks", **SENT | {"url": "http://10.0.0.1/x"})
    assert refused.status_code == 422
    assert 'value="http://10.0.0.1/x"' in refused.text
    assert world.store.webhooks() == []
    assert lea.posts("/console/webhooks", **SENT | {"topics": ["everything"]}).status_code == 422
    assert lea.posts("/console/webhooks/none/pause").status_code == 404


def test_one_that_never_arrived_stands_in_the_list_without_its_secret(
    world: World, lea: Agent
) -> None:
    lea.posts("/console/webhooks", **SENT)
    (webhook,) = world.store.webhooks()
    lea.posts(f"/console/webhooks/{webhook.id}/test")
    (taken,) = world.store.take_due(utc_now(), until=utc_now())
    world.store.not_delivered(taken.id, at=utc_now(), next_at=None, problem="Gone (410).")
    page = lea.opens("/console/deliveries").text
    assert "Test of a webhook" in page
    assert "hooks.slack.example/…yyyy" in page
    assert "XXXX" not in page
