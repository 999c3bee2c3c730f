"""Days as people write them, in the reader's language: 9 March 2026, 1er mars 2026."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from assistant.resources import shipped

_SPOKEN = ("en", "fr")


def shown_day(day: date, locale: str) -> str:
    """With its month's name and its year."""
    return f"{_number(day, locale)} {_months(locale, 'months')[day.month - 1]} {day.year}"


def short_day(day: date, locale: str) -> str:
    """Where there is little room and no doubt about the year: 9 Mar, 9 mars."""
    return f"{_number(day, locale)} {_months(locale, 'short_months')[day.month - 1]}"


def _number(day: date, locale: str) -> str:
    first: str | None = _words(_known(locale))["first"]
    return first if first and day.day == 1 else str(day.day)


def _months(locale: str, form: str) -> Sequence[str]:
    found: Sequence[str] = _words(_known(locale))[form]
    return found


def _known(locale: str) -> str:
    return next((each for each in _SPOKEN if locale.lower().startswith(each)), _SPOKEN[0])


@lru_cache(maxsize=len(_SPOKEN))
def _words(locale: str) -> Mapping[str, Any]:
    text = (shipped("web") / "locales" / f"dates.{locale}.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
