"""Score conversations for effort and predicted satisfaction, each with its reasons.

What was counted and what was predicted stay in fields of their own, apart from anything asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.errors import Refused
from assistant.insights.beside import Beside
from assistant.insights.calibration import Calibration, as_shown
from assistant.insights.effort import EffortScore, effort_of
from assistant.insights.satisfaction import (
    PredictedSatisfaction,
    TurnSatisfaction,
    satisfaction_of,
)
from assistant.insights.transcript import LOCALES, SaidTurn, locale_of, read_turns


@dataclass(frozen=True)
class ConversationScore:
    """Uncalibrated until a site's own surveys say what the predictions mean there."""

    effort: EffortScore
    satisfaction: PredictedSatisfaction
    calibration: Calibration | None = None

    def as_json(self) -> dict[str, Any]:
        """Without the id: `{"effort", "satisfaction", "calibrated", "reasons", "turns"}`."""
        return {
            "effort": self.effort.index,
            "satisfaction": self.shown,
            "calibrated": self.calibrated,
            "reasons": [
                *({"of": "effort", **asdict(event)} for event in self.effort.events),
                *({"of": "satisfaction", **asdict(r)} for r in self.satisfaction.reasons),
            ],
            "turns": [
                {
                    "index": turn.index,
                    "satisfaction": self.turn(turn),
                    "reasons": [asdict(reason) for reason in turn.reasons],
                }
                for turn in self.satisfaction.turns
            ],
        }

    @property
    def calibrated(self) -> bool:
        return self.calibration is not None

    @property
    def shown(self) -> float | None:
        """The predicted satisfaction of the whole, calibrated where that is known."""
        value = self.satisfaction.value
        return None if value is None else as_shown(value, self.calibration)

    def turn(self, turn: TurnSatisfaction) -> float:
        """The predicted satisfaction of one of its turns, calibrated where that is known."""
        return as_shown(turn.value, self.calibration)


def score_conversation(
    turns: Sequence[SaidTurn],
    *,
    locale: str | None = None,
    calibration: Calibration | None = None,
    beside: Beside | None = None,
) -> ConversationScore:
    """`locale` of the customer's words; else, or where it has no cues, told from the words.
    `beside`: what the log knows besides what was said."""
    spoken = (locale or "")[:2].lower()
    locale = spoken if spoken in LOCALES else locale_of(turns)
    return ConversationScore(
        effort_of(turns, locale=locale, beside=beside),
        satisfaction_of(turns, locale=locale),
        calibration,
    )


def score_lines(lines: Iterable[str]) -> Iterator[dict[str, Any] | Refused]:
    """A row for each line; for one that cannot be scored, the Refused that says which and why."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _scored(line)
        except Refused as refused:
            yield Refused(f"Line {number}: {refused}")


def _scored(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise Refused('this is no JSON; write {"id", "turns": […]} on one line.') from error
    if not isinstance(record, dict) or not isinstance(record.get("id"), str | int):
        raise Refused('a conversation needs an "id" and "turns".')
    turns = read_turns(record.get("turns"))
    told = record.get("locale") or record.get("lang")
    score = score_conversation(turns, locale=told if isinstance(told, str) else None)
    return {"id": record["id"], **score.as_json()}
