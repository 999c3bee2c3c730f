"""What the language model wrote of a case: marked with its name, asked for once, never stored."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from assistant.domain.conversation import Author, Message
from assistant.errors import ModelFailed
from assistant.support.inbox import Case

_MOST_MESSAGES = 60
_MOST_KEPT = 256


@dataclass(frozen=True)
class Written:
    """By a language model."""

    text: str
    model: str


def said_lately(case: Case) -> list[Message]:
    """What a model is told of the conversation: never a note, which is for colleagues alone, nor
    a notice of ours, which names the address that the customer left."""
    said = [each for each in case.messages if each.text and each.author is not Author.SYSTEM]
    return said[-_MOST_MESSAGES:]


class WrittenOnce:
    """Remembers what was written of a case in a language, and that it failed, until there is more
    to tell, so that colleagues who open it cost nothing. Thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, str], Written | None] = OrderedDict()
        self._lock = threading.Lock()

    async def of(
        self, case: Case, *, locale: str, ask: Callable[[], Awaitable[Written]]
    ) -> Written:
        """What `ask` wrote; ModelFailed where it failed, now or before."""
        key = (case.conversation.id, said_lately(case)[-1].id, locale)
        with self._lock:
            if known := key in self._kept:
                self._kept.move_to_end(key)
            written = self._kept.get(key)
        if not known:
            try:
                written = await ask()
            except ModelFailed:
                self._remember(key, None)
                raise
            self._remember(key, written)
        if written is None:
            raise ModelFailed("The model wrote nothing of this before; it is not asked again.")
        return written

    def _remember(self, key: tuple[str, str, str], written: Written | None) -> None:
        with self._lock:
            # Of two that were asked at once, the one that wrote counts.
            self._kept[key] = written or self._kept.get(key)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
