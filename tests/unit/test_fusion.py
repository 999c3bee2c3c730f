"""Lexical and vector evidence, weighed together."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.article import Hit, Passage, PassageKind
from assistant.ports import LexicalCandidate, TermStatistics
from assistant.retrieval.fusion import (
    KNOWN,
    SIGNALS,
    article_signals,
    bm25,
    coverage,
    fuse,
    idf,
    idfs,
    phrasing_match,
    rank_hits,
)

STATISTICS = TermStatistics(100, 10.0, {"rare": 2, "often": 90, "every": 100})
signal_tables = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.fixed_dictionaries({name: st.floats(0, 50) for name in SIGNALS}),
    max_size=8,
)
ALIKE = dict.fromkeys(SIGNALS, 1.0)


def passage(position: int = 0, kind: PassageKind = PassageKind.BODY) -> Passage:
    return Passage("returns", position, kind, "en", ("Returns",), "text")


def candidate(*tokens: str) -> LexicalCandidate:
    return LexicalCandidate(passage(), tokens, "fingerprint")


def score(asked: list[str], held: LexicalCandidate) -> float:
    return bm25(idfs(asked, STATISTICS), held, STATISTICS.mean_length)


def share(asked: list[str], held: set[str]) -> float:
    return coverage(idfs(asked, STATISTICS), held)


def test_rare_terms_weigh_more_and_none_weighs_less_than_nothing() -> None:
    assert idf("new", STATISTICS) > idf("rare", STATISTICS) > idf("often", STATISTICS)
    assert idf("every", STATISTICS) > 0


def test_a_passage_scores_by_the_terms_it_holds() -> None:
    both = score(["rare", "often"], candidate("rare", "often", "x"))
    one = score(["rare", "often"], candidate("rare", "x", "x"))
    assert both > one > score(["rare"], candidate("x")) == 0.0


def test_asking_a_term_twice_changes_nothing() -> None:
    held = candidate("rare", "x")
    assert score(["rare", "rare"], held) == score(["rare"], held)


def test_of_two_passages_with_a_term_the_shorter_is_more_about_it() -> None:
    short, long = candidate("rare", "x"), candidate("rare", *"x" * 40)
    assert score(["rare"], short) > score(["rare"], long)


def test_statistics_of_nothing_divide_by_nothing() -> None:
    nothing = TermStatistics(0, 0.0, {})
    assert math.isfinite(bm25(idfs(["rare"], nothing), candidate("rare"), nothing.mean_length))
    assert coverage({}, ["rare"]) == 0.0


@given(st.lists(st.sampled_from(["rare", "often", "every", "new"])), st.sets(st.text("ab")))
def test_coverage_is_a_share(query: list[str], held: set[str]) -> None:
    assert 0.0 <= share(query, held) <= 1.0
    assert share(query, {*query, *held}) == pytest.approx(1.0 if query else 0.0)


def test_an_article_has_the_best_of_its_passages() -> None:
    hits = [
        Hit(passage(0), lexical=1.0, cosine=0.2),
        Hit(passage(1), lexical=0.5, cosine=0.6),
        Hit(passage(2, PassageKind.PHRASING), lexical=3.0, cosine=0.9),
        Hit(replace(passage(3, PassageKind.PHRASING), text="Returns"), lexical=2.0, cosine=0.1),
    ]
    assert article_signals(hits) == {
        "body_lexical": 1.0,
        "body_cosine": 0.6,
        "body_near": pytest.approx(0.4),
        "phrasing_lexical": 3.0,
        "phrasing_cosine": 0.9,
        "phrasing_vote": pytest.approx(0.9),
    }
    assert set(article_signals([]).values()) == {0.0}


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=20))
def test_several_near_phrasings_count_for_more_than_one(cosines: list[float]) -> None:
    hits = [Hit(passage(n, PassageKind.PHRASING), cosine=c) for n, c in enumerate(cosines)]
    vote = article_signals(hits)["phrasing_vote"]
    again = article_signals([*hits, Hit(passage(99, PassageKind.PHRASING), cosine=max(cosines))])
    assert vote >= max(cosines) - 1e-9
    assert again["phrasing_vote"] > vote


@given(signal_tables)
def test_every_article_gets_a_finite_score_around_zero(table: dict[str, dict[str, float]]) -> None:
    scores = fuse(table, ALIKE)
    assert scores.keys() == table.keys()
    assert all(map(math.isfinite, scores.values()))
    assert sum(scores.values()) == pytest.approx(0.0, abs=1e-6)


@given(signal_tables)
def test_more_of_everything_never_ranks_lower(table: dict[str, dict[str, float]]) -> None:
    scores = fuse(table, ALIKE)
    for one, of_one in table.items():
        for other, of_other in table.items():
            if all(of_one[name] >= of_other[name] for name in SIGNALS):
                assert scores[one] >= scores[other] - 1e-9


def test_a_signal_without_weight_has_no_say() -> None:
    table = {"a": {"body_cosine": 1.0}, "b": {"body_cosine": 0.0, "body_lexical": 99.0}}
    assert fuse(table, {"body_cosine": 1.0, "body_lexical": 0.0})["a"] > 0
    assert fuse({}, {}) == {}


def test_hits_are_ordered_by_their_evidence_and_then_by_place() -> None:
    hits = [Hit(passage(2)), Hit(passage(1)), Hit(passage(3), cosine=0.5), Hit(passage(0), 2.0)]
    assert [hit.passage.position for hit in rank_hits(hits)] == [0, 3, 1, 2]
    assert rank_hits([]) == ()


def test_the_beginning_of_a_phrasing_counts_where_it_is_half_of_it() -> None:
    known = ["how", "do", "i", "return", "an", "item"]
    assert phrasing_match(known[:4], known) >= KNOWN
    assert phrasing_match(known[:3], [*known, "that", "came", "broken"]) < KNOWN
    assert phrasing_match(known[:2], known) < KNOWN
