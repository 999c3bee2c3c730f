"""Which of the questions that customers asked are asked again of an article."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from assistant.domain.regression import Line
from assistant.ports.gaps import AskedQuestion
from assistant.retrieval.analysis import tokens

CHECKED = 300
"""Questions of the log that are asked: of them at most …"""
_NEAR_SHARE, _FAILED_SHARE = 0.5, 0.3
"""… so large a part is near the article, or failed; the rest is drawn from all others."""
_NEAR = 0.45
"""Cosine to a passage or phrasing of the article."""


class Chosen(StrEnum):
    """Why a question was asked."""

    NEAR = "near"
    FAILED = "failed"
    SAMPLE = "sample"
    KEPT = "kept"
    """It stands in a regression set."""


_IN_TURN = (Chosen.NEAR, Chosen.KEPT, Chosen.FAILED, Chosen.SAMPLE)


@dataclass(frozen=True)
class Wording:
    """A question in the same words, by how many customers. `nearness`: to the article; `expected`:
    what should answer it, as a regression set says."""

    question: AskedQuestion
    askers: int
    nearness: float
    chosen: Chosen
    expected: str = ""


def choose(
    asked: Sequence[AskedQuestion],
    nearness: Sequence[float],
    *,
    failed: Collection[str],
    most: int = CHECKED,
) -> list[Wording]:
    """Each wording once: those near the article, then of the others those that failed, by how many
    asked; the rest is drawn by a hash of the words, the same ones every time."""
    same: dict[tuple[str, ...], list[int]] = {}
    for at, question in enumerate(asked):
        words = tokens(question.meaning, question.locale)
        if words:
            same.setdefault((question.locale, *words), []).append(at)
    found = [_wording([asked[at] for at in ats], nearness[ats[0]], failed) for ats in same.values()]
    near = sorted((w for w in found if w.chosen is Chosen.NEAR), key=lambda w: -w.nearness)
    lost = sorted((w for w in found if w.chosen is Chosen.FAILED), key=lambda w: -w.askers)
    rest = sorted((w for w in found if w.chosen is Chosen.SAMPLE), key=_drawn)
    picked = near[: int(most * _NEAR_SHARE)]
    picked += lost[: int(most * _FAILED_SHARE)]
    return picked + rest[: most - len(picked)]


def kept(line: Line, *, at: datetime) -> Wording:
    """One of a regression set, which no customer needs to have asked."""
    asked = AskedQuestion("", "", "", line.question, line.question, line.locale, at)
    return Wording(asked, 0, 0.0, Chosen.KEPT, line.expected)


def in_turn(wordings: Sequence[Wording]) -> list[Wording]:
    """What tells most comes first, for there may not be time for all."""
    return sorted(wordings, key=lambda wording: _IN_TURN.index(wording.chosen))


def _wording(same: Sequence[AskedQuestion], nearness: float, failed: Collection[str]) -> Wording:
    chosen = Chosen.SAMPLE
    if nearness >= _NEAR:
        chosen = Chosen.NEAR
    elif any(question.message_id in failed for question in same):
        chosen = Chosen.FAILED
    askers = len({question.visitor_id for question in same})
    return Wording(same[-1], askers, nearness, chosen)


def _drawn(wording: Wording) -> str:
    return sha256(wording.question.meaning.encode()).hexdigest()
