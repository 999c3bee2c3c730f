"""How sure the assistant must be now, to answer everybody of whom nothing else is tried.

Leads may have adopted an error budget from an experiment; else the operator's holds. Whoever asks
what customers are answered asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from assistant.answering.pipeline import Answerer
from assistant.domain.experiment import Subject
from assistant.retrieval.dial import Dial


@dataclass(frozen=True)
class ErrorBudget:
    """Shares of the answers that may be wrong. `adopted`: by leads; None: they adopted none."""

    operators: float
    adopted: float | None = None

    @property
    def share(self) -> float:
        """The one that holds."""
        return self.operators if self.adopted is None else self.adopted


class Adopted(Protocol):
    """Where it is kept what leads adopted."""

    def team_setting(self, name: str) -> Any: ...


class Sureness:
    """Thread-safe."""

    def __init__(self, store: Adopted, *, dial: Dial, max_wrong: float) -> None:
        """`max_wrong`: the operator's."""
        self._store, self._max_wrong, self.dial = store, max_wrong, dial

    def budget(self) -> ErrorBudget:
        """As it is now."""
        return ErrorBudget(self._max_wrong, self._store.team_setting(Subject.MAX_WRONG.value))

    def applied(self, answerer: Answerer) -> Answerer:
        """One made with the operator's budget, as it answers now."""
        adopted = self.budget().adopted
        return answerer if adopted is None else self.with_budget(answerer, adopted)

    def with_budget(self, answerer: Answerer, share: float) -> Answerer:
        """The same answerer, of whose answers this share may be wrong."""
        return answerer.answering_from(self.dial.answer_at(share))
