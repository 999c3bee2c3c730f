"""The store that knows the proactive messages and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from assistant.domain.conversation import Message
from assistant.domain.nudge import Nudge, NudgeFigures
from assistant.ports.people import Deed


class NudgeStore(Protocol):
    """Every method is one transaction that is on disk when it returns."""

    def nudges(self) -> list[Nudge]:
        """The newest first."""

    def save_nudge(self, nudge: Nudge, *, deed: Deed) -> None:
        """A new one, or its new state; what was counted stays."""

    def drop_nudge(self, nudge_id: str, *, deed: Deed) -> None:
        """With what was counted; what was said in conversations stays. UnknownThing."""

    def nudge_shown(self, nudge_id: str) -> None:
        """Once more; harmless where it is gone meanwhile."""

    def nudge_opened(self, nudge_id: str, message: Message) -> Message | None:
        """Say it in the conversation, once. None where people own the conversation: there the
        opening is counted alone. UnknownThing."""

    def nudge_figures(self) -> Mapping[str, NudgeFigures]:
        """By id; those that were never shown may be missing."""
