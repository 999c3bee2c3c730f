"""The store of experiments: which run, who met them, and what became of those conversations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.experiment import Arm, Experiment, Exposure
from assistant.ports.figures import Cohort
from assistant.ports.people import Deed


@dataclass(frozen=True)
class Met:
    """A visitor who met an experiment, in which arm, where and when."""

    visitor_id: str
    conversation_id: str
    arm: Arm
    at: datetime


class ExperimentStore(Protocol):
    """Every change is one transaction with its deed."""

    def experiments(self) -> list[Experiment]:
        """The latest first."""

    def start_experiment(self, experiment: Experiment, *, deed: Deed) -> None:
        """Refused where another one of its subject runs."""

    def end_experiment(
        self, experiment_id: str, *, at: datetime, adopt: bool, deed: Deed
    ) -> Experiment:
        """As it is then; where it is adopted, its value is the setting from now on, and what was
        replaced is kept with it. Refused where it ended before; UnknownThing."""

    def expose(self, exposure: Exposure) -> None:
        """Once for each conversation."""

    def met(self, experiment_id: str, *, until: datetime) -> Sequence[Met]:
        """Everybody who met it before that moment, the earliest first."""

    def outcomes(self, cohort: Cohort, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        """Each conversation that `tally` counts → those of these counts that count it."""
