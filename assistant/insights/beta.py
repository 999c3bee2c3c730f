"""Quantiles of the Beta distribution. Pure, so that figures need no library of statistics."""

from __future__ import annotations

import math

_NEAR = 1e-12
_MOST_STEPS = 100


def quantile(share: float, a: float, b: float) -> float:
    """Below which value `share` of Beta(a, b) lies."""
    low, high = 0.0, 1.0
    x = a / (a + b)
    for _ in range(_MOST_STEPS):
        over = below(x, a, b) - share
        low, high = (low, x) if over > 0 else (x, high)
        if high - low < _NEAR:
            break
        # Newton's step, where it stays inside of what is known already.
        density = math.exp((a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - _log_beta(a, b))
        step = over / density if density else math.inf
        following = x - step if low < x - step < high else (low + high) / 2
        if abs(following - x) < _NEAR * x:
            break
        x = following
    return x


def below(x: float, a: float, b: float) -> float:
    """The share of Beta(a, b) under x: the regularised incomplete beta function, as a continued
    fraction (NIST Digital Library of Mathematical Functions, 8.17.22)."""
    if x > (a + 1) / (a + b + 2):
        return 1 - below(1 - x, b, a)
    front = math.exp(a * math.log(x) + b * math.log1p(-x) - _log_beta(a, b)) / a
    return front / _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """1 + d₁/(1 + d₂/(1 + …)), by the method of Lentz: from the front until it stays the same."""
    value, numerator, denominator = 1.0, 1.0, 0.0
    at = 0
    while True:
        at += 1
        m = at // 2
        if at % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1 / (1 + d * denominator)
        numerator = 1 + d / numerator
        value *= numerator * denominator
        if abs(numerator * denominator - 1) < _NEAR:
            return value


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
