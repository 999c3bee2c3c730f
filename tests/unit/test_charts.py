"""Charts are drawn on the server: shapes alone, which the page colours."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from assistant.charts import Dot, against_diagonal, curve, shares_over_time
from assistant.insights.rates import Estimate

SOME = Estimate(0.5, 0.3, 0.6, 40)
DRAWINGS = {
    "over time": shares_over_time([("1 Nov", SOME), ("2 Nov", None), ("<3> Nov", SOME)]),
    "against the diagonal": against_diagonal([Dot(0.2, 0.4, (0.1, 0.6)), Dot(0.8, 0.7)]),
    "a curve": curve([(0.1, 0.0), (1.0, 0.15)], top=0.2, dots=[Dot(0.5, 0.05, size=7)]),
    "nothing": shares_over_time([]),
    "a single gap": shares_over_time([("1 Nov", None)]),
}


@pytest.fixture(params=DRAWINGS, ids=lambda name: name.replace(" ", "-"))
def drawing(request: pytest.FixtureRequest) -> str:
    return str(DRAWINGS[request.param])


def test_a_strict_policy_lets_it_through(drawing: str) -> None:
    for forbidden in ("<style", "<script", "style=", "href", "<!--"):
        assert forbidden not in drawing


def test_a_screen_reader_skips_it(drawing: str) -> None:
    assert 'aria-hidden="true"' in drawing
    assert "<title" not in drawing


def test_it_says_nothing_of_its_own(drawing: str) -> None:
    words = set("".join(ElementTree.fromstring(drawing).itertext()).split())
    assert all(re.search(r"\d|%|Nov", word) for word in words)


def test_each_share_is_a_dot_within_its_interval_and_nothing_is_drawn_for_a_gap() -> None:
    drawn = str(DRAWINGS["over time"])
    assert drawn.count("<circle") == drawn.count('class="ci"') == 2


def test_labels_are_text_whatever_they_hold() -> None:
    assert "&lt;3&gt; Nov" in DRAWINGS["over time"]


def test_of_many_labels_only_some_are_written() -> None:
    drawn = shares_over_time([(f"{day} Nov", SOME) for day in range(1, 31)])
    assert drawn.count("Nov") <= 8
    assert drawn.count("<circle") == 30


def test_a_higher_share_stands_higher() -> None:
    low, high = (
        float(cy)
        for cy in re.findall(r'cy="([\d.]+)"', against_diagonal([Dot(0.1, 0.1), Dot(0.9, 0.9)]))
    )
    assert high < low


def test_axes_may_be_named() -> None:
    assert "of these right" in against_diagonal([Dot(0.5, 0.5)], up="of these right")
