"""AsciiDoc's tables as HTML."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from io import StringIO
from typing import NamedTuple

_CELL = re.compile(
    r"(?:(?:^|(?<=\s))(?:(?P<times>\d+)\*|(?P<across>\d+)?(?:\.(?P<down>\d+))?\+)?"
    r"(?:[<^>]?(?:\.[<^>])?)(?P<style>[a-z])?)?(?<!\\)\|"
)
_MOST = 100


class _Cell(NamedTuple):
    text: str
    across: int = 1
    down: int = 1
    style: str = ""


def read_table(
    lines: Sequence[str], separator: str, *, options: str, page: Callable[[Sequence[str]], str]
) -> str:
    """The rows between two fences; `page` gives the HTML of a cell's own lines."""
    rows = _separated(lines, separator) if separator in ",:" else _piped(lines, options)
    shown = [
        "".join(
            _shown(cell, page, is_head=number == 0 and _has_head(lines, options)) for cell in row
        )
        for number, row in enumerate(rows)
    ]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in shown) + "</table>"


def _shown(cell: _Cell, page: Callable[[Sequence[str]], str], *, is_head: bool) -> str:
    tag = "th" if is_head or cell.style == "h" else "td"
    spans = f' colspan="{cell.across}"' if cell.across > 1 else ""
    spans += f' rowspan="{cell.down}"' if cell.down > 1 else ""
    return f"<{tag}{spans}>{page(cell.text.strip().split(chr(10)))}</{tag}>"


def _has_head(lines: Sequence[str], options: str) -> bool:
    """Said, or as Asciidoctor guesses it: a first row alone on its line, a blank one below it."""
    if "noheader" in options:
        return False
    if "header" in options:
        return True
    return len(lines) > 1 and bool(lines[0].strip()) and not lines[1].strip()


def _separated(lines: Sequence[str], separator: str) -> list[list[_Cell]]:
    rows = csv.reader(StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True)
    return [[_Cell(text) for text in row] for row in rows if row]


def _piped(lines: Sequence[str], options: str) -> list[list[_Cell]]:
    cells = _cells(
        "\n".join(lines).replace("\n!", "\n|") if _is_nested(lines) else "\n".join(lines)
    )
    width = _columns(options) or _first_row(lines)
    if width == 0:
        return [cells] if cells else []
    if all(cell.across == cell.down == 1 for cell in cells):
        return [cells[start : start + width] for start in range(0, len(cells), width)]
    return _laid_out(cells, width)


def _is_nested(lines: Sequence[str]) -> bool:
    return any(line.startswith("!") for line in lines) and not any("|" in line for line in lines)


def _cells(text: str) -> list[_Cell]:
    found: list[_Cell] = []
    marks = list(_CELL.finditer(text))
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(text)
        inside = text[mark.end() : end].replace("\\|", "|")
        cell = _Cell(inside, int(mark["across"] or 1), int(mark["down"] or 1), mark["style"] or "")
        found += [cell] * min(_MOST, int(mark["times"] or 1))
    return found


def _columns(options: str) -> int:
    """What `cols` says: "1,2,3" or "3*" or "2*,1"."""
    match = re.search(r'cols\s*=\s*(?:"([^"]*)"|([^\s,\]]+))', options)
    if match is None:
        return 0
    count = 0
    for part in re.split(r"[,;]", match[1] or match[2]):
        times = re.match(r"\s*(\d+)\*", part)
        count += int(times[1]) if times else 1
    return min(count, _MOST)


def _first_row(lines: Sequence[str]) -> int:
    first = next((line for line in lines if line.strip()), "")
    return sum(cell.across for cell in _cells(first))


def _laid_out(cells: Sequence[_Cell], width: int) -> list[list[_Cell]]:
    """Rows that are full, counting the cells that hang down from rows above."""
    rows: list[list[_Cell]] = []
    hanging: dict[int, int] = {}
    row: list[_Cell] = []
    filled = 0
    for cell in cells:
        row.append(cell)
        filled += cell.across
        for later in range(1, cell.down):
            hanging[len(rows) + later] = hanging.get(len(rows) + later, 0) + cell.across
        if filled + hanging.get(len(rows), 0) >= width:
            rows.append(row)
            row, filled = [], 0
    return [*rows, row] if row else rows
