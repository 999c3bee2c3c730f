"""What a run says, as text and as a page for a person to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from assistant.evaluation import curves, predictions
from assistant.evaluation.baseline import shown
from assistant.evaluation.failures import kinds_of_failure
from assistant.evaluation.figures import Outcomes, figures
from assistant.evaluation.runner import Result
from assistant.resources import shipped


def as_text(result: Result) -> str:
    """A table of the set's figures."""
    lines = [result.set.name]
    lines += [f"  {name:<18}{shown(value)}" for name, value in figures(result).items()]
    return "\n".join(lines)


def write_predictions(results: Sequence[Result], target: Path) -> None:
    """A JSON line for each question; several sets: `target` is a folder with a file for each."""
    if len(results) == 1:
        predictions.write(results[0].predictions, target, corpus=results[0].corpus)
        return
    target.mkdir(parents=True, exist_ok=True)
    for result in results:
        file = target / f"{result.set.name.replace('/', '-')}.jsonl"
        predictions.write(result.predictions, file, corpus=result.corpus)


def as_html(results: Sequence[Result]) -> str:
    """One page that needs nothing else: figures, curves, and the worst failures of each set."""
    web = shipped("web")
    pages = Environment(
        loader=FileSystemLoader([web / "templates", web / "static"]),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sets = [_of(result) for result in results]
    return pages.get_template("evaluation/report.html").render(sets=sets)


def _of(result: Result) -> dict[str, Any]:
    asked = bool(result.predictions)
    outcomes = Outcomes.of(result) if asked else None
    points = curves.risk_coverage(outcomes) if outcomes else []
    return {
        "name": result.set.name,
        "questions": len(result.predictions),
        "articles": len(result.corpus),
        "figures": figures(result),
        "curve": curves.thinned(points),
        "curve_table": curves.tenths(points) if points else [],
        "today": curves.todays_point(outcomes) if outcomes else None,
        "bins": curves.reliability(outcomes) if outcomes else [],
        "kinds": kinds_of_failure(result),
    }
