"""The sample help center agrees with itself: a wrong answer must be ours, not an article's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from assistant.writing.translated import untold

FOLDER = Path(__file__).parents[2] / "knowledge_base"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def _article(path: Path) -> tuple[dict, str]:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.load(front, Loader=yaml.CSafeLoader), body


def _numbers(body: str) -> set[str]:
    text = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", body)
    return {number.replace(",", ".") for number in _NUMBER.findall(text)}


ARTICLES = {path: _article(path) for path in sorted(FOLDER.glob("*/*.md"))}
PAIRS = [
    pytest.param(path, FOLDER / f"{front['translation_of']}.md", id=path.stem)
    for path, (front, _) in ARTICLES.items()
    if front.get("translation_of")
]


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_each_locale_has_at_least_45_articles(locale: str) -> None:
    assert len(list((FOLDER / locale).glob("*.md"))) >= 45


@pytest.mark.parametrize(("french", "english"), PAIRS)
def test_a_translation_states_the_same_numbers(french: Path, english: Path) -> None:
    assert _numbers(ARTICLES[french][1]) == _numbers(ARTICLES[english][1])


@pytest.mark.parametrize(("french", "english"), PAIRS)
def test_no_alarm_is_raised_over_a_translation(french: Path, english: Path) -> None:
    bodies = (ARTICLES[english][1], ARTICLES[french][1])
    assert untold(*bodies, locales=("en", "fr")) is None


def test_no_two_articles_claim_the_same_phrasing() -> None:
    seen: dict[str, Path] = {}
    for path, (front, _) in ARTICLES.items():
        for phrasing in (front["title"], *front["questions"]):
            key = f"{front['locale']} {phrasing.casefold()}"
            assert key not in seen, f"{path.name} and {seen.get(key)} both say {phrasing!r}"
            seen[key] = path


def test_every_link_between_articles_resolves() -> None:
    for path, (_, body) in ARTICLES.items():
        for target in re.findall(r"\]\(([^)#:]+\.md)", body):
            assert (path.parent / target).is_file(), f"{path.name} links to {target}"
