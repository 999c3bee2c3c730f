"""What a run says: as text, JSON, predictions and HTML, and where it fell below the baseline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from assistant.errors import Refused
from assistant.evaluation.metrics import Figure, is_right
from assistant.evaluation.runner import Result, figures, prediction_row
from assistant.resources import shipped

_WORST = 40
_CHECKED = ("R@1", "R@5", "MRR@10", "answered", "not answered")


def as_text(result: Result) -> str:
    """A table of the set's figures."""
    lines = [result.set.name]
    for name, value in figures(result).items():
        lines.append(f"  {name:<18}{_shown(value)}")
    return "\n".join(lines)


def as_json(results: Sequence[Result]) -> str:
    """{set: {figure: value or {value, low, high, n}}}."""
    return json.dumps({r.set.name: _values(r) for r in results}, indent=1, ensure_ascii=False)


def write_predictions(results: Sequence[Result], target: Path) -> None:
    """A JSON line for each question; several sets: `target` is a folder with a file for each."""
    if len(results) > 1:
        target.mkdir(parents=True, exist_ok=True)
    for result in results:
        path = target / f"{result.set.name}.jsonl" if len(results) > 1 else target
        rows = (json.dumps(prediction_row(p), ensure_ascii=False) for p in result.predictions)
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def as_html(results: Sequence[Result]) -> str:
    """The figures and the worst failures, for a person to learn from."""
    sets = [
        {
            "name": result.set.name,
            "figures": {name: _shown(value) for name, value in figures(result).items()},
            "failures": _failures(result),
        }
        for result in results
    ]
    return _environment().get_template("evaluation/report.html").render(sets=sets)


def baseline() -> dict[str, dict[str, Any]]:
    """evals/baseline.json of the folder where the command runs."""
    path = Path("evals/baseline.json")
    try:
        found: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read ({error}); run from the project's folder.") from error
    return found


def fallen(results: Sequence[Result], before: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Figures whose baseline lies above today's 95 % interval, or counts below their floor."""
    found = []
    for result in results:
        wanted = before.get(result.set.name, {})
        for name, value in figures(result).items():
            floor = wanted.get(name)
            if floor is None or value is None:
                continue
            if isinstance(value, Figure):
                fell = name in _CHECKED and value.high < floor
            else:
                fell = name.startswith("right") and value < floor
            if fell:
                found.append(f"{result.set.name}: {name} is {_shown(value)}, it was {floor}")
    return found


def _values(result: Result) -> dict[str, Any]:
    return {
        name: asdict(value) if isinstance(value, Figure) else value
        for name, value in figures(result).items()
    }


def _shown(value: Figure | float | int | None) -> str:
    match value:
        case None:
            return "–"
        case Figure():
            return f"{value.value:.3f}  [{value.low:.3f}, {value.high:.3f}]  n={value.n}"
        case int():
            return str(value)
        case _:
            return f"{value:.3f}"


def _failures(result: Result) -> list[dict[str, Any]]:
    """The surest mistakes first: they teach most."""
    wrong = [(p, c) for p, c in result.pairs if not is_right(p, c)]
    wrong.sort(key=lambda pair: -pair[0].confidence)
    return [
        {
            "question": case.text,
            "kind": case.kind or ("answerable" if case.answerable else "not answerable"),
            "expected": sorted(case.relevant),
            "ranked": prediction.ranked[:3],
            "decision": prediction.decision,
            "confidence": f"{prediction.confidence:.2f}",
            "text": prediction.text,
        }
        for prediction, case in wrong[:_WORST]
    ]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(shipped("web") / "templates"), autoescape=select_autoescape()
    )
