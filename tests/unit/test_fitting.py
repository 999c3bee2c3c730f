"""What a calibration is learned from: questions, and the help center's own phrasings."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from assistant.domain.article import Article, ArticleCard, RankedArticle
from assistant.evaluation.fitting import (
    MARKS,
    Example,
    Shown,
    cross_sets,
    dial,
    fit,
    fit_weights,
    rerank,
    self_sets,
)
from assistant.retrieval.confidence import CROSS, SAME
from assistant.retrieval.fusion import SIGNALS

pytestmark = pytest.mark.slow

ARTICLES = [
    Article(f"a{n}", f"Title {n}", "en", "Text.", questions=tuple(f"q{n}-{m}" for m in range(3)))
    for n in range(6)
]


def found(id: str, **signals: float) -> RankedArticle:
    return RankedArticle(ArticleCard(id, id, "en", id), (), 0.0, signals)


def examples(count: int = 60) -> list[Example]:
    """The right article is near by its vector; words mislead. Every third has no answer."""
    dice = random.Random(7)
    made = []
    for number in range(count):
        there = number % 3 != 0
        near = dice.uniform(0.6, 0.9) if there else dice.uniform(0.1, 0.4)
        entries = (
            found("a", body_cosine=near, body_lexical=dice.uniform(0, 1), coverage=near),
            found("b", body_cosine=dice.uniform(0, 0.3), body_lexical=dice.uniform(1, 9)),
            found("c", body_cosine=dice.uniform(0, 0.3), body_lexical=dice.uniform(1, 9)),
        )
        relevant = frozenset({"a"}) if there else frozenset()
        made.append(Example(entries, relevant, there, f"g{number % 2}", SAME))
    return made


def test_each_phrasing_is_asked_of_a_help_center_without_it() -> None:
    asked: set[str] = set()
    for group, made in self_sets(ARTICLES, name="own"):
        assert {case.answerable for case in made.cases} <= {group == "there"}
        phrasings = {text for article in made.articles for text in article.questions}
        kept = {article.id for article in made.articles}
        for case in made.cases:
            assert case.text not in phrasings
            assert case.answerable == bool(case.relevant)
            assert case.relevant <= kept
            if not case.answerable:
                assert case.id.split("?")[0] not in kept
            asked.add(case.text)
    assert asked == {text for article in ARTICLES for text in article.questions}


def test_phrasings_are_asked_across_languages_of_the_translation_or_of_what_is_left() -> None:
    french = [
        Article(f"f{n}", f"Titre {n}", "fr", "Texte.", (f"fr{n}",), translation_of=f"a{n}")
        for n in range(6)
    ]
    made = list(cross_sets([*ARTICLES, *french]))
    assert {(group, one.articles[0].locale) for group, one in made} == {
        ("there", "en"),
        ("gone", "en"),
        ("there", "fr"),
        ("gone", "fr"),
    }
    for group, one in made:
        kept = {article.id for article in one.articles}
        assert all(case.locale != one.articles[0].locale for case in one.cases)
        assert all(case.relevant <= kept for case in one.cases)
        for case in one.cases if group == "gone" else ():
            number = case.id.split("?")[0][1:]
            assert not kept & {f"a{number}", f"f{number}"}


def test_what_crosses_languages_is_learnt_apart() -> None:
    made = examples()
    crossing = [replace(e, answerable=False, relevant=frozenset()) for e in made[::2]]
    other = [replace(example, case=CROSS) for example in [*made, *crossing]]
    fitted = fit([*made, *other])
    cases = fitted["cases"]
    assert set(cases) == {SAME, CROSS}
    assert cases[SAME]["coefficients"] != cases[CROSS]["coefficients"]
    assert fitted["dial"]["labels"] == len([*made, *other])


def test_weights_move_to_the_signal_that_tells() -> None:
    made = examples()
    before = dict.fromkeys(SIGNALS, 1.0)
    after = fit_weights(made)

    def right(weights: dict[str, float]) -> int:
        asked = [example for example in made if example.answerable]
        return sum(rerank(example, weights)[0].article.id == "a" for example in asked)

    assert right(after) >= right(before)
    assert right(after) == 40


def test_every_set_weighs_the_same_in_the_dial_however_many_labels_it_has() -> None:
    few = [Shown(0.9, False, True, "few")] * 10
    many = [Shown(0.9, True, True, "many")] * 990
    assert dial([*few, *many]).wrong[0] == pytest.approx(0.5)


def test_one_question_in_five_is_taken_not_to_be_covered() -> None:
    shown = [Shown(0.9, True, True, "a")] * 3 + [Shown(0.9, False, False, "a")] * 997
    assert dial(shown).wrong[0] == pytest.approx(0.2)


def test_what_people_marked_is_counted_apart() -> None:
    assert dial([Shown(0.9, True, True, MARKS), Shown(0.9, True, True, "a")]).own == 1


def test_that_few_sure_answers_were_wrong_by_chance_does_not_spoil_the_dial() -> None:
    sure = [Shown(0.96, number > 5, True, "a") for number in range(100)]
    shown = [*sure, *[Shown(0.85, True, True, "a")] * 100, *[Shown(0.2, False, True, "a")] * 100]
    told = dial(shown)
    assert told.wrong == sorted(told.wrong, reverse=True)
    assert told.answer_at(0.05) < 0.85
