"""The commands of `assistant` that score conversations."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import click

from assistant.errors import AssistantError
from assistant.terminal import fails_clearly, score_text


@click.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON line for each conversation.")
@click.option(
    "--ratings",
    is_flag=True,
    help='Compare with people\'s ratings: "labels", 1 to 5, of turns and of the whole.',
)
@fails_clearly
def score(file: Any, *, as_json: bool, ratings: bool) -> None:
    """Score conversations for effort (0-100) and predicted satisfaction (0-1), with reasons.

    FILE has a JSON line {"id", "turns": [{"role", "text", "at"?}]} for each; - is standard input.

    \b
    How far the predictions can be trusted on conversations that people rated:
      assistant score rated.jsonl --ratings
    """
    if ratings:
        from assistant.evaluation.ratings import as_text, read_ratings

        click.echo(as_text(read_ratings(file)))
        return
    sys.exit(3 if _score(file, as_json=as_json) else 0)


def _score(lines: Iterable[str], *, as_json: bool) -> bool:
    """Whether a line was refused."""
    from assistant.insights.score import score_lines

    refused = False
    for row in score_lines(lines):
        if isinstance(row, AssistantError):
            refused = True
            click.echo(f"assistant: {row}", err=True)
        else:
            click.echo(json.dumps(row, ensure_ascii=False) if as_json else score_text(row))
    return refused
