"""Questions of one meaning come together, whatever comes later."""

from __future__ import annotations

import numpy as np

from assistant.retrieval.middles import Middles


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


def test_a_question_joins_the_nearest_group_in_reach() -> None:
    middles = Middles(2)
    assert middles.nearest(unit(1, 0)) is None
    middles.add("right", unit(1, 0))
    middles.add("up", unit(0, 1))
    assert middles.nearest(unit(3, 1)) == "right"
    assert middles.nearest(unit(1, 3)) == "up"
    assert middles.nearest(unit(-1, -1)) is None
    assert middles.nearest(unit(1, 1), near=0.5) == "right"


def test_a_group_is_where_its_questions_are_in_the_middle() -> None:
    middles = Middles(2)
    for vector in (unit(1, 0), unit(0, 1)):
        middles.add("both", vector)
    np.testing.assert_allclose(middles.of("both"), unit(1, 1), rtol=1e-6)
    np.testing.assert_allclose(middles.total("both"), [1, 1])


def test_a_sum_stands_for_the_questions_that_it_was_made_of() -> None:
    one, other = Middles(2), Middles(2)
    for vector in (unit(1, 0), unit(1, 2)):
        one.add("a", vector)
    other.add("a", one.total("a"))
    np.testing.assert_allclose(one.of("a"), other.of("a"))


def test_opposite_questions_keep_a_middle_of_unit_length() -> None:
    middles = Middles(2)
    middles.add("a", unit(1, 0))
    middles.add("a", unit(-1, 0))
    assert np.linalg.norm(middles.of("a")) == 1


def test_there_is_room_for_any_number_of_groups() -> None:
    middles = Middles(500)
    for at, vector in enumerate(np.eye(500, dtype=np.float32)):
        middles.add(f"g{at}", vector)
    assert middles.nearest(np.eye(500, dtype=np.float32)[321]) == "g321"
