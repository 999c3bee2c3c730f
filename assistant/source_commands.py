"""The commands of `assistant` about articles: `sync` from their sources, `export` back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.errors import Refused
from assistant.terminal import fails_clearly, progress_bar, show_report, write_csv

Source = Path | str
"""A path, or the name of a source beyond this machine."""

if TYPE_CHECKING:
    from assistant.knowledge.planning import SyncMode, SyncReport
    from assistant.wiring import Assistant


PATH = click.Path(exists=True, path_type=Path)
"""A file or folder that is there."""


class _Source(click.ParamType[Source]):
    """A path that is there, or the name of a source beyond this machine."""

    name = "source"

    def convert(
        self, value: str | Source, param: click.Parameter | None, ctx: click.Context | None
    ) -> Source:
        from assistant.knowledge.sources.names import is_remote

        if isinstance(value, Path) or is_remote(value):
            return value
        return Path(os.fsdecode(PATH.convert(value, param, ctx)))


SOURCE = _Source()
"""What a sync takes."""


@click.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE, metavar="SOURCE...")
@click.option("--dry-run", is_flag=True, help="Say what would be done to each article; do nothing.")
@click.option(
    "--withdraw", is_flag=True, help="Articles gone from a source are meant to go, however many."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@fails_clearly
def sync(sources: tuple[Source, ...], *, dry_run: bool, withdraw: bool, as_json: bool) -> None:
    """Read help-center articles: folders and files of Markdown, HTML, Word, PDF, reStructuredText
    and AsciiDoc, .jsonl(.gz) articles, .csv and .json FAQs; web sites by their start page or
    sitemap; help centers of Zendesk, Intercom, Freshdesk and Chatwoot.

    Only what changed is embedded again; articles gone from a source are withdrawn. A file that
    cannot be read is named with the remedy, the rest goes on, and the exit status is 3.

    Where more articles are gone at once than ASSISTANT_WITHDRAW_SHARE (a fifth), none is withdrawn
    until you say that it is meant: an emptied or unreachable source never empties the help center.

    \b
    See first what a sync would do:
      assistant sync articles --dry-run
    A web site: the pages below the start page's folder, or all that its sitemap lists:
      assistant sync https://www.example.com/help/
      assistant sync https://www.example.com/sitemap.xml
    A help center elsewhere (its key: ASSISTANT_ZENDESK_KEY and so on, docs/settings.md):
      assistant sync zendesk:example.zendesk.com
      assistant sync intercom:
      assistant sync freshdesk:example.freshdesk.com
      assistant sync chatwoot:app.chatwoot.com/ACCOUNT/PORTAL
    A part of the help center was taken down on purpose:
      assistant sync articles --withdraw
    """
    from assistant.knowledge.planning import SyncMode
    from assistant.opening import opened

    mode = SyncMode(dry_run=dry_run, withdraw=withdraw)
    with opened("assistant sync", needs_index=False) as assistant:
        reports, failed = _sync_all(assistant, sources, mode)
        if not dry_run and (assistant.lock.held or assistant.settings.chroma_url):
            assistant.follower.catch_up()
    if as_json:
        click.echo(json.dumps([report.as_json() for report in reports], ensure_ascii=False))
    else:
        for report in reports:
            show_report(report)
    if not reports:
        sys.exit(1)
    sys.exit(3 if failed or not all(report.is_whole for report in reports) else 0)


@click.command()
@click.argument("source")
@click.option("--yes", is_flag=True, help="Do not ask.")
@fails_clearly
def withdraw(source: str, *, yes: bool) -> None:
    """Take away all articles of a source that is gone: customers no longer read them.

    SOURCE: as `sync` names it. Their revisions stay, and a later sync of it brings them back. What
    was taken over into the editor stays public.
    """
    from assistant.knowledge.sources.names import is_remote
    from assistant.opening import opened
    from assistant.support.people import OPERATOR

    with opened("assistant withdraw", needs_index=False) as assistant:
        known = {state.name: state for state in assistant.sources.all()}
        resolved = source if is_remote(source) else str(Path(source).expanduser().resolve())
        name = source if source in known else resolved
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise Refused(f"There is no source {source!r}; those that have articles: {there}.")
        count = known[name].articles
        if not yes:
            click.confirm(f"Take away all {count} articles of {name}?", abort=True)
        assistant.sources.withdraw(name, by=OPERATOR)
        if assistant.lock.held or assistant.settings.chroma_url:
            assistant.follower.catch_up()
    click.echo(f"{name}: {count} withdrawn")


@click.command()
@click.argument("kind")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "csv", "markdown"]),
    default="jsonl",
    show_default=True,
)
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="The new folder that Markdown is written into.",
)
@fails_clearly
def export(kind: str, form: str, folder: Path | None) -> None:
    """Write records to standard output, or articles into a folder.

    KIND: conversations (each with what was said, done and asked in it), messages, turns, handoffs,
    surveys, feedback, follow_ups, reviews, exposures (to experiments), relationship_askings,
    events, customers, attachments (without the files), articles.

    \b
    All articles as Markdown, with drafts and what is said word for word beside
    them; syncing the folder gives the same articles again:
      assistant export articles --format markdown --to my-articles
    """
    from assistant.opening import opened

    if (form == "markdown") != (folder is not None) or (folder and kind != "articles"):
        raise click.UsageError("Write: assistant export articles --format markdown --to FOLDER")
    with opened("assistant export", needs_index=False) as assistant:
        if folder is not None:
            click.echo(_export_folder(assistant, folder))
        elif form == "jsonl":
            for row in assistant.store.export(kind):
                click.echo(json.dumps(row, ensure_ascii=False))
        else:
            write_csv(assistant.store.export(kind))


def sync_and_show(assistant: Assistant, source: Source) -> None:
    """As `assistant sync` does, inside a server that starts."""
    from assistant.knowledge.planning import SyncMode

    show_report(_sync(assistant, source, SyncMode()))


def _sync_all(
    assistant: Assistant, sources: Sequence[Source], mode: SyncMode
) -> tuple[list[SyncReport], bool]:
    """The reports, and whether a source was refused as a whole; the others go on."""
    reports, failed = [], False
    for source in sources:
        try:
            reports.append(_sync(assistant, source, mode))
        except Refused as error:
            failed = True
            click.echo(f"assistant: {error}", err=True)
    return reports, failed


def _sync(assistant: Assistant, source: Source, mode: SyncMode) -> SyncReport:
    from assistant.knowledge.reader import count_source

    local = isinstance(source, Path)
    total = count_source(source) if isinstance(source, Path) else 0
    with progress_bar(total, Path(source).name if local else str(source), "article") as advance:
        return assistant.sources.sync(source, mode=mode, progress=advance)


def _export_folder(assistant: Assistant, folder: Path) -> str:
    from assistant.writing.leaving import export_all

    left = export_all(assistant.store, folder, image=assistant.images.read)
    more = {"not public": left.not_public, "given word for word": left.word_for_word}
    beside = "".join(f", {count} {what}" for what, count in more.items() if count)
    return f"Wrote {left.articles} articles{beside} into {folder}."
