"""The commands of `assistant` about how conversations went: `insights`, `customers`, `score`,
`demo`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Any

import click

from assistant.errors import AssistantError, Refused
from assistant.terminal import customers_text, fails_clearly, progress_bar, report_text, score_text


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


@click.command()
@click.option(
    "--days",
    default=30,
    show_default=True,
    type=click.IntRange(min=1, max=3660),
    help="How many, up to today (UTC).",
)
@click.option("--locale", default=None, help="Only conversations in this language.")
@click.option("--simulated", is_flag=True, help="Of the simulated conversations instead.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, with intervals.")
@click.option(
    "--recompute",
    is_flag=True,
    help="Have the server make themes, scores and roll-ups again from the log.",
)
@fails_clearly
def insights(
    days: int, locale: str | None, *, simulated: bool, as_json: bool, recompute: bool
) -> None:
    """Count what became of the conversations of the last days, today included.

    The same figures as in the console; docs/insights.md says what each one is and is not. A rate
    comes with its 95 % interval from ten conversations on.
    """
    from assistant.insights.report import as_json as report_json
    from assistant.insights.report import report
    from assistant.opening import store_at
    from assistant.ports.figures import Cohort
    from assistant.settings import load
    from assistant.wiring import utc_now

    now = utc_now()
    until = datetime.combine(now.date(), time(), UTC) + timedelta(days=1)
    cohort = Cohort(until - timedelta(days=days), until, now, locale=locale, simulated=simulated)
    with store_at(load().database, utc_now) as store:
        if recompute:
            store.drop_digests()
            store.drop_roll_ups()
        found = report(store, cohort)
    shown = json.dumps(report_json(found), ensure_ascii=False) if as_json else report_text(found)
    click.echo(shown)


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run", is_flag=True, help="Say what would be taken in; keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@fails_clearly
def customers(file: Any, *, dry_run: bool, as_json: bool) -> None:
    """Take in what your company knows of its customers, to set scores beside it.

    FILE is CSV in UTF-8: names in the first line, then a customer a line; - is standard input. One
    column names the customer: "customer" (your own id of them, which your site signs as "sub") or
    "visitor" (the id in cases and exports here). Each other column is an attribute or an outcome.
    An empty cell takes away what was told; columns that are not there stay as they are.

    Either all of it is taken in or, where a line is wrong, nothing: each wrong line is named. The
    same file again changes nothing. Of customers who have never been here nothing is kept.

    \b
    For example:
      customer,plan,orders,churned
      1042,pro,17,no
    """
    from assistant.opening import store_at
    from assistant.settings import load
    from assistant.support.customer_sheet import MOST_NAMED, in_words, sheet_in
    from assistant.support.customers import CustomersTold
    from assistant.support.people import OPERATOR
    from assistant.wiring import utc_now

    sheet = sheet_in(file.read())
    for wrong in sheet.wrong[:MOST_NAMED]:
        click.echo(f"assistant: {file.name}, line {wrong.line}: {in_words(wrong, 'en')}", err=True)
    if sheet.wrong:
        raise Refused(f"Nothing was taken in; lines that are wrong: {len(sheet.wrong)}.")
    with store_at(load().database, utc_now) as store:
        taken = CustomersTold(store, now=utc_now).take(sheet, by=OPERATOR, dry_run=dry_run)
    click.echo(
        json.dumps(asdict(taken) | {"unknown": taken.unknown}) if as_json else customers_text(taken)
    )


@click.command()
@click.option(
    "--conversations",
    "number",
    type=click.IntRange(min=1, max=100_000),
    required=True,
    metavar="N",
    help="How many to make up.",
)
@click.option(
    "--days",
    default=60,
    show_default=True,
    type=click.IntRange(min=10, max=3650),
    help="How far back they began.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed tells the same stories.")
@fails_clearly
def demo(number: int, days: int, seed: int) -> None:
    """Put made-up conversations into ASSISTANT_HOME, to see the console with something in it.

    They are marked as simulated wherever they are shown, and no figure of real conversations counts
    them. Some wait for a person, so better not in a home that customers use.
    """
    from assistant.evaluation.simulated import plans
    from assistant.evaluation.simulator import Clock, Simulator
    from assistant.opening import store_at
    from assistant.settings import load

    now = datetime.now(UTC)
    clock = Clock(now)
    with (
        store_at(load().database, clock) as store,
        progress_bar(number, "demo", "conversations") as told,
    ):
        Simulator(store, clock).write(plans(number, seed=seed, until=now, days=days), told=told)
    click.echo(f"Wrote {number} simulated conversations; see /console/insights?simulated=1")


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
