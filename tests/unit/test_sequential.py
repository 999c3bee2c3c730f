"""Two shares may be compared every day, and whoever does is not led astray more often for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assistant.insights.rates import Rate, change
from assistant.insights.sequential import FEWEST, difference, half_width, visitors_needed

DAYS, RUNS = 60, 1000


def daily(share: float, visitors: int, *, seed: int) -> Any:
    """How many of the visitors so far, by run and day."""
    return np.random.default_rng(seed).binomial(visitors, share, (RUNS, DAYS)).cumsum(axis=1)


def ever_wrong(share: float, *, control: int, variant: int, more: float = 0.0) -> float:
    """In which part of the runs some day's interval missed the truth; computed for all at once, as
    `difference` computes it for one."""
    seen = np.arange(1, DAYS + 1)
    ones, others = daily(share, control, seed=1), daily(share + more, variant, seed=2)
    n, m = control * seen, variant * seen
    one, other = (ones + 1) / (n + 2), (others + 1) / (m + 2)
    variances = one * (1 - one) / n + other * (1 - other) / m
    halves = np.vectorize(half_width)(variances)
    off = np.abs(others / m - ones / n - more) > halves
    return float((off & (np.minimum(n, m) >= FEWEST)).any(axis=1).mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("share", "control", "variant"),
    [(0.5, 20, 20), (0.1, 20, 20), (0.9, 100, 100), (0.03, 90, 10), (0.97, 45, 5)],
)
def test_who_looks_daily_errs_in_at_most_one_of_twenty(
    share: float, control: int, variant: int
) -> None:
    assert ever_wrong(share, control=control, variant=variant) <= 0.05


@pytest.mark.slow
def test_it_holds_where_there_is_a_difference_too() -> None:
    assert ever_wrong(0.5, control=50, variant=50, more=0.08) <= 0.05


@pytest.mark.slow
def test_an_interval_made_for_one_look_would_err_far_more_often() -> None:
    ones, others = daily(0.5, 20, seed=1)[:200], daily(0.5, 20, seed=2)[:200]
    led_astray = 0
    for one, other in zip(ones, others, strict=True):
        looks = zip(one, other, range(20, 20 * DAYS + 1, 20), strict=True)
        found = (change(Rate(int(y), n), Rate(int(x), n)) for x, y, n in looks if n >= FEWEST)
        led_astray += any(each.excludes_zero for each in found if each)
    assert led_astray > 0.15 * 200


def test_the_simulation_computes_what_the_page_shows() -> None:
    found = difference(Rate(60, 200), Rate(90, 400))
    assert found
    one, other = 91 / 402, 61 / 202
    half = half_width(one * (1 - one) / 400 + other * (1 - other) / 200)
    assert found.value == pytest.approx(0.075)
    assert (found.low, found.high) == pytest.approx((0.075 - half, 0.075 + half))
    assert not found.excludes_zero


def test_before_there_are_enough_of_each_nothing_is_said() -> None:
    assert difference(Rate(0, FEWEST - 1), Rate(900, 900)) is None


def test_as_many_visitors_as_the_hint_says_find_it_in_four_of_five() -> None:
    needed = visitors_needed(0.6, by=0.08, variant=0.5)
    half = needed // 2
    generator = np.random.default_rng(3)
    pairs = zip(
        generator.binomial(half, 0.68, 2000), generator.binomial(half, 0.6, 2000), strict=True
    )
    found = [difference(Rate(int(x), half), Rate(int(y), half)) for x, y in pairs]
    assert 0.77 < np.mean([each is not None and each.excludes_zero for each in found]) < 0.83
    assert visitors_needed(0.6, by=0.04, variant=0.5) > 3 * needed
    assert visitors_needed(0.6, by=0.08, variant=0.1) > 2 * needed
    assert visitors_needed(0.99, by=0.3, variant=0.1) == 10 * FEWEST
