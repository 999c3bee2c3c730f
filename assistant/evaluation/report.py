"""What a run says, as text and as a page for a person to learn from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from assistant import charts
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
    today = curves.todays_point(outcomes) if outcomes else None
    bins = curves.reliability(outcomes) if outcomes else []
    return {
        "name": result.set.name,
        "questions": len(result.predictions),
        "articles": len(result.corpus),
        "figures": figures(result),
        "curve_drawn": _curve(curves.thinned(points), today),
        "curve_table": curves.tenths(points) if points else [],
        "today": today,
        "bins": bins,
        "bins_drawn": _bins(bins),
        "kinds": kinds_of_failure(result),
    }


def _curve(points: Sequence[curves.Point], today: curves.Point | None) -> Markup:
    highest = max([point.risk for point in points] + [today.risk if today else 0, 0.1])
    return charts.curve(
        [(point.coverage, point.risk) for point in points],
        top=math.ceil(10 * highest) / 10,
        dots=[charts.Dot(today.coverage, today.risk, size=5)] if today else [],
        across="share of all questions answered",
        up="of these wrong",
    )


def _bins(bins: Sequence[curves.Bin]) -> Markup:
    """A larger dot stands for more questions."""
    asked = sum(bin.n for bin in bins)
    return charts.against_diagonal(
        [
            charts.Dot(bin.confidence, bin.right, size=3 + 12 * (bin.n / asked) ** 0.5)
            for bin in bins
        ],
        across="confidence shown",
        up="of these right",
    )
