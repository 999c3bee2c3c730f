"""What the server does by itself again and again goes on, whatever breaks."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from assistant.errors import NotDelivered
from assistant.server import app


@pytest.mark.parametrize("broken", [NotDelivered("silent"), RuntimeError("out of threads")])
@pytest.mark.parametrize("loop", ["_watch", "_deliver", "_hear"])
def test_a_round_that_breaks_is_not_the_last(
    loop: str,
    broken: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for pause in ("WATCH_S", "DELIVER_S", "HEAR_S"):
        monkeypatch.setattr(app, pause, 0)
    does = Mock(side_effect=[broken, asyncio.CancelledError])
    assistant: Any = SimpleNamespace(
        watchdog=SimpleNamespace(round=does),
        assigning=SimpleNamespace(round=does),
        outlets=SimpleNamespace(hear=does),
    )
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(getattr(app, loop)(assistant))
    assert does.call_count == 2
    assert ".failed: " in caplog.text
