"""Read the citations out of what a language model wrote, and find the words they stand on.

Marks are looked for in all the forms that models use: [1], [1, 2], [1][2], 【1】, (source 1). Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.blocks import Block, blocks, lines, sentences
from assistant.domain.answer import Sentence
from assistant.domain.article import Passage, plain_text
from assistant.retrieval.analysis import tokens

LONGEST_QUOTE = 300
_WORD = r"(?:sources?|passages?|documents?|doc|ref|réf)\.?\s*:?\s*(?:n°|#)?\s*"
_NUMBERS = r"\^?\d{1,2}(?:\s*(?:[,;&–-]|and|et)\s*\^?\d{1,2})*"
_MARK = re.compile(
    rf"(?P<code>```.*?(?:```|\Z)|`[^`\n]+`)"
    rf"|\[(?:{_WORD})?({_NUMBERS})\](?:\([^()\s]*\))?"
    rf"|【(?:{_WORD})?({_NUMBERS})(?:†[^】]*)?】"
    rf"|\({_WORD}({_NUMBERS})\)",
    re.IGNORECASE | re.DOTALL,
)
# Inside, a mark is its number between two characters of the private-use area.
_OPEN, _CLOSE = "\ue000", "\ue001"
_INNER = f"{_OPEN}(\\d+){_CLOSE}"
_RUN = f"{_OPEN}\\d+{_CLOSE}(?:\\s*(?:,|;|&|and|et)?\\s*{_OPEN}\\d+{_CLOSE})*"
_IN_BRACKETS = re.compile(rf"\(\s*(?:(?:see|cf\.?|voir)\s*:?\s*)?({_RUN})\s*\)", re.IGNORECASE)
_BETWEEN = re.compile(f"(?<={_CLOSE})\\s*(?:,|;|&|and|et)\\s*(?={_OPEN})")
# Bounded, for a model gone astray may write nothing but dots.
_AFTER_END = re.compile(
    f'(\\s{{0,2}}[.!?…]{{1,4}}["»”)*_]{{0,4}})((?:[ \t]{{0,2}}{_OPEN}\\d+{_CLOSE})+)'
)
_SOURCES = re.compile(
    rf"(?im)^[^\w\n]*(?:sources?|references?|références?|citations?)[^\w\n]*?({_RUN})[^\w\n]*$"
)
_LEGEND = re.compile(rf"(?m)^[ \t]*{_INNER}\s*:.*$")
_REMOVED = re.compile(f"[ \t]*{_INNER}")


@dataclass(frozen=True)
class Cited:
    """Sentences whose citations count from 1 in order of appearance; `passages[n - 1]` is the index
    of the passage that n stands for."""

    sentences: tuple[Sentence, ...]
    passages: tuple[int, ...]


def read_citations(text: str, *, known: int) -> Cited:
    """`known`: how many passages the model was given. Citations of any other are dropped."""
    units = _merge(_units(_marked(text)))
    order = list(dict.fromkeys(n for unit in units for n in unit.citations if 1 <= n <= known))
    places = {n: place for place, n in enumerate(order, start=1)}
    return Cited(
        tuple(
            replace(unit, citations=tuple(sorted(places[n] for n in unit.citations if n in places)))
            for unit in units
        ),
        tuple(n - 1 for n in order),
    )


def best_quote(passage: Passage, said: Iterable[str], *, locale: str) -> str:
    """The passage's own sentence that shares most with one of the sentences said; its first where
    none does, as between two languages."""
    own = [line for block in blocks(passage.text) for line in lines(block)]
    spoken = [set(tokens(text, locale)) for text in said]
    scored = [max((_shared(line, words, passage.locale) for words in spoken), default=0.0)
              for line in own]  # fmt: skip
    best = own[scored.index(max(scored))] if own else plain_text(passage.text)
    return best if len(best) <= LONGEST_QUOTE else best[: LONGEST_QUOTE - 1].rstrip() + "…"


def _marked(text: str) -> str:
    """Every form of mark as the inner one; a list of sources at the end keeps only its marks."""
    plain = text.replace(_OPEN, "").replace(_CLOSE, "")

    def inner(match: re.Match[str]) -> str:
        numbers = match[2] or match[3] or match[4]
        if match["code"]:
            return match.group()
        return "".join(f"{_OPEN}{n}{_CLOSE}" for n in _numbers(numbers))

    marked = _BETWEEN.sub("", _IN_BRACKETS.sub(r"\1", _MARK.sub(inner, plain)))
    return _LEGEND.sub("", _SOURCES.sub(r"\1", marked))


def _numbers(written: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,;&]|and|et", written.replace("^", ""), flags=re.IGNORECASE):
        first, *last = (int(n) for n in re.findall(r"\d+", part))
        found += range(first, last[0] + 1) if last else [first]
    return found


def _units(marked: str) -> list[Sentence]:
    """Paragraphs by sentence; a list, table or code is one unit."""
    found: list[Sentence] = []
    for block in blocks(marked):
        for place, part in enumerate(_parts(block)):
            numbers = tuple(dict.fromkeys(int(n) for n in re.findall(_INNER, part)))
            text = _REMOVED.sub("", part).strip()
            found.append(Sentence(text, numbers, continues=place > 0))
    return found


def _parts(block: Block) -> list[str]:
    if block.kind != "text" or block.text.startswith(">"):
        return [block.text]
    # A mark behind the full stop belongs to the sentence before it.
    return sentences(_AFTER_END.sub(r"\2\1", block.text))


def _merge(units: Sequence[Sentence]) -> list[Sentence]:
    """A mark that stands alone belongs to what was said before it."""
    found: list[Sentence] = []
    for unit in units:
        if re.search(r"\w", unit.text):
            found.append(unit)
        elif found:
            both = tuple(dict.fromkeys((*found[-1].citations, *unit.citations)))
            found[-1] = replace(found[-1], citations=both)
    return found


def _shared(line: str, words: set[str], locale: str) -> float:
    own = set(tokens(line, locale))
    return 2 * len(own & words) / (len(own) + len(words)) if own and words else 0.0
