"""What a count means: shares with Wilson intervals, the NPS with its standard error, means. Pure.

Below ten responses there are counts and no percentage: an interval that covers almost everything
tells nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.insights.beta import quantile

FEWEST = 10
"""Below this many, counts are shown alone."""
_Z = 1.959963984540054
"""Of 95 %."""
_PROMOTER, _DETRACTOR = 9, 6
"""From here up, and from here down, on 0 to 10."""
_ADDED = 1.0
"""Responses added to each of the NPS's three groups before its interval is drawn, as Agresti and
Min (2005) do for paired shares: the plain interval covers too seldom where few responded."""
_AT_ENDS = 0.5
"""Of a response that is added at each end of a scale before the interval of its mean is drawn, as
Jeffreys does for shares: a few equal ones do not prove the mean."""
_TAIL = 0.025


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval over `n`."""

    value: float
    low: float
    high: float
    n: int

    @property
    def excludes_zero(self) -> bool:
        """Of a change: whether it may be called one."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Rate:
    """`count` of `n`."""

    count: int
    n: int

    @property
    def estimate(self) -> Estimate | None:
        """The share with its Wilson interval (Wilson 1927); None of nothing, or of too few."""
        if self.n < FEWEST:
            return None
        return Estimate(self.count / self.n, *wilson(self.count, self.n), self.n)


@dataclass(frozen=True)
class Nps:
    """-100 to 100. `error`: √((p + d − (p − d)²) / n) × 100, as of the responses themselves."""

    estimate: Estimate
    error: float


def wilson(count: int, n: int) -> tuple[float, float]:
    """Centre (p + z²/2n) / (1 + z²/n), half-width z√(p(1−p)/n + z²/4n²) / (1 + z²/n)."""
    share, spread = count / n, _Z**2 / n
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # At 0 and at n the bounds are exact, which floating point need not find.
    low = 0.0 if count == 0 else max(0.0, centre - half)
    return low, 1.0 if count == n else min(1.0, centre + half)


def change(now: Rate, before: Rate) -> Estimate | None:
    """How much the share rose, with Newcombe's hybrid score interval (1998, method 10), over the
    smaller of both; None where one of them is not shown."""
    one, other = now.estimate, before.estimate
    if one is None or other is None:
        return None
    rise = one.value - other.value
    low = rise - math.hypot(one.value - one.low, other.high - other.value)
    high = rise + math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(rise, low, high, min(one.n, other.n))


def share_from(given: Mapping[int, int], *, lowest: int) -> Rate:
    """Of the answers, those of `lowest` and more: CSAT from 4, CES from 5."""
    good = sum(count for value, count in given.items() if value >= lowest)
    return Rate(good, sum(given.values()))


def nps(given: Mapping[int, int]) -> Nps | None:
    """None below ten responses."""
    n = sum(given.values())
    if n < FEWEST:
        return None
    promoters = sum(count for value, count in given.items() if value >= _PROMOTER)
    detractors = sum(count for value, count in given.items() if value <= _DETRACTOR)
    value, error = _difference(promoters, detractors, n)
    centre, wide = _difference(promoters + _ADDED, detractors + _ADDED, n + 3 * _ADDED)
    low, high = max(-1.0, centre - _Z * wide), min(1.0, centre + _Z * wide)
    return Nps(Estimate(100 * value, 100 * low, 100 * high, n), 100 * error)


def mean(given: Mapping[int, int], *, scale: tuple[int, int]) -> Estimate | None:
    """Of the values; None below ten responses.

    Its interval: half a response is added at each end of the scale, the values are weighed anew as
    in the Bayesian bootstrap (Rubin 1981), and what the mean can be then is described by the Beta
    distribution of the same mean and variance. Of two values, it is Jeffreys' interval of a share
    (Brown, Cai, DasGupta 2001). Unlike Student's it leans as the answers do, and covers as said
    where most of them are equal (tests/unit/test_rates.py).
    """
    n = sum(given.values())
    if n < FEWEST:
        return None
    lowest, width = scale[0], scale[1] - scale[0]
    value = sum(at * count for at, count in given.items()) / n
    low, high = (lowest + width * end for end in _of_mean(given, n, scale=scale))
    # Where all said the same, nothing speaks against what they said.
    return Estimate(value, min(low, value), max(high, value), n)


def _of_mean(given: Mapping[int, int], n: int, *, scale: tuple[int, int]) -> tuple[float, float]:
    """On a scale from 0 to 1."""
    lowest, width = scale[0], scale[1] - scale[0]
    more = {at: given.get(at, 0) + _AT_ENDS * (at in scale) for at in {*given, *scale}}
    weighed = {(at - lowest) / width: count for at, count in more.items()}
    weight = n + 2 * _AT_ENDS
    centre = sum(at * count for at, count in weighed.items()) / weight
    spread = sum(count * (at - centre) ** 2 for at, count in weighed.items()) / weight
    as_many = centre * (1 - centre) * (weight + 1) / spread - 1
    a, b = centre * as_many, (1 - centre) * as_many
    return quantile(_TAIL, a, b), quantile(1 - _TAIL, a, b)


def _difference(one: float, other: float, n: float) -> tuple[float, float]:
    p, d = one / n, other / n
    return p - d, math.sqrt(max(0.0, p + d - (p - d) ** 2) / n)
