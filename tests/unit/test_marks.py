"""What people say of answers teaches the next calibration."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant import trials
from assistant.domain.article import ArticleCard, Hit, Passage, PassageKind, RankedArticle
from assistant.domain.review import Label
from assistant.errors import Refused
from assistant.evaluation.cases import QuestionSet
from assistant.evaluation.fitting import MARKS, Example, dial, fit_confidence
from assistant.settings import Settings

pytestmark = pytest.mark.slow


def found(first: str, *, cosine: float = 0.5) -> tuple[RankedArticle, ...]:
    ranked = []
    for place, id in enumerate((first, "other")):
        card = ArticleCard(id, id, "en", id, None)
        passage = Passage(id, 0, PassageKind.BODY, "en", (id,), id)
        near = cosine / (place + 1)
        hit = Hit(passage, lexical=1.0, cosine=near, score=near)
        ranked.append(replace(RankedArticle(card, (hit,), near), signals={"body_cosine": near}))
    return tuple(ranked)


def example(right: bool, *, group: str = MARKS, cosine: float = 0.5) -> Example:
    relevant = frozenset(["a"] if right else [])
    return Example(found("a", cosine=cosine), relevant, True, group, "en")


def test_the_dial_says_how_many_labels_are_the_sites_own() -> None:
    examples = [example(n % 2 == 0, group=MARKS if n < 30 else "a set") for n in range(60)]
    shown = fit_confidence([(each, each.found) for each in examples])[2]
    counted = dial(shown)
    assert (counted.labels, counted.own) == (60, 30)


def test_marks_move_the_confidence() -> None:
    """Where near articles are often marked as wrong, nearness counts for less."""
    plain = [example(n % 10 > 1, group="a set", cosine=0.9) for n in range(100)]
    plain += [example(n % 10 < 2, group="a set", cosine=0.1) for n in range(100)]
    marks = [example(False, cosine=0.9) for _ in range(100)]
    before = fit_confidence([(each, each.found) for each in plain])[1]
    after = fit_confidence([(each, each.found) for each in plain + marks])[1]
    assert after["cosine"] < before["cosine"]


LABELS = [
    Label("Right?", "en", "a", right=True),
    Label("Wrong then, another now?", "en", "b", right=False),
    Label("Wrong still?", "en", "a", right=False),
    Label("Nothing?", "en", None, right=False),
]


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "marks_of", lambda _: (LABELS, QuestionSet(MARKS, (), ())))
    given: list[Any] = [example(label.right) for label in LABELS]
    monkeypatch.setattr(trials, "collect", lambda *_, **__: given)


@pytest.mark.usefixtures("marked")
def test_that_one_article_was_wrong_says_nothing_of_another() -> None:
    learnt = trials.learnt_from_marks(Settings(), progress=None)  # type: ignore[arg-type]
    assert len(learnt) == 3


@pytest.mark.usefixtures("marked")
def test_few_marks_alone_make_no_calibration() -> None:
    with pytest.raises(Refused, match="3 marks that teach, 1 of the rarer kind"):
        trials.fitted_calibration(
            Settings(),
            [],
            articles=None,
            marks=True,
            progress=None,  # type: ignore[arg-type]
        )
