"""Passages and questions become the same tokens."""

from __future__ import annotations

import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.analysis import content_words, fold, stop_words, tokens, words

texts = st.text("éÉœŒæÆßİ'’ -_abcsxAB12½ⅣﬁΣ𝐀退\u0301\u00ad\u0345\u2028\x00", max_size=40)


@given(texts)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.slow
def test_every_letter_is_folded_once_and_for_all() -> None:
    letters = (chr(code) for code in range(0x1FFFF) if chr(code).isalnum())
    assert [letter for letter in letters if fold(fold(letter)) != fold(letter)] == []


@given(texts, st.sampled_from(["en", "fr", "de", "xx", ""]))
def test_any_text_has_tokens_without_capitals_or_gaps(text: str, locale: str) -> None:
    for token in tokens(text, locale):
        assert token
        assert token == token.lower()
        assert not token.isspace()


@given(texts, st.sampled_from(["en", "fr"]))
def test_case_does_not_matter(text: str, locale: str) -> None:
    plain = "".join(char for char in text if char.isascii())
    assert tokens(plain.upper(), locale) == tokens(plain.lower(), locale)


@given(texts, st.sampled_from(["en", "fr"]))
def test_how_accents_are_encoded_does_not_matter(text: str, locale: str) -> None:
    composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert tokens(composed, locale) == tokens(apart, locale)


@pytest.mark.parametrize(
    ("written", "folded"),
    [("Éco-réponse", "eco-reponse"), ("Œuvre", "oeuvre"), ("ǼGIR", "aegir"), ("Straße", "strasse"),
     ("𝐇𝐞𝐥𝐥𝐨", "hello"), ("İstanbul", "istanbul"), ("№", "no")],
)  # fmt: skip
def test_letters_of_any_kind_are_folded(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("one", "other", "locale"),
    [
        ("returning items", "returned item", "en"),
        ("the customer's order", "customers orders", "en"),
        ("l'échange", "les échanges", "fr"),
        ("d’une livraison", "livraisons", "fr"),
        ("Qu'un colis", "colis", "fr"),
        ("remboursé", "rembourse", "fr"),
        ("étape 1042", "ÉTAPES 1042", "fr"),
    ],
)
def test_forms_of_a_word_meet(one: str, other: str, locale: str) -> None:
    assert set(tokens(one, locale)) == set(tokens(other, locale))


def test_stop_words_go_unless_nothing_else_is_there() -> None:
    assert tokens("the parcel", "en") == tokens("parcel", "en")
    assert tokens("to be or not to be", "en")
    assert content_words("to be or not to be", "en") == []
    assert content_words("Où est mon colis ?", "fr") == ["colis"]


def test_a_word_keeps_its_apostrophe_parts() -> None:
    assert words("l'aujourd'hui", "fr") == ["aujourd", "hui"]
    assert words("don't the shop’s", "en") == ["dont", "the", "shop"]


def test_a_language_without_rules_still_has_words() -> None:
    assert tokens("Ściągnij plik", "pl") == ["sciagnij", "plik"]
    assert stop_words("pl") == frozenset()
    assert tokens("退货 政策", "zh") == ["退货", "政策"]


def test_numbers_are_not_stemmed() -> None:
    assert tokens("1042 2026", "en") == ["1042", "2026"]


def test_threads_get_the_same_stems() -> None:
    barrier = threading.Barrier(4)
    asked = [f"deliveries returning{n}s cancellations" for n in range(200)]

    def stems(_: int) -> list[list[str]]:
        barrier.wait()
        return [tokens(text, "en") for text in asked]

    with ThreadPoolExecutor(4) as threads:
        first, *others = threads.map(stems, range(4))
    assert all(other == first for other in others)
