"""Where the boxes and bands of a flow chart lie: a column for each step of the way, as high as many
came there. Pure; the template draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.insights.journeys import Passage, Step

COLUMN, BOX, HEIGHT, TOP = 160.0, 100.0, 260.0, 20.0
NAME = 24.0
"""Above each box stands its name."""
COLUMNS = 6
"""Of the way; the table tells the rest."""


@dataclass(frozen=True)
class Box:
    """So many came to this step."""

    step: Step
    x: float
    y: float
    height: float
    n: int


@dataclass(frozen=True)
class Band:
    """So many went from one box to another; `harder`: with more effort than all, beyond doubt."""

    path: str
    width: float
    n: int
    harder: bool


@dataclass(frozen=True)
class Flow:
    """The whole picture."""

    boxes: Sequence[Box]
    bands: Sequence[Band]
    width: float
    height: float


def flow(passages: Sequence[Passage], *, harder: Sequence[Passage]) -> Flow:
    """Of the first steps."""
    shown = [each for each in passages if each.at < COLUMNS - 1]
    came: list[Counter[Step]] = [Counter() for _ in range(COLUMNS)]
    for each in shown:
        came[each.at + 1][each.end] += each.of_those.count
        if each.at == 0:
            came[0][each.start] += each.of_those.count
    most = max((column.total() for column in came), default=0) or 1
    scale = HEIGHT / most
    boxes = _boxes(came, scale)
    bands = _bands(shown, boxes, scale, harder)
    columns = max((at for at, _ in boxes), default=0) + 1
    bottom = max((box.y + box.height for box in boxes.values()), default=0.0)
    # The last name may be wider than its box.
    return Flow(list(boxes.values()), bands, columns * COLUMN, bottom + TOP)


def _boxes(came: Sequence[Counter[Step]], scale: float) -> dict[tuple[int, Step], Box]:
    found = {}
    for at, column in enumerate(came):
        y = TOP
        for step in Step:
            if n := column[step]:
                height = n * scale
                found[at, step] = Box(step, at * COLUMN, y, height, n)
                y += height + NAME
    return found


def _bands(
    passages: Sequence[Passage],
    boxes: dict[tuple[int, Step], Box],
    scale: float,
    harder: Sequence[Passage],
) -> list[Band]:
    left: Counter[tuple[int, Step]] = Counter()
    right: Counter[tuple[int, Step]] = Counter()
    bands = []
    for each in passages:
        out, into = (each.at, each.start), (each.at + 1, each.end)
        width = each.of_those.count * scale
        y = boxes[out].y + left[out] * scale + width / 2
        to = boxes[into].y + right[into] * scale + width / 2
        left[out] += each.of_those.count
        right[into] += each.of_those.count
        x, end = boxes[out].x + BOX, boxes[into].x
        middle = (x + end) / 2
        path = f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {to:.1f} {end:.1f} {to:.1f}"
        bands.append(Band(path, max(width, 0.8), each.of_those.count, each in harder))
    return bands
