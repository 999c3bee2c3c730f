"""Figures as a Parquet file, for warehouses and notebooks. pyarrow, 170 MB installed, is an extra:
who wants Parquet installs `help-assistant[parquet]`."""

from __future__ import annotations

import io
from importlib.util import find_spec
from typing import Any

from assistant.errors import Refused
from assistant.insights.tables import Table


def has_parquet() -> bool:
    """Whether this installation can write it."""
    return find_spec("pyarrow") is not None


def as_parquet(table: Table) -> bytes:
    """The columns with their types; one in which nothing is told is text. Refused without pyarrow,
    with what to install."""
    if not has_parquet():
        raise Refused(
            "This server writes no Parquet: pyarrow is missing. Install help-assistant[parquet], "
            "or ask for csv or jsonl."
        )
    import pyarrow as pa
    from pyarrow import parquet

    rows = table.as_json()
    columns = {name: _array(pa, [row[name] for row in rows]) for name in table.columns}
    written = io.BytesIO()
    parquet.write_table(pa.table(columns), written, compression="zstd")
    return written.getvalue()


def _array(pa: Any, cells: list[Any]) -> Any:
    """Whole numbers beside others are numbers all alike."""
    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds:
        return pa.array(cells, pa.string())
    if kinds == {int, float}:
        return pa.array(cells, pa.float64())
    return pa.array(cells)
