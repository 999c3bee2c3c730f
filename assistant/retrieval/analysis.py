"""Turn text into the tokens of the lexical index: the same for passages and questions.

Case and accents are folded, French elisions and English possessives are cut, stop words of the
locale dropped, and what is left is stemmed (Snowball). Pure and thread-safe.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Set
from functools import lru_cache
from pathlib import Path

import snowballstemmer

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ELISION = re.compile(r"^(?:qu|jusqu|lorsqu|puisqu|quoiqu|[cdjlmnst])['’]", re.IGNORECASE)
_APOSTROPHE = re.compile(r"['’]")
_LANGUAGES = {"en": "english", "fr": "french", "de": "german", "es": "spanish", "it": "italian",
              "nl": "dutch", "pt": "portuguese"}  # fmt: skip
_local = threading.local()


def tokens(text: str, locale: str) -> list[str]:
    """Stems in order of the text. A text of stop words alone keeps them: better than nothing."""
    found = words(text, locale)
    stop = stop_words(locale)
    kept = [word for word in found if word not in stop] or found
    return [_stem(word, locale) for word in kept]


def content_words(text: str, locale: str) -> list[str]:
    """The words that are not stop words, unstemmed."""
    stop = stop_words(locale)
    return [word for word in words(text, locale) if word not in stop]


def words(text: str, locale: str) -> list[str]:
    """Folded words without elisions."""
    found = _WORD.findall(unicodedata.normalize("NFC", text))
    return [part for word in found for part in _parts(word, locale)]


def fold(text: str) -> str:
    """Lower case without accents: `Éco-réponse` → `eco-reponse`."""
    if text.isascii():
        return text.lower()
    # Twice: what is compatible with a capital (𝐀) has to be folded, and folding composes again.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return bare.replace("œ", "oe").replace("æ", "ae")


def jaccard(one: Set[str], other: Set[str]) -> float:
    """The share of all their words that both hold, 0 to 1; 0 where neither holds any."""
    return len(one & other) / len(one | other) if one or other else 0.0


@lru_cache(maxsize=16)
def stop_words(locale: str) -> frozenset[str]:
    """Folded; empty for a locale without a list."""
    path = Path(__file__).parent / "stop_words" / f"{locale}.txt"
    return frozenset(path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()


@lru_cache(maxsize=50_000)
def _parts(word: str, locale: str) -> tuple[str, ...]:
    """A word as it stands in a text, folded; French ones fall apart at what elisions leave."""
    if locale != "fr":
        whole = fold(_possessive(word))
        return (whole,) if whole else ()
    return tuple(fold(part) for part in _APOSTROPHE.split(_ELISION.sub("", word)) if part)


def _possessive(word: str) -> str:
    head, _, tail = word.replace("’", "'").partition("'")
    return head if tail.casefold() == "s" else head + tail


@lru_cache(maxsize=100_000)
def _stem(word: str, locale: str) -> str:
    language = _LANGUAGES.get(locale)
    if language is None or word.isdigit():
        return word
    return str(_stemmer(language).stemWord(word))


def _stemmer(language: str) -> snowballstemmer.stemmer:
    # A PyStemmer object is not thread-safe, so each thread has its own.
    stemmers = _local.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = snowballstemmer.stemmer(language)
    return stemmers[language]
