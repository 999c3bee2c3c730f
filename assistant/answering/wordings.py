"""The assistant's own words, from prompts/wordings.<locale>.toml."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from assistant.resources import prompts

LOCALES = ("en", "fr")
"""Locales in which the assistant speaks; articles may be in others."""


def say(key: str, locale: str, **values: object) -> str:
    """The wording in the locale, or in English for a locale that has none."""
    return str(_wordings(spoken(locale))[key]).format(**values)


def language_name(locale: str, *, said_in: str) -> str:
    """`fr` said in English is "French"; a language without a name keeps its code."""
    names: dict[str, str] = _wordings(spoken(said_in))["languages"]
    return names.get(locale, locale)


def spoken(locale: str) -> str:
    """The nearest locale that the assistant speaks."""
    short = locale[:2].lower()
    return short if short in LOCALES else LOCALES[0]


@lru_cache(maxsize=8)
def _wordings(locale: str) -> dict[str, Any]:
    path = prompts() / f"wordings.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
