"""The console's pages of experiments: what is tried, what it has shown, stop and adopt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from assistant.concurrency import in_thread
from assistant.domain.experiment import LONGEST_NAME, SHARES, Experiment, Goal, Subject
from assistant.errors import Refused
from assistant.insights.experiments import HOPED, SETTLES, Result
from assistant.insights.sequential import FEWEST
from assistant.server.console import ConfiguringDep, Console, ReaderDep, to
from assistant.server.pages import LOCALES
from assistant.server.sign_in import CONSOLE, OwnOrigin
from assistant.support.experiments import LONGEST_S, LONGEST_WISH, SHORTEST_S
from assistant.support.welcome import LONGEST

_HERE = "/insights/experiments"

router = APIRouter(prefix=f"{CONSOLE}{_HERE}", include_in_schema=False)

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


@dataclass(frozen=True)
class Looked:
    """An experiment with what it has shown."""

    experiment: Experiment
    result: Result


@router.get("")
def experiments(console: ReaderDep) -> Response:
    """Those that run with what they have shown, those that ended, and a form for another."""
    return _shown(console)


@router.post("", dependencies=[OwnOrigin])
async def start(request: Request, console: ConfiguringDep) -> Response:
    """Another one, from now on."""
    sent = {name: str(value)[:1000] for name, value in (await request.form()).items()}
    return await _done(console, lambda: _started(console, sent), sent)


@router.post("/set-back", dependencies=[OwnOrigin])
async def set_back(request: Request, console: ConfiguringDep) -> Response:
    """What was adopted is the setting no more."""
    sent = str((await request.form()).get("subject", ""))
    return await _done(
        console, lambda: console.assistant.experiments.set_back(_subject(sent), by=console.me)
    )


@router.get("/{experiment_id}")
def experiment(experiment_id: Id, console: ReaderDep) -> Response:
    """One of them, which may have ended."""
    service = console.assistant.experiments
    found = service.one(experiment_id)
    return _render(console, "experiment", looked=Looked(found, service.look(found)))


@router.post("/{experiment_id}/stop", dependencies=[OwnOrigin])
async def stop(experiment_id: Id, console: ConfiguringDep) -> Response:
    """Everybody has what holds without it again."""
    service = console.assistant.experiments
    return await _done(console, lambda: service.stop(experiment_id, by=console.me))


@router.post("/{experiment_id}/adopt", dependencies=[OwnOrigin])
async def adopt(experiment_id: Id, console: ConfiguringDep) -> Response:
    """Everybody has its value."""
    service = console.assistant.experiments
    return await _done(console, lambda: service.adopt(experiment_id, by=console.me))


async def _done(
    console: Console, act: Callable[[], object], sent: Mapping[str, str] | None = None
) -> Response:
    try:
        await in_thread(act)
    except Refused as error:
        problem = str(error)
        return await in_thread(lambda: _shown(console, sent, problem=problem, status=422))
    return to(f"{_HERE}?saved=1")


def _started(console: Console, sent: Mapping[str, str]) -> Experiment:
    subject = _subject(sent.get("subject", ""))
    try:
        goal = Goal(sent.get("goal", ""))
    except ValueError:
        raise Refused("Choose what is to be counted.") from None
    return console.assistant.experiments.start(
        sent.get("name", ""),
        subject,
        _value(subject, sent),
        share=(_whole(sent.get("share", "")) or 0) / 100,
        goal=goal,
        by=console.me,
    )


def _subject(sent: str) -> Subject:
    try:
        return Subject(sent)
    except ValueError:
        raise Refused("This cannot be tried.") from None


def _value(subject: Subject, sent: Mapping[str, str]) -> Any:
    """As it was typed; whether it makes sense is not said here."""
    match subject:
        case Subject.WELCOME:
            return {locale: sent.get(f"text-{locale}", "") for locale in LOCALES}
        case Subject.MAX_WRONG:
            percent = _whole(sent.get("percent", ""))
            return None if percent is None else percent / 100
        case Subject.SURVEY_AFTER:
            return _whole(sent.get("seconds", ""))
        case Subject.INSTRUCTION:
            return sent.get("wish", "")


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None


def _shown(
    console: Console,
    sent: Mapping[str, str] | None = None,
    *,
    problem: str | None = None,
    status: int = 200,
) -> Response:
    """`sent`: a form that could not be taken."""
    service, settings = console.assistant.experiments, console.assistant.settings
    every = service.all()
    running = [each for each in every if each.ended_at is None]
    return _render(
        console,
        "experiments",
        status=status,
        running=[Looked(each, service.look(each)) for each in running],
        ended=[each for each in every if each.ended_at is not None],
        tried={each.subject for each in running},
        in_force={subject: service.in_force(subject) for subject in Subject},
        adopted=service.adopted(),
        operators_budget=settings.max_wrong,
        sent=sent or {},
        problem=problem,
        saved="saved" in console.request.query_params,
    )


def _render(console: Console, page: str, **values: Any) -> Response:
    words, w = console.pages.wordings(console.request, "insights")
    texts, x = console.pages.wordings(console.request, "experiments")
    return console.render(
        page,
        words=words,
        w=w,
        texts=texts,
        x=x,
        subjects=console.assistant.experiments.subjects,
        goals=list(Goal),
        locales=LOCALES,
        limits={"name": LONGEST_NAME, "words": LONGEST, "share": SHARES, "hoped": HOPED,
                "fewest": FEWEST, "seconds": (SHORTEST_S, LONGEST_S), "wish": LONGEST_WISH},
        settled_before=datetime.now(UTC) - SETTLES,
        **values,
    )  # fmt: skip
