"""Quantiles of the Beta distribution, beside printed ones."""

from __future__ import annotations

import pytest

from assistant.insights.beta import below, quantile


@pytest.mark.parametrize(
    ("share", "a", "b", "value"),
    [
        (0.5, 1, 1, 0.5),
        (0.25, 1, 2, 1 - 0.75**0.5),
        (0.975, 0.5, 20.5, 0.116639),
        (0.025, 5.5, 15.5, 0.102398),
        (0.9, 2, 3, 0.679539),
    ],
)
def test_a_quantile_is_as_tables_have_it(share: float, a: float, b: float, value: float) -> None:
    assert quantile(share, a, b) == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
@pytest.mark.parametrize(("a", "b"), [(0.5, 400), (30, 400), (90_000, 10_000), (0.6, 0.6)])
def test_under_a_quantile_lies_its_share(share: float, a: float, b: float) -> None:
    assert below(quantile(share, a, b), a, b) == pytest.approx(share, abs=1e-6)
