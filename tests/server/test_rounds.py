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


def test_a_job_that_breaks_keeps_no_other_from_its_turn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Rescues come first."""
    monkeypatch.setattr(app, "WATCH_S", 0)
    done: list[str] = []

    def breaks() -> Any:
        return SimpleNamespace(round=Mock(side_effect=[RuntimeError(), asyncio.CancelledError]))

    async def recover(**_: Any) -> None:
        done.append("recovered")

    broken = {
        name: breaks()
        for name in ("watchdog", "follow_ups", "schedule", "images", "sources", "digester")
    }
    rolling = SimpleNamespace(round=Mock(side_effect=lambda: done.append("rolled")))
    assistant: Any = SimpleNamespace(
        readiness=SimpleNamespace(ready=True),
        desk=SimpleNamespace(recover=recover),
        gaps=SimpleNamespace(settle=Mock(side_effect=RuntimeError("gaps"))),
        rolling=rolling,
        **broken,
    )
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(app._watch(assistant))
    assert done == ["recovered", "rolled"]
    failed = [record.getMessage() for record in caplog.records]
    assert len(failed) == len(broken) + 1
