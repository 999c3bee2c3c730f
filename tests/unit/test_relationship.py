"""Whom we ask whether they would recommend us, and what their answers come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from assistant.domain.lot import lot
from assistant.domain.relationship import Asking, History, Policy, Way
from assistant.insights.rates import Rate
from assistant.insights.relationship import relationship, relationship_table
from assistant.ports.figures import Cohort

NOW = datetime(2026, 3, 14, tzinfo=UTC)
DAY = timedelta(days=1)
PERIOD = Cohort(NOW - DAY, NOW, NOW)
FOR_LONG = History(NOW - 300 * DAY)
POLICY = Policy(share=1.0, quiet=180 * DAY)


def asked(days_ago: float, **more: Any) -> History:
    asking = Asking("c1", Way.WIDGET, NOW - days_ago * DAY, **more)
    return History(FOR_LONG.known_since, [asking])


@pytest.mark.parametrize(
    ("history", "due"),
    [
        (FOR_LONG, True),
        (History(NOW - DAY), True),
        (History(NOW - 0.9 * DAY), False),
        (asked(179), False),
        (asked(180), True),
        (asked(280, declined_at=NOW - 280 * DAY), False),
        (asked(10, answered=True), False),
    ],
)
def test_who_is_known_and_was_left_in_peace_is_asked(history: History, *, due: bool) -> None:
    assert POLICY.is_due(history, at=NOW) is due


def test_who_refused_anywhere_is_awaited_nowhere() -> None:
    mailed = [Asking(id, Way.MAIL, NOW) for id in ("c1", "c2")]
    assert History(NOW, mailed).waits_in("c1")
    assert not History(NOW, mailed).waits_in("c3")
    refused = [mailed[0], replace(mailed[1], declined_at=NOW)]
    assert not History(NOW, refused).waits_in("c1")


def test_the_sample_is_as_large_as_it_was_set_and_always_the_same() -> None:
    visitors = [f"v-{number}" for number in range(4000)]
    sampled = {each for each in visitors if Policy(share=0.1).samples(each)}
    assert 340 < len(sampled) < 460
    assert sampled <= {each for each in visitors if Policy(share=0.2).samples(each)}
    assert not any(Policy(share=0.0).samples(each) for each in visitors)
    assert all(POLICY.samples(each) for each in visitors)


def test_a_lot_for_one_purpose_tells_nothing_of_another() -> None:
    visitors = [f"v-{number}" for number in range(4000)]
    both = sum(lot(each, of="one") < 0.5 and lot(each, of="other") < 0.5 for each in visitors)
    assert 900 < both < 1100


class Said:
    """A store that holds only figures."""

    def __init__(self, given: Mapping[int, int], **asked: tuple[int, int]) -> None:
        self._given, self._asked = given, {Way(way): found for way, found in asked.items()}

    def recommendations(self, cohort: Cohort) -> Mapping[int, int]:
        return self._given

    def relationship_asked(self, cohort: Cohort) -> Mapping[Way, tuple[int, int]]:
        return self._asked


def test_promoters_minus_detractors_of_customers_who_said_anything() -> None:
    found = relationship(Said({10: 6, 9: 6, 8: 4, 6: 2, 0: 2}, widget=(80, 19)), PERIOD)  # type: ignore[arg-type]
    assert found.groups == {
        "promoters": Rate(12, 20),
        "passives": Rate(4, 20),
        "detractors": Rate(4, 20),
    }
    assert found.nps
    assert found.nps.estimate.value == pytest.approx(40)
    assert found.response == {Way.WIDGET: Rate(19, 80), Way.MAIL: Rate(0, 0)}
    rows = {row["name"]: row for row in relationship_table(found).as_json()}
    assert (rows["nps"]["value"], rows["answered_widget"]["n"]) == (pytest.approx(40), 80)


def test_of_nine_customers_there_are_counts_and_no_score() -> None:
    found = relationship(Said({10: 9}), PERIOD)  # type: ignore[arg-type]
    assert (found.nps, found.n, found.groups["promoters"]) == (None, 9, Rate(9, 9))
