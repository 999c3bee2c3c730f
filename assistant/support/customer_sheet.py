"""A list of what the company tells of its customers, read and checked before anything is kept: a
CSV file, or the rows of a request. Pure; nothing that stands in a cell is repeated in a message."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from assistant.domain.segment import (
    LONGEST_NAME,
    LONGEST_VALUE,
    is_band,
    is_name,
    number_in,
    shown_number,
)
from assistant.errors import RefusedRows
from assistant.ports.customers import Key, Telling, Told
from assistant.resources import shipped

MOST_ROWS, MOST_COLUMNS = 20_000, 20
LONGEST_KEY = 200
MOST_NAMED = 20
"""Of what is wrong; the rest is counted."""

Cell = str | int | float | bool | None


class Fault(StrEnum):
    """What can be wrong; the words, with the remedy, stand in web/locales/customers."""

    NOT_UTF8 = "not_utf8"
    NOT_CSV = "not_csv"
    NO_KEY = "no_key"
    TWO_KEYS = "two_keys"
    NO_ATTRIBUTE = "no_attribute"
    NAME = "name"
    NAME_TWICE = "name_twice"
    TOO_WIDE = "too_wide"
    TOO_MANY = "too_many"
    CELLS = "cells"
    EMPTY_KEY = "empty_key"
    LONG_KEY = "long_key"
    TWICE = "twice"
    LONG_VALUE = "long_value"
    BAND = "band"
    KIND = "kind"


@dataclass(frozen=True)
class Wrong:
    """In this line, from 1."""

    line: int
    fault: Fault
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """`tellings`: by the customer's key. Where anything is wrong nothing of it is to be used."""

    key: Key
    tellings: Mapping[str, Telling]
    wrong: Sequence[Wrong]

    def checked(self) -> Sheet:
        """Itself; RefusedRows, in English, where anything is wrong."""
        if self.wrong:
            named = [(each.line, in_words(each, "en")) for each in self.wrong[:MOST_NAMED]]
            raise RefusedRows(named, more=len(self.wrong) - len(named))
        return self


def sheet_in(content: bytes) -> Sheet:
    """A CSV file: first the names, then a customer a line. Commas, or semicolons, between; where it
    is semicolons 12,5 is a number. An empty cell takes away what was told before."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused(Fault.NOT_UTF8)
    head = text.partition("\n")[0]
    apart = ";" if head.count(";") > head.count(",") else ","
    try:
        lines = list(_lines(text, apart))
    except csv.Error:
        return _refused(Fault.NOT_CSV)
    if not lines:
        return _refused(Fault.NO_KEY)
    (_, names), *rows = lines
    columns = [" ".join(name.split()).casefold() for name in names]
    if wrong := list(_wrong_names(columns)):
        return Sheet(Key.CUSTOMER, {}, wrong)
    decimal_comma = apart == ";"
    read = ((n, _cells(columns, row, decimal_comma=decimal_comma)) for n, row in rows)
    return _sheet(read, columns)


def sheet_of(rows: Sequence[Mapping[str, Cell]]) -> Sheet:
    """The rows of a request, counted from 1. What a row does not name stays as it is; null takes it
    away."""
    named = [{name.strip().casefold(): cell for name, cell in row.items()} for row in rows]
    columns = list(dict.fromkeys(name for row in named for name in row))
    if wrong := list(_wrong_names(columns)):
        return Sheet(Key.CUSTOMER, {}, wrong)
    return _sheet(enumerate(named, 1), columns)


def in_words(wrong: Wrong, locale: str) -> str:
    """What is wrong and what to do, in the reader's language."""
    return _words("fr" if locale.startswith("fr") else "en")[wrong.fault.value].format(
        **wrong.values
    )


