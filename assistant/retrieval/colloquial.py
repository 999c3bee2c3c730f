"""Put slang, SMS shorthand and frequent misspellings into the words that a help center uses.

Owns the lists `colloquial/<locale>.txt`; the first lines of each explain its format. Whole words
are replaced, longest expression first, and what was put in is not read again. Web and mail
addresses stay as they are. Pure and thread-safe.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.retrieval.analysis import fold

_LISTS = Path(__file__).parent / "colloquial"
_COLLOQUIAL = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
_STANDARD = re.compile(r"\w(?:[\w '’-]*\w)?")
_APOSTROPHES = frozenset("'’ʼ")
_GAP = re.compile(r"[\s-]{1,3}")
_LINK = r"(?<!\w)(?:https?://|www\.)\S+"
_START = r"(?<![\w@-])(?<!\w\.)"
_END = r"(?![\w@-]|\.\w)"


def standard(text: str, locale: str) -> str:
    """`text` with its colloquial expressions in standard words, and all else untouched."""
    known = _expressions(locale)
    if known is None:
        return text
    folded, places = _folded(text)
    written, done = [], 0
    for match in known.pattern.finditer(folded):
        words = known.standard.get(_GAP.sub(" ", match[0]))
        if words is not None:
            written += [text[done : places[match.start()]], words]
            done = places[match.end()]
    return "".join([*written, text[done:]])


def read_list(path: Path) -> dict[str, str]:
    """colloquial → standard. Raises ValueError for a line that is broken or repeats another."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        left, _, right = (part.strip() for part in line.partition("="))
        expressions = [part.strip() for part in left.split("|")]
        if not all(map(_COLLOQUIAL.fullmatch, expressions)) or not _STANDARD.fullmatch(right):
            raise ValueError(f'{path}, line {number}: write "colloquial|variant = standard words".')
        for expression in expressions:
            if expression in found:
                raise ValueError(f"{path}, line {number}: {expression!r} is there twice; drop one.")
            found[expression] = right
    return found


@dataclass(frozen=True)
class _Expressions:
    pattern: re.Pattern[str]
    standard: dict[str, str]


@lru_cache(maxsize=16)
def _expressions(locale: str) -> _Expressions | None:
    path = _LISTS / f"{locale}.txt"
    if not path.is_file():
        return None
    found = read_list(path)
    return _Expressions(_pattern(found), found)


def _pattern(expressions: Iterable[str]) -> re.Pattern[str]:
    # By first letter: trying each of a thousand alternatives at each word would take too long.
    rests = defaultdict(list)
    for expression in sorted(expressions, key=len, reverse=True):
        rests[expression[0]].append(expression[1:].replace(" ", _GAP.pattern))
    words = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(rests.items()))
    return re.compile(f"{_LINK}|{_START}(?:{words or '(?!)'}){_END}")


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, apostrophes as spaces; for each character and the end its place in `text`.

    A letter may fold to two (œ) and a combining accent to none.
    """
    if text.isascii():
        return text.lower().replace("'", " "), range(len(text) + 1)
    letters = [_fold_char(char) for char in text]
    places = [place for place, letter in enumerate(letters) for _ in letter]
    return "".join(letters), [*places, len(text)]


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    return " " if char in _APOSTROPHES else fold(char)
