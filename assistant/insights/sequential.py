"""How much two shares differ, by an interval that may be looked at every day. Pure.

An interval that covers the truth in 95 of 100 cases when it is looked at once does so in about 70
when it is looked at daily for two months, and whoever stops at the first difference finds one in
every third experiment without any. This one covers it at all looks together: the mixture
sequential probability ratio test of Robbins (1970) as a confidence sequence, as Johari, Pekelis and
Walsh give it for two shares ("Always Valid Inference", Operations Research 70, 2022; arXiv
1512.04922). With V the variance of the difference, and τ the size that one hopes it has:

    half-width = √( V (V + τ²) / τ² · ln( (V + τ²) / (V α²) ) )

It leans on the normal approximation, so it starts at FEWEST of each; a test simulates how often it
errs (tests/unit/test_sequential.py).
"""

from __future__ import annotations

import math

from assistant.insights.rates import Estimate, Rate

FEWEST = 100
"""Of each; before, nothing is said of their difference."""
_ALPHA = 0.05
_HOPED = 0.05
"""τ. It decides where the interval is narrowest, and never whether it holds."""
_POWER = 0.8416212335729143
"""The normal quantile of 80 %."""


def difference(variant: Rate, control: Rate) -> Estimate | None:
    """By how much the variant's share is larger; None where either has too few."""
    if min(variant.n, control.n) < FEWEST:
        return None
    found = variant.count / variant.n - control.count / control.n
    half = half_width(_variance(variant) + _variance(control))
    return Estimate(
        found, max(-1.0, found - half), min(1.0, found + half), min(variant.n, control.n)
    )


def half_width(variance: float) -> float:
    """Of the interval around a difference with this variance."""
    both = variance + _HOPED**2
    spread = variance * both / _HOPED**2
    return math.sqrt(spread * math.log(both / (variance * _ALPHA**2)))


def visitors_needed(share: float, *, by: float, variant: float) -> int:
    """How many visitors both halves need together, so that in four of five experiments a `share`
    that truly differs `by` so much is told from chance by then. `variant`: the part of the visitors
    that gets it."""
    other = share + by if share + by < 1 else share - by
    fewest, most = 1, 1
    while not _is_enough(most, share, other, variant):
        fewest, most = most, 2 * most
    while most - fewest > 1:
        middle = (fewest + most) // 2
        enough = _is_enough(middle, share, other, variant)
        fewest, most = (fewest, middle) if enough else (middle, most)
    return max(most, math.ceil(FEWEST / min(variant, 1 - variant)))


def _is_enough(n: int, share: float, other: float, variant: float) -> bool:
    spread = share * (1 - share) / (n * (1 - variant)) + other * (1 - other) / (n * variant)
    return half_width(spread) + _POWER * math.sqrt(spread) <= abs(other - share)


def _variance(rate: Rate) -> float:
    # One of either kind added: none among hundred does not prove that there are none.
    share = (rate.count + 1) / (rate.n + 2)
    return share * (1 - share) / rate.n
