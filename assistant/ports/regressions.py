"""Where batches of questions are kept."""

from __future__ import annotations

from typing import Protocol

from assistant.domain.regression import RegressionSet
from assistant.ports.people import Deed


class RegressionStore(Protocol):
    """Every change is one transaction with its deed."""

    def add_regression_set(self, kept: RegressionSet, *, deed: Deed) -> None: ...

    def drop_regression_set(self, set_id: str, *, deed: Deed) -> None:
        """UnknownThing."""

    def regression_sets(self) -> list[RegressionSet]:
        """By title."""
