"""How sure the assistant is, whatever the numbers in force are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.article import ArticleCard, RankedArticle
from assistant.errors import WrongSetting
from assistant.retrieval.confidence import FEATURES, FILE, Calibration, features
from assistant.retrieval.fusion import SIGNALS

names = (*SIGNALS, "coverage", "focus")
ranked_articles = st.lists(
    st.builds(
        RankedArticle,
        article=st.builds(ArticleCard, st.just("a"), st.just("A"), st.just("en"), st.just("a")),
        hits=st.just(()),
        score=st.floats(-20, 20),
        signals=st.dictionaries(st.sampled_from(names), st.floats(0, 40)),
    ),
    max_size=4,
).map(lambda found: sorted(found, key=lambda entry: -entry.score))


@given(ranked_articles, st.sampled_from(["en", "fr", "de", "pt"]), st.sampled_from(["en", "fr"]))
def test_confidence_is_a_probability(
    ranked: list[RankedArticle], locale: str, asked_in: str
) -> None:
    shipped = Calibration.of(Path("/nowhere"))
    sure = shipped.confidence(ranked, locale=locale, asked_in=asked_in)
    assert 0.0 <= sure <= 1.0
    assert ranked or sure == 0.0


@given(ranked_articles.filter(bool))
def test_every_feature_is_known(ranked: list[RankedArticle]) -> None:
    assert set(features(ranked)) == set(FEATURES)


def test_what_ships_asks_back_before_it_answers() -> None:
    shipped = Calibration.of(Path("/nowhere"))
    assert 0 < shipped.clarify_at < shipped.answer_at < 1
    assert set(shipped.weights("en")) <= set(SIGNALS)


def test_what_was_fitted_in_the_home_comes_first(tmp_path: Path) -> None:
    case = {"weights": {}, "bias": 3.0, "coefficients": dict.fromkeys(FEATURES, 0.0)}
    own = {"answer_at": 0.9, "clarify_at": 0.4, "cases": {"fr": case}}
    (tmp_path / FILE).write_text(json.dumps(own))
    fitted, shipped = Calibration.of(tmp_path), Calibration.of(Path("/nowhere"))
    assert (fitted.answer_at, fitted.clarify_at) == (0.9, 0.4)
    entry = RankedArticle(ArticleCard("a", "A", "fr", "a"), (), 0.0)
    assert fitted.confidence([entry], locale="fr", asked_in="fr") == pytest.approx(0.953, abs=1e-3)
    # Fitted on French alone, it still serves the rest.
    assert fitted.weights("en") == shipped.weights("en")
    assert fitted.confidence([entry], locale="en", asked_in="fr") > 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"cases": {}}', "null"])
def test_a_broken_calibration_is_named_with_its_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(WrongSetting, match=r"calibration\.json.*delete it"):
        Calibration.of(tmp_path)
