"""How a terminal is told: results, progress, and what went wrong."""

from __future__ import annotations

import csv
import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click

from assistant.errors import AssistantError
from assistant.retrieval.dial import Dial
from assistant.support.sureness import ErrorBudget

_PLANNED = ("added", "changed", "withdrawn")


def fails_clearly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Our errors go to standard error as one line, with exit status 1."""

    @wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AssistantError as error:
            click.echo(f"assistant: {error}", err=True)
            sys.exit(1)

    return guarded


def show_report(report: Any) -> None:
    """What a sync did, to standard output; what it did not take, to standard error."""
    for said, entries in (
        ("refused", report.refused),
        ("passed over", report.passed_over),
        ("noticed", report.noticed),
    ):
        for entry in entries:
            click.echo(f"  {said}: {entry}", err=True)
    if report.kept:
        click.echo(
            f"  kept: {report.kept} articles not found, which may be among the refused", err=True
        )
    if report.held_back:
        click.echo(
            f"  not withdrawn: {report.held_back} articles are gone at once from {report.source};"
            f" if they are meant to go: assistant sync {shlex.quote(report.source)} --withdraw",
            err=True,
        )
    if report.dry_run:
        for done in _PLANNED:
            for id in getattr(report.plan, done):
                click.echo(f"  would be {done}: {id}")
    click.echo(
        f"{report.source}: {report.added} added, {report.changed} changed,"
        f" {report.unchanged} unchanged, {report.withdrawn} withdrawn,"
        f" {len(report.refused)} refused; "
        + (
            "a dry run, nothing was done"
            if report.dry_run
            else f"{report.passages} passages, {report.embedded} embedded"
        )
    )


def reply_text(reply: dict[str, Any]) -> str:
    """A reply object as a person reads it: its words, its sources, its choices."""
    message = reply["message"]
    lines = [message["text"] if message else "A person has this conversation."]
    for citation in message["citations"] if message else []:
        lines.append(f"[{citation['n']}] {citation['title']}  {citation['url']}")
    asked = [entry["text"] for entry in reply["suggestions"] if entry["action"] == "ask"]
    lines += [f"  · {text}" for text in asked]
    return "\n".join(lines)


def write_csv(rows: Any) -> None:
    """To standard output; nested values as JSON. The first row names the columns."""
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        flat = {
            key: json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
            for key, value in row.items()
        }
        if writer is None:
            writer = csv.DictWriter(sys.stdout, fieldnames=list(flat))
            writer.writeheader()
        writer.writerow(flat)


def dial_text(dial: Dial, budget: ErrorBudget) -> str:
    """From which confidence the assistant answers, and what that lets through."""
    counted = dial.counted_at(budget.share)
    source = f"ASSISTANT_MAX_WRONG={budget.operators}"
    if budget.adopted is not None:
        source = (
            f"leads adopted an error budget of {budget.adopted} under Insights, Experiments; "
            f"{source} holds again once that is set back"
        )
    return (
        f"It answers from a confidence of {counted.confidence}: of {dial.labels} labelled "
        f"questions ({dial.own} of your own customers), "
        f"{counted.answered:.0%} reach it, and of these {counted.wrong:.0%} have the wrong article "
        f"first ({source})."
    )


def mail_text(host: str, sender: str) -> str:
    """Whether mails are sent, and how."""
    if not host:
        return "No mails are sent; set ASSISTANT_SMTP_HOST to let replies reach customers who left."
    return f"Mails are sent as {sender} through {host}."


def score_text(row: dict[str, Any]) -> str:
    """A scored conversation in a line."""
    satisfaction = row["satisfaction"]
    shown = "–" if satisfaction is None else f"{satisfaction:.2f}"
    return f"{row['id']}  effort {row['effort']:3.0f}  satisfaction {shown}"


def customers_text(taken: Any) -> str:
    """What became of a list of customers."""
    kept = "would be" if taken.dry_run else "was"
    return (
        f"{taken.rows} customers in the list, {taken.known} of them have been here; of"
        f" {taken.changed} something {kept} told anew."
    )


def report_text(report: Any) -> str:
    """The counted figures as a table."""
    lines = [f"{report.n} conversations"]
    for row in [*report.ladder, *report.rates]:
        shown = ""
        if found := row.now.estimate:
            shown = f"{found.value:6.1%}  [{found.low:.1%}, {found.high:.1%}]"
        lines.append(f"{row.name:24}{row.now.count:7} of {row.now.n:<7}{shown}".rstrip())
    for times in report.times:
        median, p90 = (
            "–" if t is None else f"{t:.1f} s" for t in (times.now.median, times.now.p90)
        )
        lines.append(f"{times.took.value:24}{times.now.n:7}    median {median}, 9 of 10 {p90}")
    return "\n".join(lines)


@contextmanager
def progress_bar(total: int, what: str, unit: str) -> Iterator[Callable[[int], Any]]:
    """A bar with rate and time left, where a person is looking."""
    from tqdm import tqdm

    with tqdm(total=total, desc=what, unit=unit, disable=None, leave=False) as bar:
        yield bar.update
