"""The store of experiments: which run, who met them, and what became of those conversations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.domain.experiment import Arm, Experiment, Exposure
from assistant.ports.people import Deed


@dataclass(frozen=True)
class Met:
    """How many visitors met an experiment, each counted by the first conversation in which they
    did. `arms`: those who met one arm alone, early enough, and of these those who reached the goal,
    (reached, visitors); `fresh`: the same, met too lately; `crossed`: who met both arms."""

    arms: Mapping[Arm, tuple[int, int]]
    fresh: int
    crossed: int


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

    def expose(self, exposure: Exposure) -> Arm:
        """Once for each conversation; returns the arm in which it met it first."""

    def arm_met(self, experiment_id: str, conversation_id: str) -> Arm | None:
        """In which arm the conversation met it, if it did."""

    def met(
        self, experiment_id: str, reached: Collection[str], *, settled: datetime, at: datetime
    ) -> Met:
        """Who met it before the moment `at`, as their conversations stood then; too lately: after
        `settled`. `reached`: names of a tally's counts; a conversation that one of them counts
        reached the goal."""
