"""From a message and what came before to an outcome: understand, search, decide, answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from assistant.answering import exchanges, extractive
from assistant.answering.context import ContextualSearch, Found
from assistant.answering.curated import Match, WordForWord
from assistant.answering.exchanges import Exchange
from assistant.answering.generative import GenerativeWriter
from assistant.answering.intents import Intent
from assistant.answering.leaning import Leaning
from assistant.answering.policy import GoAnswer, GoClarify, GoPerson, Policy, choose
from assistant.answering.understanding import Understood, understand
from assistant.answering.wordings import language_name, say, spoken
from assistant.concurrency import in_thread
from assistant.domain.answer import (
    Answer,
    ClarifyingQuestion,
    Outcome,
    PersonNeeded,
    Smalltalk,
    Suggestion,
)
from assistant.domain.article import ArticleCard, Passage, RankedArticle, article_url
from assistant.domain.handoff import Reason
from assistant.errors import ModelFailed, NotCovered
from assistant.retrieval.fusion import KNOWN
from assistant.retrieval.search import Retrieval, Retriever

log = logging.getLogger(__name__)

Link = Callable[[str, str], str]
"""(Markdown, article id) → Markdown with the links between articles resolved."""


@dataclass(frozen=True)
class Considered:
    """An outcome with all that led to it, for the log and the case file."""

    understood: Understood
    rewritten: str
    outcome: Outcome
    retrieval: Retrieval | None = None
    withheld: Answer | None = None
    timings: dict[str, float] = field(default_factory=dict)
    model_failure: str | None = None
    curated: Match | None = None
    """What writers want said word for word, where it was the outcome."""


class Answerer:
    """The one way from a question to an outcome. Holds no conversation; thread-safe."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        policy: Policy,
        reply_hours: int,
        link: Link,
        writer: GenerativeWriter | None = None,
        curated: WordForWord | None = None,
    ) -> None:
        self._retriever, self._policy, self._writer = retriever, policy, writer
        self._reply_hours, self._link, self._curated = reply_hours, link, curated
        self._others: dict[float, Answerer] = {}
        self._context = ContextualSearch(
            retriever, sure_from=policy.answer_at, lost_below=policy.clarify_at
        )

    @property
    def answers_from(self) -> float:
        """The confidence from which it answers."""
        return self._policy.answer_at

    @property
    def near_from(self) -> float:
        """The confidence from which what was found is worth a look."""
        return self._policy.clarify_at

    def answering_from(self, confidence: float) -> Answerer:
        """The same, with another confidence from which it answers; the same one for each."""
        if confidence == self.answers_from:
            return self
        if confidence not in self._others:
            policy = Policy.answering_at(confidence)
            self._others[confidence] = self._like_this(policy, self._writer)
        return self._others[confidence]

    def wishing(self, wish: str) -> Answerer:
        """The same, whose language model is told how the company wants it written."""
        if self._writer is None:
            return self
        return self._like_this(self._policy, self._writer.wishing(wish))

    async def consider(
        self, text: str, *, locale: str, history: Sequence[Exchange] = ()
    ) -> Considered:
        """Search and decide in a thread; a language model, if there is one, is awaited."""
        considered = await in_thread(
            self.consider_extractive, text, locale=locale, history=tuple(history)
        )
        found = isinstance(considered.outcome, Answer) and considered.curated is None
        if self._writer is None or not found:
            return considered
        return await self._written(considered, self._writer)

    def failed(self, text: str, *, locale: str) -> Considered:
        """What is sent when anything inside broke: a person, with the truth."""
        understood = understand(text, locale=locale)
        wording = say("handoff_failure", understood.locale, hours=self._reply_hours)
        outcome = PersonNeeded(Reason.FAILURE, wording, confidence=0.0, call_now=True)
        return Considered(understood, understood.question, outcome)

    def consider_extractive(
        self, text: str, *, locale: str, history: Sequence[Exchange] = ()
    ) -> Considered:
        """The same without a language model, synchronously. What is searched, read and cited is of
        one moment: a title of the new edition never stands over words of the old one."""
        with self._retriever.one_moment():
            return self._considered(text, locale=locale, history=history)

    def _considered(self, text: str, *, locale: str, history: Sequence[Exchange]) -> Considered:
        started = time.perf_counter()
        understood = self._understood(text, locale)
        last = history[-1] if history else None
        choice = exchanges.chosen(text, last)
        if choice is not None and last is not None:
            # The words of a button are ours: they tell neither an intent nor a language.
            asked = Understood(Intent.QUESTION, spoken(locale), last.topic)
            return self._from_choice(asked, choice, told=exchanges.told(history))
        if understood.intent is not Intent.QUESTION:
            return self._not_a_question(understood, last)
        if (said := self._word_for_word(understood)) is not None:
            return said
        found = self._context.search(
            understood, exchanges.topics(history), asked_back=exchanges.asked_back(history)
        )
        searched = time.perf_counter()
        considered = self._decide(understood, found, history)
        ended = time.perf_counter()
        timings = {
            "search": round((searched - started) * 1000, 2),
            "answer": round((ended - searched) * 1000, 2),
        }
        return replace(considered, timings=timings)

    def _understood(self, text: str, locale: str) -> Understood:
        """A number alone is looked up where an article holds it, such as a standard's."""
        understood = understand(text, locale=locale)
        number = understood.intent is Intent.REFERENCE
        if number and self._retriever.holds_number(understood.question):
            return replace(understood, intent=Intent.QUESTION)
        return understood

    def _word_for_word(self, understood: Understood) -> Considered | None:
        """What writers want said to this very question; never to one that names nothing itself."""
        if self._curated is None or understood.leaning >= Leaning.POINTING:
            return None
        said = self._curated.said_to(understood.question, locale=understood.locale)
        if said is None:
            return None
        match, answer = said
        return Considered(understood, understood.question, answer, curated=match)

    def _like_this(self, policy: Policy, writer: GenerativeWriter | None) -> Answerer:
        return Answerer(
            retriever=self._retriever,
            policy=policy,
            reply_hours=self._reply_hours,
            link=self._link,
            writer=writer,
            curated=self._curated,
        )

    # -- what is not a question

    def _not_a_question(self, understood: Understood, last: Exchange | None) -> Considered:
        locale = understood.locale
        if understood.intent is Intent.PERSON or (
            understood.intent is Intent.YES and last is not None and last.offered
        ):
            outcome: Outcome = PersonNeeded(
                Reason.ASKED_FOR_HUMAN,
                say("handoff_asked", locale, hours=self._reply_hours),
                confidence=1.0,
                call_now=True,
            )
        elif understood.intent is Intent.NONE_OF_THESE and last is not None:
            named = any(choice.article_id for choice in last.suggestions)
            outcome = (
                self._call(locale, confidence=0.0)
                if named
                else self._offer(Reason.LOW_CONFIDENCE, locale, confidence=0.0)
            )
        elif understood.intent is Intent.PRESENCE and last is not None:
            # Whoever still waits for something may wait for a person who is no longer there.
            said = say("still_here", locale)
            outcome = self._offer(Reason.ASKED_FOR_HUMAN, locale, confidence=0.0, said=said)
        elif understood.intent is Intent.REFERENCE:
            # Only people can look it up.
            said = say("number_alone", locale)
            outcome = self._offer(Reason.ASKED_FOR_HUMAN, locale, confidence=0.0, said=said)
        else:
            outcome = Smalltalk(say(_SMALLTALK[understood.intent], locale))
        return Considered(understood, last.topic if last else understood.question, outcome)

    def _call(self, locale: str, *, confidence: float) -> PersonNeeded:
        text = say("handoff_unclear", locale, hours=self._reply_hours)
        return PersonNeeded(Reason.STILL_UNCLEAR, text, confidence, call_now=True)

    def _offer(
        self,
        reason: Reason,
        locale: str,
        *,
        confidence: float,
        topics: Sequence[RankedArticle] = (),
        said: str = "",
    ) -> PersonNeeded:
        unknown = "no_articles" if reason is Reason.EMPTY_HELP_CENTER else "not_covered"
        text = said or say("not_sure" if topics else unknown, locale)
        buttons = (*_buttons(topics), Suggestion(say("talk_to_person", locale), "handoff"))
        return PersonNeeded(reason, text, confidence, call_now=False, suggestions=buttons)

    # -- decide

    def _decide(
        self,
        understood: Understood,
        found: Found,
        history: Sequence[Exchange],
    ) -> Considered:
        retrieval = found.retrieval
        plan = choose(
            retrieval.articles,
            retrieval.confidence,
            policy=self._policy,
            failed_before=exchanges.failures(history),
            clarified_before=exchanges.asked_back(history),
        )
        told = exchanges.told(history)
        considered = Considered(understood, found.rewritten, _NOTHING_YET, retrieval)
        match plan:
            case GoAnswer():
                return replace(considered, outcome=self._answer(considered, told=told))
            case GoClarify(topics=topics):
                outcome: Outcome = self._clarify(topics, understood.locale, retrieval.confidence)
            case GoPerson(when="now"):
                outcome = self._call(understood.locale, confidence=retrieval.confidence)
            case GoPerson(reason=reason, topics=topics):
                if not self._retriever.locales():
                    reason = Reason.EMPTY_HELP_CENTER
                outcome = self._offer(
                    reason, understood.locale, confidence=retrieval.confidence, topics=topics
                )
        withheld = self._extract(considered, told=told) if retrieval.articles else None
        return replace(considered, outcome=outcome, withheld=withheld)

    def _clarify(
        self, topics: Sequence[RankedArticle], locale: str, confidence: float
    ) -> ClarifyingQuestion:
        choices = (
            *_buttons(topics),
            Suggestion(say("none_of_these", locale)),
            Suggestion(say("talk_to_person", locale), "handoff"),
        )
        return ClarifyingQuestion(say("clarify", locale), choices, confidence)

    # -- answer

    def _from_choice(
        self, understood: Understood, choice: Suggestion, *, told: frozenset[str]
    ) -> Considered:
        """The customer chose a topic: their question is answered from that article. It is looked up
        without the title, which all of the article holds: the opening would answer everything."""
        question = understood.question
        locale, id = understood.locale, choice.article_id or ""
        if (retrieval := self._retriever.about(id, question, asked_in=locale)) is None:
            outcome = self._offer(Reason.LOW_CONFIDENCE, locale, confidence=0.0)
            return Considered(understood, question, outcome)
        topic = f"{choice.text} {question}"
        considered = Considered(understood, topic, _NOTHING_YET, retrieval)
        answer = self._answer(considered, told=told, chosen=choice.text)
        return replace(considered, outcome=answer)

    def _answer(self, considered: Considered, *, told: frozenset[str], chosen: str = "") -> Outcome:
        locale = considered.understood.locale
        answer = self._extract(considered, told=told, chosen=chosen)
        return answer or self._offer(Reason.NOT_COVERED, locale, confidence=0.0)

    def _extract(
        self, considered: Considered, *, told: frozenset[str], chosen: str = ""
    ) -> Answer | None:
        """None where the article has no text to quote, or was withdrawn a moment ago."""
        retrieval, understood = considered.retrieval, considered.understood
        assert retrieval is not None
        assert retrieval.best is not None
        card = retrieval.best.article
        hits = extractive.quotable(self._retriever.read(card.id, retrieval))
        if not hits:
            return None
        asked = extractive.Asked.of(
            retrieval.spelt(understood.question, understood.locale),
            weights=retrieval.weights,
            locale=retrieval.locale,
            asked_in=understood.locale,
            known=retrieval.best.signals.get("phrasing_match", 0.0) >= KNOWN,
            chosen=chosen,
            told=told,
        )
        answer = extractive.extract(
            card,
            hits,
            asked=asked,
            confidence=retrieval.confidence,
            url_of=_url_of,
            link=lambda markdown: self._link(markdown, card.id),
        )
        return replace(answer, note=self._note(retrieval, understood))

    def _note(self, retrieval: Retrieval, understood: Understood) -> str | None:
        if retrieval.locale == understood.locale or not understood.certain:
            return None
        language = language_name(retrieval.locale, said_in=understood.locale)
        return say("other_language", understood.locale, language=language)

    async def _written(self, considered: Considered, writer: GenerativeWriter) -> Considered:
        retrieval = considered.retrieval
        assert retrieval is not None
        started = time.perf_counter()
        try:
            answer = await writer.write(
                considered.rewritten,
                ranked=retrieval.articles,
                locale=considered.understood.locale,
                confidence=retrieval.confidence,
            )
        except NotCovered:
            return self._not_covered(considered)
        except ModelFailed as error:
            log.warning("model.failed: %s", error)
            return replace(considered, model_failure=str(error))
        finally:
            considered.timings["model"] = round((time.perf_counter() - started) * 1000, 2)
        return replace(considered, outcome=answer)

    def _not_covered(self, considered: Considered) -> Considered:
        """The model read the passages and found no answer in them: better not to send one."""
        extract = considered.outcome
        assert isinstance(extract, Answer)
        locale = considered.understood.locale
        outcome = self._offer(Reason.NOT_COVERED, locale, confidence=extract.confidence)
        return replace(considered, outcome=outcome, withheld=extract)


_NOTHING_YET = Smalltalk("")
_SMALLTALK = {
    Intent.GREETING: "greeting_reply",
    Intent.THANKS: "thanks_reply",
    Intent.GOODBYE: "goodbye_reply",
    Intent.HOW_ARE_YOU: "how_are_you_reply",
    Intent.PRESENCE: "how_are_you_reply",
    Intent.YES: "anything_else_reply",
    Intent.NOTED: "anything_else_reply",
    Intent.NONE_OF_THESE: "nothing_asked",
    Intent.NO: "declined_reply",
    Intent.NOTHING: "nothing_asked",
}


def _url_of(card: ArticleCard, passage: Passage) -> str:
    return article_url(card, passage.anchor)


def _buttons(topics: Sequence[RankedArticle]) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(each.article.title, article_id=each.article.id) for each in topics)
