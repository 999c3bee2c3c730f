"""For a real process in tests: an encoder that needs no model, and takes its time."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from assistant.ports import Vectors
from assistant.testing.fakes import FakeEmbedder


class SlowEmbedder(FakeEmbedder):
    """Takes SLOW_EMBEDDER_S seconds a call, so that a reply is in work long enough to be met."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        time.sleep(float(os.environ.get("SLOW_EMBEDDER_S", "0")))
        return super().embed(texts)
