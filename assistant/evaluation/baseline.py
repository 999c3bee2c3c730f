"""Figures of before, to hold today's against: evals/baseline.json."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from assistant.errors import Refused
from assistant.evaluation.figures import LOWER_IS_BETTER, Figures, figures
from assistant.evaluation.metrics import Figure
from assistant.evaluation.runner import Result

Baseline = Mapping[str, Mapping[str, Any]]

FILE = Path("evals/baseline.json")
_QUESTIONS = "questions"
_DIGITS = 4
_ROUNDING = 1e-4


def as_json(results: Sequence[Result]) -> str:
    """{set: {"questions": fingerprint, figure: {value, low, high, n}, "ms p50": …}}."""
    return _text({result.set.name: _entry(result) for result in results})


def read_baseline(file: Path = FILE) -> Baseline:
    """Refused where it is not there or not readable."""
    try:
        found: Baseline = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"{file} cannot be read ({error}); run from the project's folder.") from error
    return found


def write_baseline(results: Sequence[Result], file: Path = FILE) -> None:
    """These sets' figures in place of their former ones; those of other sets stay."""
    before = read_baseline(file) if file.exists() else {}
    file.write_text(_text({**before, **{r.set.name: _entry(r) for r in results}}), encoding="utf-8")


def unknown(results: Sequence[Result], before: Baseline) -> list[str]:
    """Sets that cannot be compared: not in the baseline, or with other questions there."""
    return [
        result.set.name
        for result in results
        if before.get(result.set.name, {}).get(_QUESTIONS) != result.set.fingerprint
    ]


def fallen(results: Sequence[Result], before: Baseline) -> list[str]:
    """Figures that fell beyond their interval: the former value is better than all of today's 95 %
    interval. Times are not compared: they are the machine's."""
    passed_over = set(unknown(results, before))
    found = []
    for result in results:
        former = {} if result.set.name in passed_over else before[result.set.name]
        for name, now in figures(result).items():
            if name in former and isinstance(now, Figure) and _fell(name, now, former[name]):
                was = former[name]["value"]
                found.append(f"{result.set.name}: {name} is {shown(now)}, it was {was:.3f}")
    return found


def shown(value: Figure | float) -> str:
    """As tables show it."""
    if isinstance(value, Figure):
        return f"{value.value:.3f}  [{value.low:.3f}, {value.high:.3f}]  n={value.n}"
    return f"{value:.1f}"


def _fell(name: str, now: Figure, was: Mapping[str, float]) -> bool:
    if name in LOWER_IS_BETTER:
        return now.low > was["value"] + _ROUNDING
    return now.high < was["value"] - _ROUNDING


def _entry(result: Result) -> dict[str, Any]:
    return {_QUESTIONS: result.set.fingerprint} | _plain(figures(result))


def _plain(found: Figures) -> dict[str, Any]:
    return {
        name: {key: round(part, _DIGITS) for key, part in asdict(value).items()}
        if isinstance(value, Figure)
        else round(value, 1)
        for name, value in found.items()
    }


def _text(entries: Mapping[str, Any]) -> str:
    return json.dumps(dict(sorted(entries.items())), indent=1, ensure_ascii=False) + "\n"
