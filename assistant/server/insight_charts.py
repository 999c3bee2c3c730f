"""What the insights pages draw: filters of their templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.charts import Dot, against_diagonal, shares_over_time
from assistant.dates import short_day

if TYPE_CHECKING:
    from markupsafe import Markup

    from assistant.insights.predictions import Bin
    from assistant.insights.report import Bucket
    from assistant.ports.figures import By


def trend(buckets: Sequence[Bucket], locale: str, by: By | None = None) -> Markup:
    """The share that was helped, or of a party's ratings the good ones, by day, week or month; a
    gap where too few were counted."""
    rates = [bucket.csat[by] if by else bucket.helped for bucket in buckets]
    days = (short_day(bucket.first, locale) for bucket in buckets)
    return shares_over_time([(day, rate.estimate) for day, rate in zip(days, rates, strict=True)])


def reliability(bins: Sequence[Bin]) -> Markup:
    """The share that was rated good beside the one predicted, where enough were rated."""
    return against_diagonal(
        [
            Dot(bin.predicted, e.value, interval=(e.low, e.high))
            for bin in bins
            if (e := bin.good.estimate)
        ]
    )
