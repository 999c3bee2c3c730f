"""From an error budget to the confidence from which to answer.

What a confidence lets through was counted when the calibration was fitted, on labelled questions
that the fit had not seen; it stands in calibration.json.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Counted:
    """A confidence, the share of all questions that reach it, and the share of these that are
    wrong."""

    confidence: float
    answered: float
    wrong: float


@dataclass(frozen=True)
class Dial:
    """`labels` questions were asked. For each `confidence`, rising: the share of all questions that
    reach it, and the share of these whose first article is wrong. `own`: how many of the questions
    are of this site's own customers, with what its people said of them."""

    labels: int
    confidence: Sequence[float]
    answered: Sequence[float]
    wrong: Sequence[float]
    own: int = 0

    def answer_at(self, max_wrong: float) -> float:
        """The least confidence from which at most this share of the answers is wrong; the highest
        that was counted where the budget cannot be kept."""
        place = len(self.wrong) - 1
        while place > 0 and self.wrong[place - 1] <= max_wrong:
            place -= 1
        return self.confidence[place]

    def counted_at(self, max_wrong: float) -> Counted:
        """What that confidence lets through."""
        place = self.confidence.index(self.answer_at(max_wrong))
        return Counted(self.confidence[place], self.answered[place], self.wrong[place])
