"""For a real process in tests: an encoder that needs no model, and takes its time."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.ports import Vectors
from assistant.testing.fakes import FakeEmbedder


class SlowEmbedder(FakeEmbedder):
    """Takes SLOW_EMBEDDER_S seconds a call, or until the file SLOW_EMBEDDER_UNTIL is there, so that
    a reply is in work long enough to be met."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        time.sleep(float(os.environ.get("SLOW_EMBEDDER_S", "0")))
        until = os.environ.get("SLOW_EMBEDDER_UNTIL")
        while until is not None and not Path(until).exists():
            time.sleep(0.01)
        return super().embed(texts)
