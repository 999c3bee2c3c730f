"""The assistant says the same things in every language it speaks."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.answering import wordings
from assistant.answering.intents import Intent
from assistant.answering.pipeline import _SMALLTALK
from assistant.answering.wordings import LOCALES, language_name, say, spoken
from assistant.resources import prompts, shipped

SOURCES = Path(wordings.__file__).parent.parent
LOCAL = shipped("web") / "locales"
PAGES = sorted(path.name.removesuffix(".en.json") for path in LOCAL.glob("*.en.json"))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def texts(said: Any) -> Iterator[str]:
    """All texts of a page's wordings."""
    if isinstance(said, str):
        yield said
    for each in said.values() if isinstance(said, dict) else said if isinstance(said, list) else ():
        yield from texts(each)


def test_every_wording_stands_in_every_language_with_the_same_blanks() -> None:
    english = wordings._wordings("en")
    for locale in LOCALES:
        own = wordings._wordings(locale)
        assert own.keys() == english.keys()
        assert own["languages"].keys() == english["languages"].keys()
        for key in english.keys() - {"languages"}:
            assert own[key].strip()
            assert placeholders(own[key]) == placeholders(english[key]), key


@pytest.mark.parametrize("section", PAGES)
def test_every_wording_of_a_page_stands_in_every_language_too(section: str) -> None:
    english, *others = (
        json.loads((LOCAL / f"{section}.{locale}.json").read_text("utf-8")) for locale in LOCALES
    )
    assert [shape(other) for other in others] == [shape(english)]


LOOSE = re.compile(
    r"(?<=[\w»)€%}’]) (?=[:;?!](?:[\s<]|$))| (?=»)|(?<=«) |(?<=[\d}]) (?=[€%])", re.MULTILINE
)
"""A plain space where a line may end before a mark, or after one that opens."""


@pytest.mark.parametrize("section", PAGES)
def test_in_french_no_mark_begins_a_line(section: str) -> None:
    """What Markdown says is bound as it is rendered; these wordings stand as they are."""
    said = json.loads((LOCAL / f"{section}.fr.json").read_text("utf-8"))
    assert [text for text in texts(said) if LOOSE.search(text)] == []


@pytest.mark.slow
def test_every_wording_that_the_code_says_is_there_and_no_other() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    known = wordings._wordings("en").keys() - {"languages"}
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', code))
    assert said <= known
    assert {key for key in known if f'"{key}"' not in code} == set()


def test_whatever_is_no_question_has_its_word() -> None:
    assert set(_SMALLTALK) == set(Intent) - {Intent.QUESTION, Intent.PERSON, Intent.REFERENCE}
    for key in _SMALLTALK.values():
        assert say(key, "en") != say(key, "fr")


def test_a_language_that_is_not_spoken_is_answered_in_english() -> None:
    assert say("greeting", "de") == say("greeting", "en")
    assert [spoken(locale) for locale in ("fr-CA", "FR", "fr_BE", "de", "", "x")] == [
        *("fr", "fr", "fr"), *("en", "en", "en"),
    ]  # fmt: skip


def test_blanks_are_filled_and_braces_in_values_stay() -> None:
    assert "48 hours" in say("handoff_asked", "en", hours=48)
    assert "{x}" in say("email_noted", "fr", email="{x}@example.com")


@pytest.mark.parametrize(
    ("hours", "english", "french"),
    [
        (1, "within 1 hour,", "sous 1 heure,"),
        (2, "within 2 hours,", "sous 2 heures,"),
        (63, "within 3 days,", "sous 3 jours,"),
        (72, "within 3 days,", "sous 3 jours,"),
    ],
)
def test_how_long_it_takes_is_said_as_people_say_it(hours: int, english: str, french: str) -> None:
    assert english in say("handoff_asked", "en", hours=hours)
    assert french in say("handoff_asked", "fr", hours=hours)


def test_languages_are_called_by_their_name() -> None:
    assert language_name("fr", said_in="en") == "French"
    assert language_name("en", said_in="fr") == "anglais"
    assert language_name("eo", said_in="fr") == "eo"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_prompts_folder_speaks_every_language(locale: str) -> None:
    for name in ("wordings", "understanding"):
        assert (prompts() / f"{name}.{locale}.toml").is_file()


def shape(texts: Any) -> Any:
    """Names and blanks, without the words."""
    if isinstance(texts, dict):
        return {name: shape(text) for name, text in texts.items()}
    if isinstance(texts, list):
        return [shape(text) for text in texts]
    # One thing can be said without its number, and a language need not have a word of its own.
    return set(re.findall(r"{(\w+)}", texts or "")) - {"count"}