def _lines(text: str, apart: str) -> Iterator[tuple[int, list[str]]]:
    """Each with the line that it begins on, without empty ones."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True)
    begins = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield begins, row
        begins = reader.line_num + 1


def _wrong_names(columns: Sequence[str]) -> Iterator[Wrong]:
    keys = [key for key in Key if key.value in columns]
    if len(keys) != 1:
        yield Wrong(1, Fault.TWO_KEYS if keys else Fault.NO_KEY)
    elif len(columns) == 1:
        yield Wrong(1, Fault.NO_ATTRIBUTE)
    if len(columns) > MOST_COLUMNS:
        yield Wrong(1, Fault.TOO_WIDE, {"most": MOST_COLUMNS})
        return
    for at, name in enumerate(columns, 1):
        if not is_name(name):
            yield Wrong(1, Fault.NAME, {"column": at, "longest": LONGEST_NAME})
        elif name in columns[: at - 1]:
            yield Wrong(1, Fault.NAME_TWICE, {"column": at})


def _cells(
    columns: Sequence[str], row: Sequence[str], *, decimal_comma: bool
) -> Mapping[str, Cell]:
    """By column; how many there are where those are not as many as the columns."""
    if len(row) != len(columns):
        return {"": len(row)}
    plain = [_plain(cell) for cell in row] if decimal_comma else row
    return dict(zip(columns, plain, strict=True))


def _plain(cell: str) -> str:
    with_point = cell.strip().replace(",", ".")
    return with_point if number_in(with_point) is not None else cell


def _sheet(rows: Iterable[tuple[int, Mapping[str, Cell]]], columns: Sequence[str]) -> Sheet:
    key = next(each for each in Key if each.value in columns)
    found: dict[str, Telling] = {}
    first: dict[str, int] = {}
    wrong: list[Wrong] = []
    for count, (line, cells) in enumerate(rows, 1):
        if count > MOST_ROWS:
            wrong.append(Wrong(line, Fault.TOO_MANY, {"most": MOST_ROWS}))
            break
        faults = list(_wrong_in(cells, key, wanted=len(columns), first=first))
        wrong += [Wrong(line, fault, values) for fault, values in faults]
        if not faults:
            named = _text(cells[key.value])
            first[named] = line
            found[named] = {name: _told(cell) for name, cell in cells.items() if name != key.value}
    return Sheet(key, found, wrong)


def _wrong_in(
    cells: Mapping[str, Cell], key: Key, *, wanted: int, first: Mapping[str, int]
) -> Iterator[tuple[Fault, dict[str, Any]]]:
    if "" in cells:
        yield Fault.CELLS, {"found": cells[""], "wanted": wanted}
        return
    named = _text(cells.get(key.value))
    if not named:
        yield Fault.EMPTY_KEY, {"key": key.value}
    elif len(named) > LONGEST_KEY:
        yield Fault.LONG_KEY, {"key": key.value, "longest": LONGEST_KEY}
    elif named in first:
        yield Fault.TWICE, {"first": first[named]}
    yield from _wrong_values({name: cell for name, cell in cells.items() if name != key.value})


def _wrong_values(cells: Mapping[str, Cell]) -> Iterator[tuple[Fault, dict[str, Any]]]:
    for name, cell in cells.items():
        if not isinstance(cell, Cell):
            yield Fault.KIND, {"name": name}
        elif len(_text(cell)) > LONGEST_VALUE:
            yield Fault.LONG_VALUE, {"name": name, "longest": LONGEST_VALUE}
        elif is_band(_text(cell)):
            yield Fault.BAND, {"name": name}


def _told(cell: Cell) -> Told | None:
    if not (text := _text(cell)):
        return None
    number = number_in(text)
    return Told(text) if number is None else Told(shown_number(number), number)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return shown_number(cell)
    return "" if cell is None else " ".join(str(cell).split())


def _refused(fault: Fault) -> Sheet:
    return Sheet(Key.CUSTOMER, {}, [Wrong(1, fault)])


@lru_cache(maxsize=2)
def _words(locale: str) -> Mapping[str, str]:
    text = (shipped("web") / "locales" / f"customers.{locale}.json").read_text(encoding="utf-8")
    faults: Mapping[str, str] = json.loads(text)["faults"]
    return faults
