"""The command `assistant`: parse, call, print. Exit status: 0 done, 1 failed, 2 usage, 3 done but
some input was refused (each named)."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant import __version__
from assistant.errors import WrongSetting
from assistant.insight_commands import customers, demo, insights, score
from assistant.source_commands import PATH, SOURCE, Source, export, sync, sync_and_show, withdraw
from assistant.terminal import dial_text, fails_clearly, mail_text, progress_bar, reply_text

if TYPE_CHECKING:
    from assistant.remote import RunningServer
    from assistant.wiring import Assistant

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
@fails_clearly
def main() -> None:
    """Answer customers' questions from your help center, and get a person when unsure.

    \b
    A first round:
      assistant sync knowledge_base          read a folder of Markdown
      assistant ask "Where is my parcel?"    ask in the terminal
      assistant serve                        the widget, the help center and the console
      assistant user add you@example.com --role admin

    Everything lies under ASSISTANT_HOME (default: ./data). All settings: docs/settings.md.
    """
    level = os.environ.get("ASSISTANT_LOG", "WARNING").upper()
    if level not in logging.getLevelNamesMapping():
        raise WrongSetting("ASSISTANT_LOG", f"{level!r} is none of DEBUG, INFO, WARNING, ERROR")
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--sync",
    "sources",
    type=SOURCE,
    multiple=True,
    metavar="SOURCE",
    help="Read this source before answering, as `assistant sync` does. Repeatable.",
)
@fails_clearly
def serve(host: str, port: int, sources: tuple[Source, ...]) -> None:
    """Serve the widget, the help center, the console and the API until stopped.

    /healthz answers at once, /readyz once the encoder is warm; questions asked meanwhile wait.
    """
    from assistant.server.process import serve as serve_process

    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host
    shown = f"[{shown}]" if ":" in shown else shown
    url = f"http://{shown}:{port}"

    def make() -> Assistant:
        from assistant.settings import load
        from assistant.wiring import Assistant

        assistant = Assistant(load(), purpose="the server", url=url)
        for source in sources:
            assistant.before_ready(partial(sync_and_show, assistant, source))
        click.echo(f"Help Assistant on {url}  (console: {url}/console, help center: {url}/help)")
        if code := assistant.people.first_code():
            base = (assistant.settings.public_url or url).rstrip("/")
            click.echo(f"Make the first account, once, within a day: {base}/console/first#{code}")
        return assistant

    serve_process(make, host, port)


@main.command()
@click.argument("question")
@click.option("--locale", default=None, help="The customer's language, such as en or fr.")
@click.option("--json", "as_json", is_flag=True, help="Print the reply object.")
@fails_clearly
def ask(question: str, locale: str | None, *, as_json: bool) -> None:
    """Ask one question and print the answer with its sources.

    Goes the same way as the widget, through the running server if there is one, and is logged.
    """
    from assistant.opening import opened

    server = _running_server()
    if server is not None:
        reply = server.ask(question, locale=locale)
    else:
        with opened("assistant ask") as assistant:
            reply = asyncio.run(_ask(assistant, question, locale))
    click.echo(json.dumps(reply, ensure_ascii=False) if as_json else reply_text(reply))


@main.command("eval")
@click.argument("sets", nargs=-1, required=True, type=PATH, metavar="SET...")
@click.option("--json", "json_file", type=_FILE, help="Write the figures as JSON.")
@click.option(
    "--predictions",
    type=click.Path(path_type=Path),
    help="Write a JSON line for every question; of several SETs: a folder with a file for each.",
)
@click.option("--html", type=_FILE, help="Write a page with curves and the worst failures.")
@click.option(
    "--questions",
    type=click.IntRange(min=1),
    metavar="N",
    help="Ask at most N questions of each set, the same ones every time.",
)
@click.option("--check", is_flag=True, help="Fail where a figure fell below evals/baseline.json.")
@click.option("--write-baseline", is_flag=True, help="Put these figures into evals/baseline.json.")
@fails_clearly
def evaluate_sets(
    sets: tuple[Path, ...],
    *,
    json_file: Path | None,
    predictions: Path | None,
    html: Path | None,
    questions: int | None,
    check: bool,
    write_baseline: bool,
) -> None:
    """Ask all questions of question sets, and print what was found and how sure it was.

    A SET is a folder in the common format (docs/developers.md). Its articles are indexed afresh in
    a temporary home and asked through the reply path that customers meet, without a language model.
    Vectors are kept in ASSISTANT_HOME/eval, so that a second run starts at once. What the figures
    mean: docs/quality.md.

    \b
    Learn from what went wrong:
      assistant eval evals/sample --html report.html
    Before and after a change, of your own questions:
      assistant eval my-set --write-baseline
      assistant eval my-set --check
    """
    from assistant.evaluation import baseline, report
    from assistant.evaluation.cases import read_set
    from assistant.settings import load
    from assistant.trials import evaluate

    before = baseline.read_baseline() if check else {}
    results = []
    for folder in sets:
        asked = read_set(folder).sample(questions) if questions else read_set(folder)
        results.append(evaluate(load(), asked, progress=progress_bar))
        click.echo(report.as_text(results[-1]))
        if write_baseline:
            # At once: many sets take long, and what was measured must not be lost.
            baseline.write_baseline(results[-1:])
    if json_file:
        json_file.write_text(baseline.as_json(results), encoding="utf-8")
    if predictions:
        report.write_predictions(results, predictions)
    if html:
        html.write_text(report.as_html(results), encoding="utf-8")
    new = baseline.unknown(results, before) if check else []
    fallen = baseline.fallen(results, before)
    for line in [*(f"{name}: not compared, not in the baseline" for name in new), *fallen]:
        click.echo(f"assistant: {line}", err=True)
    sys.exit(1 if fallen else 0)


@main.command()
@click.argument("sets", nargs=-1, type=PATH, metavar="[SET...]")
@click.option("--articles", type=PATH, help="A source whose own phrasings teach as well.")
@click.option(
    "--marks/--no-marks",
    default=True,
    show_default=True,
    help="Learn from what leads and agents said of your own customers' questions.",
)
@click.option("--out", type=_FILE, help="Where to write; by default ASSISTANT_HOME.")
@fails_clearly
def calibrate(
    sets: tuple[Path, ...], *, articles: Path | None, marks: bool, out: Path | None
) -> None:
    """Fit rank weights and confidence to the encoder and the help center in use.

    Learns from question SETs, and from the other phrasings of the --articles: each is asked with
    itself left out, and with its whole article left out. What leads marked in reviews and agents
    in cases teaches too; from 100 on that is enough alone. Run it after changing
    ASSISTANT_EMBEDDER, and once many marks have come together.
    """
    from assistant.evaluation.cases import read_set
    from assistant.retrieval.dial import Dial
    from assistant.settings import load
    from assistant.support.sureness import ErrorBudget
    from assistant.trials import fitted_calibration

    if not sets and articles is None and not marks:
        raise click.UsageError("Name a question set, or --articles, to learn from.")
    labelled = [read_set(folder) for folder in sets]
    fitted = fitted_calibration(
        load(), labelled, articles=articles, marks=marks, progress=progress_bar
    )
    target = out or load().home / "calibration.json"
    target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    told = dial_text(Dial(**fitted["dial"]), ErrorBudget(load().max_wrong))
    click.echo(f"Wrote {target}. {told}")


@main.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended from the database.")
@fails_clearly
def doctor(*, repair: bool) -> None:
    """Check the database, and that the vector index agrees with it; tell how sure an answer is."""
    from assistant.opening import opened
    from assistant.retrieval.confidence import Calibration
    from assistant.settings import load

    settings = load()
    server = _running_server()
    # A server's database is its own business: opening it here would bring it to this version.
    if server is not None:
        found, budget = server.doctor(repair=repair)
    else:
        with opened("assistant doctor") as assistant:
            found, budget = assistant.doctor(repair=repair), assistant.sureness.budget()
    for line in found:
        click.echo(line)
    if not found:
        click.echo("The database is sound and the vector index agrees with it.")
    click.echo(mail_text(settings.smtp_host, settings.mail_from))
    if budget is not None:
        click.echo(dial_text(Calibration.of(settings.home).dial, budget))
    sys.exit(1 if found and not repair else 0)


@main.command()
@click.argument("file", type=_FILE)
@fails_clearly
def backup(file: Path) -> None:
    """Write everything into one consistent FILE; the server may go on."""
    from assistant.opening import opened

    with opened("assistant backup", needs_index=False) as assistant:
        assistant.store.backup(str(file))
    click.echo(f"Backed up to {file}; bring it back with: assistant restore {file}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@fails_clearly
def restore(file: Path) -> None:
    """Bring a backup into an empty ASSISTANT_HOME or database."""
    from assistant.opening import opened

    with opened("assistant restore") as assistant:
        assistant.store.restore(str(file))
        assistant.follower.catch_up(always=True)
    click.echo(f"Restored {file}.")


@main.command()
@click.argument("visitor")
@fails_clearly
def forget(visitor: str) -> None:
    """Erase a VISITOR (the id in exports and cases) with all conversations."""
    from assistant.opening import opened

    with opened("assistant forget", needs_index=False) as assistant:
        count = assistant.store.forget(visitor)
    click.echo(f"Erased {visitor} with {count} conversation{'s' if count != 1 else ''}.")


@main.group()
def user() -> None:
    """People who may sign in to the console."""


@user.command("add")
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice(["agent", "lead", "writer", "analyst", "admin"]),
    required=True,
    help="What this person may do.",
)
@fails_clearly
def add_user(email: str, role: str) -> None:
    """Let EMAIL sign in. The password comes from a prompt, or from standard input."""
    from assistant.opening import opened

    password = _asked_password()
    with opened("assistant user add", needs_index=False) as assistant:
        assistant.people.add(email, role=role, password=password)
    click.echo(f"{email} may sign in as {role}.")


@user.command("password")
@click.argument("email")
@fails_clearly
def set_password(email: str) -> None:
    """Give EMAIL another password, and end all sessions of that account.

    The way back in for whoever forgot theirs, a sole admin too: the present password is not asked
    for. The new one comes from a prompt, or from standard input. A server may go on running.

    Who knows theirs changes it in the console, under Account; admins set colleagues' under People.
    """
    from assistant.opening import opened

    password = _asked_password()
    with opened("assistant user password", needs_index=False) as assistant:
        person = assistant.people.by_email(email)
        assistant.people.reset_password(person, password=password)
    click.echo(f"{person.email} has another password, and is signed out everywhere.")
    if person.disabled_at is not None:
        click.echo("The account is closed: an admin opens it again in the console, under People.")


def _asked_password() -> str:
    """Typed twice without an echo, or the first line of what is piped in."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


@main.command()
@fails_clearly
def migrate() -> None:
    """Bring the database to this version; every other command does it too."""
    from assistant.opening import opened

    with opened("assistant migrate", needs_index=False):
        click.echo("The database is up to date.")


main.add_command(customers)
main.add_command(demo)
main.add_command(export)
main.add_command(insights)
main.add_command(score)
main.add_command(sync)
main.add_command(withdraw)


def _running_server() -> RunningServer | None:
    from assistant.opening import home_owner
    from assistant.remote import RunningServer
    from assistant.settings import load

    owner = home_owner(load()) or {}
    return RunningServer(owner["url"], owner["secret"]) if owner.get("url") else None


async def _ask(assistant: Assistant, question: str, locale: str | None) -> dict[str, Any]:
    assistant.warm()
    assistant.readiness.done()
    started = assistant.desk.start(locale=locale)
    reply: dict[str, Any] = {}
    async for event in assistant.desk.reply(started.conversation.id, question):
        reply = event.data
    return reply
