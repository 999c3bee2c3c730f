"""How sure the assistant is, whatever the numbers in force are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.article import ArticleCard, RankedArticle
from assistant.errors import WrongSetting
from assistant.retrieval import confidence
from assistant.retrieval.confidence import CROSS, FEATURES, FILE, SAME, Calibration, features
from assistant.retrieval.dial import Dial
from assistant.retrieval.fusion import SIGNALS

names = (*SIGNALS, "phrasing_vote", "coverage", "body_near")
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


def test_the_smaller_the_budget_the_surer_an_answer_must_be() -> None:
    shipped = Calibration.of(Path("/nowhere"))
    assert 0 < shipped.dial.answer_at(0.15) < shipped.dial.answer_at(0.05) < 1


def test_what_was_fitted_in_the_home_comes_first(tmp_path: Path) -> None:
    case = {"weights": {}, "bias": 3.0, "coefficients": dict.fromkeys(FEATURES, 0.0)}
    dial = {"labels": 9, "confidence": [0.9], "answered": [0.8], "wrong": [0.0]}
    own = {"dial": dial, "cases": {SAME: case}}
    (tmp_path / FILE).write_text(json.dumps(own))
    fitted, shipped = Calibration.of(tmp_path), Calibration.of(Path("/nowhere"))
    assert fitted.dial.answer_at(0.15) == 0.9
    entry = RankedArticle(ArticleCard("a", "A", "fr", "a"), (), 0.0)
    assert fitted.confidence([entry], locale="fr", asked_in="fr") == pytest.approx(0.953, abs=1e-3)
    # Fitted on one language alone, it still serves who comes from another.
    assert fitted.weights("en", asked_in="fr") == shipped.weights("en", asked_in="fr")
    assert fitted.confidence([entry], locale="en", asked_in="fr") > 0


_DIAL = '"dial": {"labels": 9, "confidence": [0.9], "answered": [0.8], "wrong": [0.0]}'
_WHOLE = '"bias": 1.0, "coefficients": {}}}, ' + _DIAL + "}"
NO_COEFFICIENTS = '{"dial": {}, "cases": {"same": {"weights": {}, "bias": 1.0}}}'
OF_A_LANGUAGE = '{"cases": {"en": {"weights": {"body_lexical": 1.0}, ' + _WHOLE
OF_SIGNALS_BEFORE = '{"cases": {"same": {"weights": {"title_cosine": 1.0}, ' + _WHOLE


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"cases": {}}', "null", OF_A_LANGUAGE, OF_SIGNALS_BEFORE, NO_COEFFICIENTS],
)
def test_a_broken_calibration_is_named_with_its_remedy(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(WrongSetting, match=r"calibration\.json.*delete it"):
        Calibration.of(tmp_path)


def test_between_two_languages_the_rank_is_weighed_as_it_was_fitted_between_languages() -> None:
    own, cross = {"body_lexical": 2.0}, {"body_lexical": 0.0}
    cases = {SAME: {"weights": own}, CROSS: {"weights": cross}}
    calibration = Calibration(cases, dial=Dial(1, [0.5], [1.0], [0.0]))
    assert calibration.weights("en", asked_in="en") == own
    assert calibration.weights("en", asked_in="fr") == cross


def test_what_ships_was_fitted_to_the_features_and_signals_of_today() -> None:
    shipped = json.loads((Path(confidence.__file__).parent / FILE).read_text("utf-8"))
    assert shipped["cases"].keys() == {SAME, CROSS}
    for case in shipped["cases"].values():
        assert set(case["coefficients"]) == set(FEATURES)
        assert set(case["weights"]) == set(SIGNALS)
