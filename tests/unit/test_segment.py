"""A segment reads the same in an address and back."""

from __future__ import annotations

import pytest

from assistant.domain.segment import Between, Segment, Untold, Valued, number_in, segment_from


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("plan=pro", Valued("plan", "pro")),
        ("pays=Côte d’Ivoire", Valued("pays", "Côte d’Ivoire")),
        ("ratio=a=b", Valued("ratio", "a=b")),
        ("orders=3..10", Between("orders", 3, 10)),
        ("value=-2.5..", Between("value", -2.5, None)),
        ("value=..0", Between("value", None, 0)),
        ("plan=", Untold("plan")),
    ],
)
def test_it_is_written_as_it_is_read(text: str, segment: Segment) -> None:
    assert segment_from(text) == segment
    assert str(segment) == text


@pytest.mark.parametrize(
    "text", ["", "plan", "=pro", "a b=c", "x" * 41 + "=1", "plan=" + "x" * 101]
)
def test_what_is_none_is_none(text: str) -> None:
    assert segment_from(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("-0.5", -0.5), ("007", None), ("1e9", None), ("12,5", None), ("12 ", None)],
)
def test_only_what_is_plainly_a_number_is_one(text: str, number: float | None) -> None:
    assert number_in(text) == number
