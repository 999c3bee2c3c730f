"""Question sets asked of an assistant of their own: what `assistant eval` and `calibrate` run.

The help center of a set is indexed afresh in a temporary home, by the code that serves customers:
no figure is of yesterday's code. Only the vectors of its texts are kept between runs.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from assistant.domain.article import Article
from assistant.domain.review import Label
from assistant.errors import Refused
from assistant.evaluation.cases import Case, QuestionSet
from assistant.evaluation.fitting import (
    FITTED_DEPTH,
    MARKS,
    MOST_CASES,
    Example,
    cross_sets,
    fit,
    self_sets,
)
from assistant.evaluation.runner import Result, run
from assistant.knowledge.planning import SyncReport
from assistant.knowledge.reader import count_source, read_source
from assistant.knowledge.sync import Synchroniser
from assistant.opening import remembering, store_at
from assistant.retrieval.confidence import CROSS, SAME
from assistant.retrieval.confidence import FILE as CALIBRATION
from assistant.settings import Settings
from assistant.wiring import Assistant, utc_now

FEWEST_MARKS, FEWEST_OF_EITHER = 100, 10
"""From so many on, marks alone make a calibration."""
Progress = Callable[[int, str, str], AbstractContextManager[Callable[[int], Any]]]
"""(total, what, unit) → a context that gives the function to advance by."""


@contextmanager
def opened_set(
    settings: Settings, question_set: QuestionSet, *, progress: Progress, calibrated: bool = True
) -> Iterator[Assistant]:
    """An assistant that serves the set's help center, warm, with the home's calibration if it has
    one and is to be `calibrated`, and without a language model: what is measured is ours."""
    nothing = {"database_url": "", "chroma_url": "", "model": ""}
    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as home:
        own = settings.model_copy(update={"home": Path(home), **nothing})
        if calibrated and (settings.home / CALIBRATION).is_file():
            shutil.copy(settings.home / CALIBRATION, own.home)
        assistant = Assistant(
            own, purpose="assistant eval", encoder_cache=settings.home / "encoder"
        )
        try:
            with remembering(assistant.embedder, settings.home / "eval" / "vectors.db") as embedder:
                index(
                    question_set, Synchroniser(store=assistant.store, embedder=embedder), progress
                )
            assistant.warm()
            yield assistant
        finally:
            assistant.close()


def index(question_set: QuestionSet, synchroniser: Synchroniser, progress: Progress) -> None:
    """Publish the articles of the set."""
    source, articles = question_set.source, question_set.articles
    total = len(articles) if source is None else count_source(source)
    with progress(total, f"{question_set.name}: articles", "article") as advance:
        if source is None:
            report = SyncReport(source=question_set.name)
            synchroniser.sync_articles(articles, report, progress=advance)
        else:
            synchroniser.sync(source, progress=advance)


def evaluate(settings: Settings, question_set: QuestionSet, *, progress: Progress) -> Result:
    """Ask every question of the set."""
    with opened_set(settings, question_set, progress=progress) as assistant:
        corpus = {card.id: card.title for card in assistant.library.articles()}
        with progress(len(question_set.cases), question_set.name, "question") as advance:
            return run(question_set, answerer=assistant.answerer, corpus=corpus, progress=advance)


def collect(
    settings: Settings, question_set: QuestionSet, *, group: str, progress: Progress
) -> list[Example]:
    """What retrieval finds for each question of the set, to fit the calibration on: a former one
    of the home, which may be of another version, has no say."""
    opened = opened_set(settings, question_set, progress=progress, calibrated=False)
    with opened as assistant:
        found = []
        locales = assistant.retriever.locales()
        with progress(len(question_set.cases), question_set.name, "question") as advance:
            for case in question_set.cases:
                locale = case.locale if case.locale in locales else locales[0]
                retrieval = assistant.retriever.search(
                    case.text, locale=locale, asked_in=case.locale, limit=FITTED_DEPTH
                )
                fitted = SAME if locale == case.locale else CROSS
                found.append(
                    Example(retrieval.articles, case.relevant, case.answerable, group, fitted)
                )
                advance(1)
        return found


def marks_of(settings: Settings) -> tuple[list[Label], QuestionSet]:
    """What the home's own people said of its own questions, and these as a set over its help
    center. A server may be running."""
    with store_at(settings.database, utc_now) as store:
        articles = tuple(store.article(card.id) for card in store.articles())
        known = {article.id for article in articles}
        labels = [
            label
            for label in store.labels(limit=MOST_CASES)
            if label.article_id is None or label.article_id in known
        ]
    cases = tuple(
        Case(
            f"mark-{number}",
            label.question,
            label.locale,
            answerable=label.answerable,
            relevant=frozenset([label.article_id] if label.right and label.article_id else ()),
        )
        for number, label in enumerate(labels)
    )
    return labels, QuestionSet(MARKS, cases, articles)


def learnt_from_marks(settings: Settings, *, progress: Progress) -> list[Example]:
    """That an answer was wrong says nothing of another article that is first by now."""
    labels, question_set = marks_of(settings)
    if not labels:
        return []
    examples = collect(settings, question_set, group=MARKS, progress=progress)
    return [
        example
        for label, example in zip(labels, examples, strict=True)
        if label.right
        or label.article_id is None
        or (example.found and example.found[0].article.id == label.article_id)
    ]


def fitted_calibration(
    settings: Settings,
    sets: Sequence[QuestionSet],
    *,
    articles: Path | None,
    marks: bool = False,
    progress: Progress,
) -> dict[str, Any]:
    """A calibration as JSON, fitted on question sets, on a source's own phrasings, and on what the
    site's people said of its questions. Refused where that is too little."""
    examples = learnt_from_marks(settings, progress=progress) if marks else []
    if not sets and articles is None:
        _must_teach(examples)
    groups = [(question_set.name, question_set) for question_set in sets]
    own = [a for a in read_source(articles) if isinstance(a, Article)] if articles else []
    for locale in sorted({article.locale for article in own}):
        groups += self_sets([a for a in own if a.locale == locale], name=f"self-{locale}")
    groups += cross_sets(own)
    for group, question_set in groups:
        chosen = question_set.sample(MOST_CASES)
        examples += collect(settings, chosen, group=group, progress=progress)
    return fit(examples)


def _must_teach(examples: Sequence[Example]) -> None:
    """Alone, marks teach only where there are some of both kinds."""
    firsts = [each.found[0].article.id in each.relevant for each in examples if each.found]
    rarer = min(sum(firsts), len(firsts) - sum(firsts))
    if len(firsts) < FEWEST_MARKS or rarer < FEWEST_OF_EITHER:
        raise Refused(
            f"There are {len(firsts)} marks that teach, {rarer} of the rarer kind; from "
            f"{FEWEST_MARKS} on, {FEWEST_OF_EITHER} of either kind, they are enough alone. Name a "
            "question set, or --articles, besides."
        )
