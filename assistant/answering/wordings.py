"""The assistant's own words, from prompts/wordings.<locale>.toml."""

from __future__ import annotations

import math
import tomllib
from functools import lru_cache
from typing import Any

from assistant.resources import prompts

LOCALES = ("en", "fr")
"""Locales in which the assistant speaks; articles may be in others."""
_MOST_HOURS = 48


def say(key: str, locale: str, *, hours: int | None = None, **values: object) -> str:
    """The wording in the locale, or in English for a locale that has none. So many `hours` fill
    its blank {time}, as people say them."""
    if hours is not None:
        values["time"] = _lasting(hours, locale)
    return str(_wordings(spoken(locale))[key]).format(**values)


def language_name(locale: str, *, said_in: str) -> str:
    """`fr` said in English is "French"; a language without a name keeps its code."""
    names: dict[str, str] = _wordings(spoken(said_in))["languages"]
    return names.get(locale, locale)


def spoken(locale: str) -> str:
    """The nearest locale that the assistant speaks."""
    short = locale[:2].lower()
    return short if short in LOCALES else LOCALES[0]


def _lasting(hours: int, locale: str) -> str:
    """Longer than two days it is whole days, never fewer than it is."""
    if hours == 1:
        return say("one_hour", locale)
    if hours <= _MOST_HOURS:
        return say("some_hours", locale, count=hours)
    return say("some_days", locale, count=math.ceil(hours / 24))


@lru_cache(maxsize=8)
def _wordings(locale: str) -> dict[str, Any]:
    path = prompts() / f"wordings.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
