"""What a case is about, in a few lines for whoever takes it: put together from what is on record,
or written by the language model where there is one.

What is put together says nothing that did not happen: its sentences are wordings of the reader's
language, and what they quote is quoted. What a model wrote is marked as such, stands beside it and
is never stored.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answering.prompting import summary_prompt
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Turn
from assistant.errors import ModelFailed
from assistant.ports import LanguageModel
from assistant.support.inbox import Case

LONGEST_QUOTE = 240
LONGEST_SUMMARY = 1200
"""A model that writes more has not summed up."""
_MOST_MESSAGES = 60
_MOST_KEPT = 256


@dataclass(frozen=True)
class Quote:
    """Words of the conversation or an article's title, in the language that they are in."""

    text: str
    locale: str


@dataclass(frozen=True)
class Fact:
    """One line: its wording, with its count if it has one, and what it quotes."""

    wording: str
    quotes: tuple[Quote, ...] = ()
    count: int | None = None


def facts(case: Case) -> list[Fact]:
    """What they asked first and last, what they were offered, what failed, what people said."""
    return [*_asked(case), *_offered(case), *_failed(case), *_said(case)]


@dataclass(frozen=True)
class Written:
    """By a language model."""

    text: str
    model: str


class Summaries:
    """Written by `model`. Thread-safe; remembers what it wrote of a case until there is more to
    tell, so that colleagues who open it cost nothing."""

    def __init__(self, model: LanguageModel | None, *, deadline_s: float) -> None:
        self._model, self._deadline_s = model, deadline_s
        self._kept: OrderedDict[tuple[str, str, str], Written] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def writes(self) -> bool:
        """Whether there is a model at all."""
        return self._model is not None

    async def write(self, case: Case, *, locale: str) -> Written:
        """In `locale`, of what was said until now; ModelFailed where none came of it."""
        said = [message for message in case.messages if message.text][-_MOST_MESSAGES:]
        if self._model is None or not said:
            raise ModelFailed("There is no language model, or nothing was said to sum up.")
        key = (case.conversation.id, said[-1].id, locale)
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                return kept
        prompt = summary_prompt([(each.author.value, each.text) for each in said], locale=locale)
        answer = await self._model.write(prompt.system, prompt.user, deadline_s=self._deadline_s)
        if len(answer.text) > LONGEST_SUMMARY:
            raise ModelFailed(f"{answer.model} wrote {len(answer.text)} characters, no summary.")
        written = Written(answer.text.strip(), answer.model)
        with self._lock:
            self._kept[key] = written
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return written


def _asked(case: Case) -> Iterator[Fact]:
    written = [each for each in case.messages if each.author is Author.CUSTOMER and each.text]
    if not written:
        return
    first = case.tried[0].question if case.tried else written[0].text
    last = written[-1]
    if _shortened(first) == _shortened(last.text):
        yield Fact("summary_asked", (_quote(first, written[0].locale),))
        return
    yield Fact("summary_asked_first", (_quote(first, written[0].locale),))
    yield Fact("summary_wrote_last", (_quote(last.text, last.locale),))


def _offered(case: Case) -> Iterator[Fact]:
    given = [turn for turn in case.tried if turn.message_id in case.answers]
    kept_back = [turn for turn in case.tried if turn.withheld and turn not in given]
    for wording, turns in (("summary_answered_from", given), ("summary_kept_back_from", kept_back)):
        if quotes := _titles(turns):
            yield Fact(wording, quotes)


def _failed(case: Case) -> Iterator[Fact]:
    asked_back = sum(turn.decision is Decision.CLARIFY for turn in case.tried)
    for wording, count in (
        ("summary_asked_back", asked_back),
        ("summary_unanswered", case.unanswered),
    ):
        if count:
            yield Fact(wording, count=count)


def _said(case: Case) -> Iterator[Fact]:
    answers = [each for each in case.messages if each.author is Author.AGENT and each.text]
    if answers:
        yield Fact("summary_person_last", (_quote(answers[-1].text, answers[-1].locale),))


def _titles(turns: Sequence[Turn]) -> tuple[Quote, ...]:
    """Of the articles that came first, each once."""
    found = [(str(turn.hits[0]["title"]), turn.locale) for turn in turns if turn.hits]
    return tuple(Quote(title, locale) for title, locale in dict.fromkeys(found))


def _quote(text: str, locale: str) -> Quote:
    return Quote(_shortened(text), locale)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    return line[:LONGEST_QUOTE].rpartition(" ")[0] + " …"
