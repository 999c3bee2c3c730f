"""Rates with their intervals: what they cover, and when they are not shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from assistant.insights.rates import Estimate, Rate, change, mean, nps, share_from, wilson

SIZES = (20, 30, 40, 70, 100, 200, 400)
UNEQUAL = [(20, 400), (40, 100), (100, 20), (400, 40)]
DRAWS = 2000


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


GROUPS = {
    "liked": (0.5, 0.3, 0.2),
    "disliked": (0.2, 0.3, 0.5),
    "loved": (0.8, 0.15, 0.05),
    "adored": (0.95, 0.04, 0.01),
    "split": (0.9, 0.05, 0.05),
}


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("shares", GROUPS.values(), ids=GROUPS)
def test_the_nps_interval_covers_what_is_true(n: int, shares: Sequence[float]) -> None:
    true = 100 * (shares[0] - shares[2])
    found = [nps({10: p, 8: s, 0: d}) for p, s, d in drawn(n, shares)]
    assert 0.92 <= covered([each.estimate for each in found if each], true) <= 0.98


@pytest.mark.slow
def test_the_nps_interval_is_too_wide_and_never_too_narrow_where_nearly_all_are_passive() -> None:
    """Of 20 with a twentieth on either side, one in eight samples has nobody there: its interval
    has to hold the truth, and so nearly all do."""
    reached = {}
    for n in SIZES:
        found = [nps({10: p, 8: s, 0: d}) for p, s, d in drawn(n, (0.05, 0.9, 0.05))]
        reached[n] = covered([each.estimate for each in found if each], 0)
    assert min(reached.values()) >= 0.95
    assert reached[20] == pytest.approx(0.998, abs=0.003)
    assert all(reached[n] <= 0.98 for n in SIZES if n >= 100)


EFFORTS = (0, 6, 8, 10, 12, 15, 20, 25, 30, 40, 60)
AMONG = (0.1, 0.15, 0.15, 0.15, 0.1, 0.1, 0.1, 0.06, 0.06, 0.03)
"""How often conversations that cost effort have each of them."""


@dataclass(frozen=True)
class Answers:
    """How often each value is given; `most`: what the share of intervals that cover is held under.
    Of 30,000 draws it is .976 to .981 where it stands so near to the bound that these fewer ones
    cross it by chance."""

    values: Sequence[int]
    shares: Sequence[float]
    scale: tuple[int, int]
    most: float = 0.98

    @property
    def mean(self) -> float:
        return sum(value * share for value, share in zip(self.values, self.shares, strict=True))


def efforts(none: float) -> Answers:
    shares = (none, *((1 - none) * share for share in AMONG))
    return Answers(EFFORTS, shares, (0, 100), 0.99)


def of_five(*shares: float) -> Answers:
    return Answers(range(1, 6), shares, (1, 5))


def of_seven(*shares: float, most: float = 0.98) -> Answers:
    return Answers(range(1, 8), shares, (1, 7), most)


ANSWERS = {
    "even": of_seven(0.3, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1),
    "good": of_seven(0.05, 0.05, 0.1, 0.1, 0.2, 0.3, 0.2),
    "best": of_seven(0.01, 0.02, 0.02, 0.05, 0.1, 0.3, 0.5),
    "adored": of_seven(0.01, 0.01, 0.01, 0.01, 0.02, 0.14, 0.8, most=0.99),
    "needs met": of_five(0.01, 0.01, 0.02, 0.06, 0.9),
    "needs met by most": of_five(0.02, 0.02, 0.04, 0.12, 0.8),
    "needs met or not at all": of_five(0.05, 0.01, 0.01, 0.03, 0.9),
    "needs even": of_five(0.2, 0.2, 0.2, 0.2, 0.2),
    "effort of 30 %": efforts(0.7),
    "effort of 50 %": efforts(0.5),
    "effort of 70 %": efforts(0.3),
    "effort of 20 %": efforts(0.8),
    "effort of 10 %": efforts(0.9),
    "effort of 5 %": efforts(0.95),
    "hard, of 30 %": Answers((0, 10, 30, 60, 100), (0.7, 0.15, 0.08, 0.05, 0.02), (0, 100)),
    "hard, of 10 %": Answers((0, 10, 30, 60, 100), (0.9, 0.05, 0.03, 0.01, 0.01), (0, 100), 0.99),
}


@pytest.mark.slow
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_the_interval_of_a_mean_covers_what_is_true(n: int, answers: Answers) -> None:
    once: dict[tuple[int, ...], Estimate | None] = {}
    reached = 0
    for row in map(tuple, drawn(n, answers.shares)):
        if row not in once:
            once[row] = mean(dict(zip(answers.values, row, strict=True)), scale=answers.scale)
        found = once[row]
        reached += found is not None and found.low <= answers.mean <= found.high
    assert 0.92 <= reached / DRAWS <= answers.most


def test_of_two_values_the_interval_of_the_mean_is_that_of_the_share() -> None:
    # Jeffreys' interval: the quantiles of Beta(.5, 20.5) and of Beta(5.5, 15.5).
    nothing = mean({0: 20}, scale=(0, 1))
    some = mean({0: 15, 1: 5}, scale=(0, 1))
    assert nothing is not None
    assert some is not None
    assert (nothing.low, nothing.high) == pytest.approx((0, 0.1166), abs=1e-4)
    assert (some.low, some.high) == pytest.approx((0.1024, 0.4642), abs=1e-4)


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


PAIRS = ((0.3, 0.3), (0.8, 0.6), (0.1, 0.2), (0.95, 0.5))


@pytest.mark.parametrize("sizes", [(n, n) for n in SIZES] + UNEQUAL)
@pytest.mark.parametrize("shares", PAIRS)
def test_the_interval_of_a_change_covers_what_is_true(
    sizes: tuple[int, int], shares: tuple[float, float]
) -> None:
    assert 0.92 <= covered_change(sizes, shares) <= 0.98


@pytest.mark.parametrize("sizes", [(n, n) for n in SIZES] + UNEQUAL)
@pytest.mark.parametrize("shares", [(0.05, 0.05), (0.02, 0.02), (0.95, 0.9)])
def test_the_interval_of_a_change_between_rare_things_is_never_too_narrow(
    sizes: tuple[int, int], shares: tuple[float, float]
) -> None:
    """It holds the truth nearly always where fewer than four of them are to be expected on a side:
    most samples have nothing to differ in."""
    rarest = min(n * min(p, 1 - p) for n, p in zip(sizes, shares, strict=True))
    assert 0.92 <= covered_change(sizes, shares) <= (0.98 if rarest >= 4 else 1.0)


def test_equal_answers_do_not_prove_the_mean() -> None:
    found = mean({7: 20}, scale=(1, 7))
    assert found is not None
    assert found.value == 7
    assert found.low < 7


def test_shares_of_a_scale_count_from_their_lowest() -> None:
    assert share_from({1: 3, 4: 5, 5: 2}, lowest=4) == Rate(7, 10)
    assert share_from({}, lowest=4) == Rate(0, 0)


def drawn(n: int, shares: Sequence[float]) -> list[list[int]]:
    return np.random.default_rng(7).multinomial(n, shares, size=DRAWS).tolist()


def covered_change(sizes: tuple[int, int], shares: tuple[float, float]) -> float:
    """Exactly, over all that could be counted."""
    (n, m), (one, other) = sizes, shares
    found, true = 0.0, one - other
    for (count, p), (opposed, q) in product(likely(n, one), likely(m, other)):
        change_of = change(Rate(count, n), Rate(opposed, m))
        assert change_of is not None
        if change_of.low - 1e-12 <= true <= change_of.high + 1e-12:
            found += p * q
    return found


def likely(n: int, share: float) -> list[tuple[int, float]]:
    """Counts with their chances, without those that hardly ever come."""
    chances = [math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    return [(k, chance) for k, chance in enumerate(chances) if chance > 1e-7]


def covered(found: Sequence[Estimate], true: float) -> float:
    return sum(each.low <= true <= each.high for each in found) / len(found)
