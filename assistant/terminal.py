"""How results look in a terminal: a sync's report, a reply, a table for a spreadsheet."""

from __future__ import annotations

import csv
import json
import sys
from typing import Any

import click


def show_report(report: Any) -> None:
    """What a sync did, to standard output; what it refused or passed over, to standard error."""
    for refused in report.refused:
        click.echo(f"  refused: {refused}", err=True)
    for withheld in report.passed_over:
        click.echo(f"  passed over: {withheld}", err=True)
    if report.kept:
        click.echo(
            f"  kept: {report.kept} articles not found, which may be among the refused", err=True
        )
    click.echo(
        f"{report.source}: {report.added} added, {report.changed} changed,"
        f" {report.unchanged} unchanged, {report.withdrawn} withdrawn,"
        f" {len(report.refused)} refused; {report.passages} passages,"
        f" {report.embedded} embedded"
    )


def report_row(report: Any) -> dict[str, Any]:
    """The same for a script."""
    rows = {
        key: [
            {"path": entry.path, "reason": entry.reason, "remedy": entry.remedy}
            for entry in vars(report)[key]
        ]
        for key in ("refused", "passed_over")
    }
    return {**vars(report), **rows}


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
