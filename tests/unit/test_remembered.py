"""What was read once is not read again, until the knowledge changes."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.adapters.sql.remembered import Remembered


class Table:
    """Squares of the numbers up to 100, which counts what is read of it."""

    def __init__(self) -> None:
        self.read: list[int] = []

    def __call__(self, numbers: Sequence[int]) -> dict[int, int]:
        self.read += numbers
        return {number: number**2 for number in numbers if number <= 100}


def test_only_what_is_missing_is_read() -> None:
    table, squares = Table(), Remembered[int, int](most=10)
    assert squares.of(1, [2, 3], table) == {2: 4, 3: 9}
    assert squares.of(1, [3, 4, 4], table) == {3: 9, 4: 16}
    assert table.read == [2, 3, 4]


def test_another_version_is_read_anew() -> None:
    table, squares = Table(), Remembered[int, int](most=10)
    for version in (1, 2, 1):
        squares.of(version, [2], table)
    assert table.read == [2, 2, 2]


def test_what_was_not_there_is_looked_for_again() -> None:
    table, squares = Table(), Remembered[int, int](most=10)
    assert squares.of(1, [101], table) == squares.of(1, [101], table) == {}
    assert table.read == [101, 101]


def test_never_more_is_kept_than_was_said() -> None:
    table, squares = Table(), Remembered[int, int](most=10)
    for number in range(50):
        squares.of(1, [number], table)
        assert len(squares) <= 10
    assert len(squares.of(1, range(50), table)) == 50
    assert len(squares) <= 10


def test_what_is_forgotten_is_read_anew() -> None:
    table, squares = Table(), Remembered[int, int](most=10)
    squares.of(1, [2], table)
    squares.forget()
    squares.of(1, [2], table)
    assert table.read == [2, 2]
