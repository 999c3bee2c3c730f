"""The few expressions of the figures that the two engines spell differently."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Double,
    Select,
    cast,
    func,
    literal,
    select,
    type_coerce,
)

from assistant.adapters.sql.columns import CleanText
from assistant.adapters.sql.engine import Database

_DAY_S = 86_400


def seconds(start: Any, end: Any, database: Database) -> ColumnElement[float]:
    """From one moment to another; NULL where one of them is. Exact to a millisecond."""
    if database.is_sqlite:
        days = func.julianday(end) - func.julianday(start)
        return type_coerce(days * _DAY_S, Double)
    return cast(func.extract("epoch", end) - func.extract("epoch", start), Double)


def first_article(hits: Any, database: Database) -> ColumnElement[str]:
    """The article of the first passage in a turn's hits, NULL where there is none."""
    text = type_coerce(hits, CleanText)
    if database.is_sqlite:
        return func.json_extract(text, "$[0].article_id", type_=CleanText)
    return func.json_extract_path_text(cast(text, JSON), "0", "article_id", type_=CleanText)


def told(payload: Any, key: str, database: Database) -> ColumnElement[str]:
    """A text in an event's payload, NULL where it has none."""
    text = type_coerce(payload, CleanText)
    if database.is_sqlite:
        return func.json_extract(text, f"$.{key}", type_=CleanText)
    return func.json_extract_path_text(cast(text, JSON), key, type_=CleanText)


def listed(ids: Iterable[str], database: Database) -> Select[str]:
    """The ids as a query, in one parameter: an engine takes only so many, and these may be more."""
    text = literal(json.dumps(list(ids)), CleanText)
    if database.is_sqlite:
        each = func.json_each(text)
    else:
        each = func.json_array_elements_text(cast(text, JSON))
    return select(each.table_valued("value").c.value)
