"""Whether a customer asks the same again, and would read the same again: what is new in a question,
and in an answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.cues import answer_kinds, folded, turns_taken
from assistant.domain.answer import Answer
from assistant.domain.conversation import Author
from assistant.insights.cues import cues_in
from assistant.insights.repetition import answered_again
from assistant.insights.transcript import SaidTurn
from assistant.retrieval.analysis import fold, tokens
from assistant.support.alarms import naming

_SAY_AGAIN = frozenset({"told_before", "corrects"})
_A_STEM = 5
"""Letters from which on words that begin alike are of one family."""


@dataclass(frozen=True)
class More:
    """What a question asks that none before it did: words, and kinds of things such as a price."""

    words: frozenset[str] = frozenset()
    kinds: frozenset[re.Pattern[str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.words or self.kinds)

    def is_told_by(self, text: str, locale: str) -> bool:
        """A word by itself or by one that it begins: open by opening."""
        told = {*tokens(text, locale), *folded(text).split()}
        begun = {word for word in self.words if len(word) >= _A_STEM}
        begun = {word for word in begun if any(other.startswith(word) for other in told)}
        return self.words - begun <= told and all(kind.search(fold(text)) for kind in self.kinds)


def asks_more(said: Sequence[SaidTurn], locale: str) -> More:
    """Of what was said, the customer's last question against those before it."""
    asked, *earlier = [turn.text for turn in reversed(said) if turn.by_customer]
    known = {word for text in earlier for word in _telling(text, locale)}
    turns = turns_taken(asked, locale)
    turned = {word for text in earlier for word in turns_taken(text, locale)}
    # "Turn it off" after "turn it on"; "on Sunday" turns nothing.
    other = turns - turned if turned - turns else set()
    kinds = {kind for text in earlier for kind in answer_kinds(text, locale)}
    return More(
        frozenset(_telling(asked, locale) - known | other),
        frozenset(set(answer_kinds(asked, locale)) - kinds),
    )


def says_so(text: str, locale: str) -> bool:
    """Whether it says that it asks again: "I asked how…"."""
    return not _SAY_AGAIN.isdisjoint(cues_in(text, side="customer", locale=locale))


def told_before(said: Sequence[SaidTurn], answer: Answer, locale: str) -> bool:
    """Whether it is an earlier answer once more; what it says does not matter."""
    earlier = [turn.text for turn in said if turn.by_desk]
    if any(all(each.text in text for each in answer.sentences) for text in earlier):
        return True
    told = [*said, SaidTurn(Author.ASSISTANT, answer.text)]
    return len(said) in answered_again(told, locale)


def _telling(text: str, locale: str) -> set[str]:
    return {stem for word in naming(text, locale) for stem in tokens(word, locale)}
