"""What the predicted satisfaction means on this site, learnt from its own CSAT answers.

Before `calibration.FEWEST` answers the predictions stay uncalibrated, and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.domain.conversation import Message
from assistant.insights.calibration import FEWEST, Calibration, fit
from assistant.insights.rates import Rate
from assistant.insights.score import score_conversation
from assistant.insights.transcript import said_in
from assistant.ports.figures import GOOD, RatedConversation

MOST = 1000
"""Of the latest answers, so many are learnt from: sites change, and the page must open."""
_BINS = 10


class RatedStore(Protocol):
    """What is read of the log."""

    def rated(self, *, limit: int, simulated: bool) -> Sequence[RatedConversation]: ...

    def messages(self, conversation_id: str) -> list[Message]: ...


@dataclass(frozen=True)
class Label:
    """A prediction and whether the customer's answer was a good one; of which conversation."""

    predicted: float
    good: bool
    conversation_id: str = ""


@dataclass(frozen=True)
class Bin:
    """Ratings of similar prediction: its mean, and how many of them were good."""

    tenth: int
    labels: Sequence[Label]

    @property
    def low(self) -> float:
        return self.tenth / _BINS

    @property
    def high(self) -> float:
        return (self.tenth + 1) / _BINS

    @property
    def predicted(self) -> float:
        return sum(label.predicted for label in self.labels) / len(self.labels)

    @property
    def good(self) -> Rate:
        return Rate(sum(label.good for label in self.labels), len(self.labels))


@dataclass(frozen=True)
class SitePredictions:
    """`bins` and `error` are of predictions that were not fitted on their own labels: where there
    is a calibration, each half is shown by the line drawn through the other one. `error`: mean
    distance of prediction and share, over the bins."""

    labels: int
    calibration: Calibration | None
    bins: Sequence[Bin]
    error: float | None


class Predictions:
    """Learnt again when there are new answers."""

    def __init__(self, store: RatedStore) -> None:
        self._store = store
        self._learnt: dict[bool, tuple[Sequence[RatedConversation], SitePredictions]] = {}

    def of_site(self, *, simulated: bool = False) -> SitePredictions:
        """Simulated conversations teach nothing about real ones."""
        rated = self._store.rated(limit=MOST, simulated=simulated)
        known = self._learnt.get(simulated)
        if known is None or known[0] != rated:
            labels = [label for each in rated if (label := self._label(each)) is not None]
            known = self._learnt[simulated] = (rated, learn(labels))
        return known[1]

    def _label(self, rated: RatedConversation) -> Label | None:
        """From what was said until the answer."""
        said = said_in(self._store.messages(rated.conversation_id), until=rated.at)
        predicted = score_conversation(said, locale=rated.locale).satisfaction.value
        good = rated.csat >= GOOD["csat"]
        return None if predicted is None else Label(predicted, good, rated.conversation_id)


def learn(labels: Sequence[Label]) -> SitePredictions:
    """From labels in any order that has nothing to do with them."""
    calibration = _fitted(labels, fewest=FEWEST)
    shown = list(labels)
    if calibration is not None:
        halves = (labels[::2], labels[1::2])
        lines = [_fitted(half, fewest=FEWEST // 2) for half in reversed(halves)]
        shown = [
            replace(label, predicted=(line or calibration).applied(label.predicted))
            for half, line in zip(halves, lines, strict=True)
            for label in half
        ]
    bins = _bins(shown)
    gaps = [abs(each.predicted * each.good.n - each.good.count) for each in bins]
    return SitePredictions(
        len(labels), calibration, bins, sum(gaps) / len(shown) if shown else None
    )


def _fitted(labels: Sequence[Label], *, fewest: int) -> Calibration | None:
    predicted, good = [each.predicted for each in labels], [each.good for each in labels]
    return fit(predicted, good, fewest=fewest)


def _bins(labels: Sequence[Label]) -> list[Bin]:
    """Of equal width, without those that hold nothing."""
    found: dict[int, list[Label]] = {}
    for label in labels:
        found.setdefault(min(int(label.predicted * _BINS), _BINS - 1), []).append(label)
    return [Bin(tenth, held) for tenth, held in sorted(found.items())]
