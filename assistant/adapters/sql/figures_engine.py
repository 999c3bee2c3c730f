"""The few expressions of the figures that the two engines spell differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, ColumnElement, Double, cast, func, type_coerce

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
