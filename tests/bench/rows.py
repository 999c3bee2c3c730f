"""A line of the table: what was measured, and whether it reaches its goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Row:
    """`at_most` or `at_least`: the goal, where there is one."""

    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool | None:
        """None without a goal."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least


def percentile(values: Sequence[float], percent: int) -> float:
    return float(np.percentile(values, percent))


def as_table(rows: Iterable[Row]) -> str:
    """Aligned, for a terminal and for a page of docs alike."""
    return "".join(
        f"{r.what:<62}{_number(r.value):>9} {r.unit:<6}{_goal(r)}".rstrip() + "\n" for r in rows
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def _goal(row: Row) -> str:
    if row.reached is None:
        return ""
    sign, goal = ("≤", row.at_most) if row.at_most is not None else ("≥", row.at_least)
    return f"  {sign} {goal:g}  {'reached' if row.reached else 'MISSED'}"
