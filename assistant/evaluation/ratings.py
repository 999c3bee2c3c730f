"""How well the predicted satisfaction agrees with people's ratings: `assistant score --ratings`.

A rated file has a line for each dialogue, `{"id", "turns": [{"role", "text", "labels"?}],
"labels"?, "lang"?}` with ratings from 1 to 5, or for each single turn behind a reply, `{"id",
"text", "rating", "lang"?}`. Whoever writes rules may look at the half called *rules*; the half
called *measured* only measures. Nothing is fitted but the calibration, on the labels that it says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from assistant.domain.conversation import Author
from assistant.errors import Refused
from assistant.evaluation import metrics
from assistant.evaluation.metrics import Array, Figure, Statistic
from assistant.insights import calibration
from assistant.insights.score import score_conversation
from assistant.insights.transcript import SaidTurn, read_turns

HALVES = ("rules", "measured")
LABELS = (100, 300)
"""How many ratings the calibration is fitted on."""
_BAD = 3
"""A rating below this is a bad one."""
_SPLITS = 40
_FEWEST_LEFT = 100
"""Turns left to measure a calibration on; over fewer its error is mostly chance."""


@dataclass(frozen=True)
class Rated:
    """A prediction beside the ratings of the same turn, or of the same dialogue."""

    dialogue: str
    half: str
    predicted: float
    labels: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(self.labels) / len(self.labels)

    @property
    def mostly_bad(self) -> bool:
        return sum(label < _BAD for label in self.labels) * 2 > len(self.labels)


@dataclass(frozen=True)
class Ratings:
    """Of a file: its turns, and its dialogues where they were rated as a whole."""

    turns: tuple[Rated, ...]
    dialogues: tuple[Rated, ...]

    def half(self, name: str) -> Ratings:
        """`rules` or `measured`."""
        return Ratings(
            tuple(rated for rated in self.turns if rated.half == name),
            tuple(rated for rated in self.dialogues if rated.half == name),
        )


def read_ratings(lines: Iterable[str]) -> Ratings:
    """Every rated turn with its prediction; Refused that names the line that cannot be read."""
    turns: list[Rated] = []
    dialogues: list[Rated] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                _add(json.loads(line), turns, dialogues)
            except (ValueError, TypeError, KeyError, AttributeError, Refused) as error:
                raise Refused(f"Line {number} is no rated dialogue: {error}") from error
    if not turns:
        raise Refused('There is no rated turn in it; a turn needs "labels", such as [2, 3, 3].')
    return Ratings(tuple(turns), tuple(dialogues))


def figures(ratings: Ratings) -> dict[str, Figure | None]:
    """By name; None where it has no value. Intervals are over whole dialogues."""
    found = {
        "turn AUC, mean < 3": _auc(ratings.turns, [r.mean < _BAD for r in ratings.turns]),
        "turn AUC, majority < 3": _auc(ratings.turns, [r.mostly_bad for r in ratings.turns]),
    }
    for labels in LABELS:
        found[f"turn ECE, {labels} labels"] = _calibration_error(ratings.turns, labels=labels)
    if ratings.dialogues:
        bad = [rated.mean < _BAD for rated in ratings.dialogues]
        found["dialogue AUC, mean < 3"] = _auc(ratings.dialogues, bad)
        found["dialogue Spearman"] = _spearman(ratings.dialogues)
    return found


def ties(rated: Sequence[Rated]) -> float:
    """Share of the predictions that are the most frequent one."""
    _, counts = np.unique([round(each.predicted, 4) for each in rated], return_counts=True)
    return float(counts.max() / len(rated))


def as_text(ratings: Ratings) -> str:
    """Both halves side by side."""
    halves = {name: ratings.half(name) for name in HALVES}
    rows = {name: figures(half) for name, half in halves.items() if half.turns}
    lines = [f"{'':24}" + "".join(f"{name:>24}" for name in rows)]
    names = dict.fromkeys(name for found in rows.values() for name in found)
    for name in names:
        lines.append(
            f"{name:24}" + "".join(f"{_cell(found.get(name)):>24}" for found in rows.values())
        )
    counts = "".join(f"{len(halves[name].turns):>24}" for name in rows)
    tied = "".join(f"{ties(halves[name].turns):>24.3f}" for name in rows)
    return "\n".join([*lines, f"{'turns':24}{counts}", f"{'largest tie':24}{tied}"])


def half_of(id: str) -> str:
    """By the hash of the id: the same for everybody, and telling nothing of the ratings."""
    return HALVES[int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2]


def _add(record: Any, turns: list[Rated], dialogues: list[Rated]) -> None:
    id = str(record["id"])
    half = record.get("half") or half_of(id)
    said, labels = _said(record)
    told = record.get("lang")
    found = score_conversation(said, locale=told if isinstance(told, str) else None).satisfaction
    for turn in found.turns:
        if labels.get(turn.index):
            turns.append(Rated(id, half, turn.value, labels[turn.index]))
    if record.get("labels") and found.value is not None:
        dialogues.append(Rated(id, half, found.value, tuple(map(float, record["labels"]))))


def _said(record: Any) -> tuple[list[SaidTurn], dict[int, tuple[float, ...]]]:
    if "rating" in record:
        behind = [SaidTurn(Author.ASSISTANT, "…"), SaidTurn(Author.CUSTOMER, record["text"])]
        return behind, {1: (float(record["rating"]),)}
    said = read_turns(record["turns"])
    labels = enumerate(turn.get("labels") or () for turn in record["turns"])
    return said, {index: tuple(map(float, given)) for index, given in labels if given}


def _auc(rated: Sequence[Rated], bad: Sequence[bool]) -> Figure | None:
    return _figure(metrics.auroc([-each.predicted for each in rated], bad), rated)


def _spearman(rated: Sequence[Rated]) -> Figure | None:
    one = _ranks([each.predicted for each in rated])
    other = _ranks([each.mean for each in rated])

    def statistic(weights: Array) -> Array:
        share = weights / weights.sum(axis=1, keepdims=True)
        means = (share @ one, share @ other)
        together = share @ (one * other) - means[0] * means[1]
        spread = [
            share @ ranks**2 - mean**2 for ranks, mean in zip((one, other), means, strict=True)
        ]
        return np.asarray(together / np.sqrt(spread[0] * spread[1]))

    return _figure(statistic, rated)


def _figure(statistic: Statistic, rated: Sequence[Rated]) -> Figure | None:
    weights = metrics.draws([each.dialogue for each in rated])
    return metrics.figure(statistic, weights, n=len(rated))


def _calibration_error(rated: Sequence[Rated], *, labels: int) -> Figure | None:
    """Fitted on some labels and measured on the rest, over many ways to choose them."""
    if len(rated) < labels + _FEWEST_LEFT:
        return None
    predicted = [each.predicted for each in rated]
    good = [each.mean >= _BAD for each in rated]
    errors = []
    for split in range(_SPLITS):
        order = np.random.default_rng(split).permutation(len(rated)).tolist()
        fitted = calibration.fit(
            [predicted[n] for n in order[:labels]], [good[n] for n in order[:labels]]
        )
        if fitted is not None:
            rest = order[labels:]
            shown = [fitted.applied(predicted[n]) for n in rest]
            error = metrics.calibration_error(shown, [good[n] for n in rest])
            errors.append(float(error(np.ones((1, len(rest))))[0]))
    if not errors:
        return None
    low, high = np.percentile(errors, [2.5, 97.5])
    return Figure(float(np.mean(errors)), float(low), float(high), len(rated))


def _ranks(values: ArrayLike) -> Array:
    """From the lowest; equal ones share the mean of their ranks."""
    _, where, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[where])


def _cell(figure: Figure | None) -> str:
    return "–" if figure is None else f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"
