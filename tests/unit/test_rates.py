"""Rates with their intervals: what they cover, and when they are not shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from assistant.insights.rates import Estimate, Rate, change, mean, nps, share_from, wilson

SIZES = (20, 40, 100, 400)


def test_the_interval_is_wilsons() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for count, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (20, 20, 0.8389, 1.0),
    ):
        assert wilson(count, n) == pytest.approx((low, high), abs=6e-5)


def test_below_ten_there_is_no_percentage() -> None:
    assert Rate(9, 9).estimate is None
    assert Rate(0, 0).estimate is None
    assert Rate(5, 10).estimate == Estimate(0.5, *wilson(5, 10), 10)
    assert nps({10: 9}) is None
    assert mean({7: 9}, scale=(1, 7)) is None


@pytest.mark.parametrize("n", SIZES)
def test_every_shares_interval_covers_what_is_true(n: int) -> None:
    """Exactly, over all that could be counted; the hardest case among them is p = .95 at n = 20."""
    intervals = [wilson(count, n) for count in range(n + 1)]
    for share in np.arange(0.05, 0.951, 0.05):
        chances = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
        covered = sum(c for c, (low, high) in zip(chances, intervals, strict=True)
                      if low <= share <= high)  # fmt: skip
        assert 0.92 <= covered <= 0.98, share
        if (n, round(share, 2)) == (20, 0.95):
            assert covered == pytest.approx(0.92, abs=0.01)


GROUPS = {"liked": (0.5, 0.3, 0.2), "disliked": (0.2, 0.3, 0.5), "loved": (0.8, 0.15, 0.05)}


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shares", GROUPS.values(), ids=GROUPS)
def test_the_nps_interval_covers_what_is_true(n: int, shares: Sequence[float]) -> None:
    true = 100 * (shares[0] - shares[2])
    found = [nps({10: p, 8: s, 0: d}) for p, s, d in drawn(n, shares)]
    assert 0.92 <= covered([each.estimate for each in found if each], true) <= 0.98


SCALES = {
    "even": (0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1),
    "good": (0.05, 0.05, 0.1, 0.1, 0.2, 0.3, 0.2),
    "best": (0.01, 0.02, 0.02, 0.05, 0.1, 0.3, 0.5),
}


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shares", SCALES.values(), ids=SCALES)
def test_the_interval_of_a_mean_covers_what_is_true(n: int, shares: Sequence[float]) -> None:
    true = sum(value * share for value, share in enumerate(shares, start=1))
    found = [mean(given(row), scale=(1, 7)) for row in drawn(n, shares)]
    assert 0.92 <= covered([each for each in found if each], true) <= 0.98


def test_the_nps_comes_with_its_standard_error() -> None:
    found = nps({10: 30, 9: 20, 8: 30, 6: 10, 0: 10})
    assert found is not None
    assert found.estimate.value == pytest.approx(30.0)
    assert found.error == pytest.approx(100 * math.sqrt((0.5 + 0.2 - 0.3**2) / 100))
    assert found.estimate.low < 30 < found.estimate.high


def test_a_change_is_one_only_where_its_interval_excludes_nought() -> None:
    # Newcombe 1998, table II: 56 of 70 against 48 of 80.
    found = change(Rate(56, 70), Rate(48, 80))
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=6e-5)
    assert found.excludes_zero
    small = change(Rate(8, 12), Rate(6, 12))
    assert small is not None
    assert not small.excludes_zero
    assert change(Rate(5, 9), Rate(50, 90)) is None


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
def test_the_interval_of_a_change_covers_what_is_true(n: int) -> None:
    random = np.random.default_rng(5)
    for one, other in ((0.3, 0.3), (0.8, 0.6), (0.1, 0.2)):
        pairs = zip(random.binomial(n, one, 1500), random.binomial(n, other, 1500), strict=True)
        found = [change(Rate(int(a), n), Rate(int(b), n)) for a, b in pairs]
        assert 0.92 <= covered([each for each in found if each], one - other) <= 0.98


def test_equal_answers_do_not_prove_the_mean() -> None:
    found = mean({7: 20}, scale=(1, 7))
    assert found is not None
    assert found.value == 7
    assert found.low < 7


def test_shares_of_a_scale_count_from_their_lowest() -> None:
    assert share_from({1: 3, 4: 5, 5: 2}, lowest=4) == Rate(7, 10)
    assert share_from({}, lowest=4) == Rate(0, 0)


def drawn(n: int, shares: Sequence[float]) -> list[list[int]]:
    return np.random.default_rng(7).multinomial(n, shares, size=1500).tolist()


def given(counts: Sequence[int]) -> Mapping[int, int]:
    return {value: count for value, count in enumerate(counts, start=1) if count}


def covered(found: Sequence[Estimate], true: float) -> float:
    return sum(each.low <= true <= each.high for each in found) / len(found)
