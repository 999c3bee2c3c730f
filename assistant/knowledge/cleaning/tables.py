"""HTML tables as pipe tables; tables that only lay out a page as the blocks that they hold."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.knowledge.cleaning.elements import Element
from assistant.knowledge.cleaning.vault import LINE_BREAK, Vault, has_block

_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "details")
_CELLS = ("td", "th")
_MOST_COLUMNS = 40

Contents = Callable[[Element], str]
Grid = list[list[str]]


def table_to_markdown(table: Element, contents: Contents, vault: Vault) -> str:
    """The table with its caption above; `contents` gives an element's blocks."""
    rows = [row for row in _rows(table) if any(cell.name in _CELLS for cell in row.elements())]
    caption = " ".join(contents(part) for part in table.elements() if part.name == "caption")
    body = _layout(rows, contents) if _only_lays_out(rows) else _pipes(rows, contents, vault)
    return f"{caption}\n\n{body}".strip("\n")


def flat(markdown: str) -> str:
    """Blocks on one line, for a heading or the cell of a table."""
    lines = (line.strip() for line in markdown.replace(LINE_BREAK, "\n").split("\n"))
    return " ".join(
        re.sub(r"^(?:[-*+][ \t]+|#{1,6}[ \t]+)", _bullet, line) for line in lines if line
    )


def _bullet(match: re.Match[str]) -> str:
    return "" if match[0].startswith("#") else "• "


def _rows(element: Element) -> list[Element]:
    found: list[Element] = []
    for child in element.elements():
        if child.name == "tr":
            found.append(child)
        elif child.name != "table":
            found += _rows(child)
    return found


def _only_lays_out(rows: list[Element]) -> bool:
    """No head, and cells that hold blocks; or but one column."""
    cells = [cell for row in rows for cell in row.elements()]
    if any(cell.name == "th" for cell in cells):
        return False
    return all(len(row.elements()) == 1 for row in rows) or any(
        part.name in _BLOCKS for cell in cells for part in cell.walk()
    )


def _layout(rows: list[Element], contents: Contents) -> str:
    """Cell after cell; the name of a row, a few words before a block, in bold."""
    blocks: list[str] = []
    for row in rows:
        cells = [contents(cell).strip() for cell in row.elements()]
        if len(cells) == 2 and cells[1] and _is_label(cells[0]):
            cells[0] = f"**{cells[0].strip('*')}**"
        blocks += [cell for cell in cells if cell]
    return "\n\n".join(blocks)


def _is_label(text: str) -> bool:
    return 0 < len(text) <= 60 and "\n" not in text and not text.startswith(("#", "-", "!", "["))


def _pipes(rows: list[Element], contents: Contents, vault: Vault) -> str:
    grid = _grid(rows, contents, vault)
    grid = [row for row in grid if any(row)]
    if not grid:
        return ""
    width = max(len(row) for row in grid)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in grid]
    lines.insert(1, "|" + " --- |" * width)
    return "\n".join(lines)


def _grid(rows: list[Element], contents: Contents, vault: Vault) -> Grid:
    """Texts by row and column. A cell over several rows stands in each: a row is read alone."""
    grid: Grid = []
    hanging: dict[int, tuple[int, str]] = {}
    for row in rows:
        line: list[str] = []
        for cell in (cell for cell in row.elements() if cell.name in _CELLS):
            _fill_hanging(line, hanging)
            text = _cell(contents(cell), vault)
            if (span := _span(cell, "rowspan")) > 1:
                hanging[len(line)] = (span - 1, text)
            line += [text, *[""] * (_span(cell, "colspan") - 1)]
        _fill_hanging(line, hanging)
        grid.append(line[:_MOST_COLUMNS] if not any(line[_MOST_COLUMNS:]) else line)
    return grid


def _fill_hanging(line: list[str], hanging: dict[int, tuple[int, str]]) -> None:
    while len(line) in hanging:
        column = len(line)
        left, text = hanging.pop(column)
        line.append(text)
        if left > 1:
            hanging[column] = (left - 1, text)


def _span(cell: Element, name: str) -> int:
    value = cell.attribute(name)
    return min(int(value), _MOST_COLUMNS) if value.isascii() and value.isdigit() else 1


def _cell(markdown: str, vault: Vault) -> str:
    text = flat(markdown)
    if has_block(text):
        text = " ".join(text.split())
    return re.sub(r"(?<!\\)\|", r"\\|", vault.in_cell(text))
