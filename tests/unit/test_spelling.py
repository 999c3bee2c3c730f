"""Slips of the pen are read as words that the help center uses."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from assistant.ports import KnowledgeStore
from assistant.retrieval.spelling import Speller


class Vocabulary:
    """Counts how often it is read."""

    def __init__(self, *words: str) -> None:
        self.words, self.current, self.read = list(words), 1, Counter[str]()

    def version(self) -> int:
        return self.current

    def vocabulary(self, locale: str) -> list[str]:
        self.read[locale] += 1
        return self.words


def speller(vocabulary: Any) -> Speller:
    return Speller(cast(KnowledgeStore, vocabulary))


def test_a_slip_finds_its_word() -> None:
    corrected = speller(Vocabulary("deliveri", "refund", "parcel")).corrections(
        ["delivri", "refnud", "parcle"], "en"
    )
    assert corrected == {"delivri": "deliveri", "refnud": "refund", "parcle": "parcel"}


def test_what_resembles_nothing_is_left_alone() -> None:
    assert speller(Vocabulary("deliveri", "refund")).corrections(["unicorn"], "en") == {}


def test_short_words_and_numbers_are_never_corrected() -> None:
    found = speller(Vocabulary("the", "card", "1042", "10421")).corrections(
        ["thx", "cad", "1043", "10422"], "en"
    )
    assert found == {}


def test_no_word_becomes_a_number() -> None:
    assert speller(Vocabulary("10421", "2026")).corrections(["1042a", "2o26"], "en") == {}


def test_an_empty_help_center_corrects_nothing() -> None:
    assert speller(Vocabulary()).corrections(["deliveri"], "en") == {}


def test_the_vocabulary_is_read_once_for_each_version() -> None:
    vocabulary = Vocabulary("refund")
    reader = speller(vocabulary)
    for _ in range(3):
        reader.corrections(["refnud"], "en")
    assert vocabulary.read == {"en": 1}
    vocabulary.words, vocabulary.current = ["warranti"], 2
    assert reader.corrections(["refnud", "waranti"], "en") == {"waranti": "warranti"}
    assert vocabulary.read == {"en": 2}
