"""What a case is about, in a few lines for whoever takes it: put together from what is on record,
or written by the language model where there is one.

What is put together says nothing that did not happen: its sentences are wordings of the reader's
language, and what they quote is quoted. What a model wrote is marked as such, stands beside it and
is never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from assistant.answering.prompting import summary_prompt
from assistant.domain.answer import Decision
from assistant.domain.conversation import Author, Message
from assistant.errors import ModelFailed
from assistant.ports import LanguageModel
from assistant.support.inbox import Case
from assistant.support.written import Written, WrittenOnce, said_lately

LONGEST_QUOTE = 240
LONGEST_SUMMARY = 1200
"""A model that writes more has not summed up."""


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


class Summaries:
    """Written by `model`. Thread-safe."""

    def __init__(self, model: LanguageModel | None, *, deadline_s: float) -> None:
        self._model, self._deadline_s = model, deadline_s
        self._once = WrittenOnce()

    @property
    def writes(self) -> bool:
        """Whether there is a model at all."""
        return self._model is not None

    async def write(self, case: Case, *, locale: str) -> Written:
        """In `locale`, of what was said until now; ModelFailed where none came of it."""
        said = said_lately(case)
        if self._model is None or not said:
            raise ModelFailed("There is no language model, or nothing was said to sum up.")
        ask = partial(self._ask, self._model, said, locale=locale)
        return await self._once.of(case, locale=locale, ask=ask)

    async def _ask(self, model: LanguageModel, said: Sequence[Message], *, locale: str) -> Written:
        prompt = summary_prompt([(each.author.value, each.text) for each in said], locale=locale)
        answer = await model.write(prompt.system, prompt.user, deadline_s=self._deadline_s)
        if len(answer.text) > LONGEST_SUMMARY:
            raise ModelFailed(f"{answer.model} wrote {len(answer.text)} characters, no summary.")
        return Written(answer.text.strip(), answer.model)


def _asked(case: Case) -> Iterator[Fact]:
    written = [each for each in case.messages if each.author is Author.CUSTOMER and each.text]
    if not written:
        return
    # Who greets first has not asked yet; who writes to people is asked nothing by the assistant.
    opening, last = written[0], written[-1]
    first = _quote(opening.text, opening.locale)
    if case.asked:
        first = _quote(case.asked[0].question, case.asked[0].locale)
    if first.text == _shortened(last.text):
        yield Fact("summary_asked", (first,))
        return
    yield Fact("summary_asked_first", (first,))
    yield Fact("summary_wrote_last", (_quote(last.text, last.locale),))


def _offered(case: Case) -> Iterator[Fact]:
    given = [each for each in case.messages if each.author is Author.ASSISTANT]
    cited = [(str(source["title"]), each.locale) for each in given for source in each.citations]
    # What an answer that was kept back cites is not on record.
    kept_back = [turn for turn in case.tried if turn.withheld and turn.hits]
    nearest = [(str(turn.hits[0]["title"]), turn.locale) for turn in kept_back]
    for wording, titles in (("summary_answered_from", cited), ("summary_kept_back", nearest)):
        if titles:
            yield Fact(wording, tuple(Quote(*each) for each in dict.fromkeys(titles)))


def _failed(case: Case) -> Iterator[Fact]:
    decided = [turn.decision for turn in case.asked]
    asked_back = decided.count(Decision.CLARIFY)
    unanswered = len(decided) - asked_back - decided.count(Decision.ANSWER)
    for wording, count in (
        ("summary_asked_back", asked_back),
        ("summary_unanswered", unanswered),
    ):
        if count:
            yield Fact(wording, count=count)


def _said(case: Case) -> Iterator[Fact]:
    answers = [each for each in case.messages if each.author is Author.AGENT and each.text]
    if answers:
        yield Fact("summary_person_last", (_quote(answers[-1].text, answers[-1].locale),))


def _quote(text: str, locale: str) -> Quote:
    return Quote(_shortened(text), locale)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= LONGEST_QUOTE:
        return line
    return line[:LONGEST_QUOTE].rpartition(" ")[0] + " …"
