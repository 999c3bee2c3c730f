"""Have a language model write the answer from the hits, and let through only what they support.

The answer is held until it is whole and cites at least one passage that the model was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace

from assistant.answering.citations import Cited, best_quote, read_citations
from assistant.answering.links import keep_links_to, targets
from assistant.answering.prompting import answer_prompt
from assistant.concurrency import in_thread
from assistant.domain.answer import Answer, Citation, Sentence
from assistant.domain.article import ArticleCard, Passage, PassageKind, RankedArticle
from assistant.errors import ModelFailed, NotCovered
from assistant.ports import LanguageModel

MOST_ARTICLES = 3
MOST_PASSAGES = 6
_OF_ONE_ARTICLE = 3
_NOT_COVERED = re.compile(r"\bNOT\\?_COVERED\b|\A\W*not[ -]covered\W*\Z", re.IGNORECASE)

Source = tuple[ArticleCard, Passage]


class GenerativeWriter:
    """Writes answers with `model`; raises ModelFailed where the extractive answer must serve.

    `passages_of` gives an article's passages, for articles that were found by a phrasing alone;
    without it such an article is not used.
    """

    def __init__(
        self,
        model: LanguageModel,
        *,
        deadline_s: float,
        url_of: Callable[[ArticleCard, Passage], str],
        passages_of: Callable[[str], Sequence[Passage]] | None = None,
    ) -> None:
        self._model, self._deadline_s = model, deadline_s
        self._url_of, self._passages_of = url_of, passages_of
        self._wish = ""

    def wishing(self, wish: str) -> GenerativeWriter:
        """The same, that tells the model how the company wants it written."""
        other = copy(self)
        other._wish = wish
        return other

    async def write(
        self, question: str, *, ranked: Sequence[RankedArticle], locale: str, confidence: float
    ) -> Answer:
        """The model's answer in `locale`. NotCovered where the model finds none in the passages."""
        sources = await in_thread(self._sources, ranked)
        if not sources:
            raise ModelFailed("No passage was found for the language model to answer from.")
        passages = [passage for _, passage in sources]
        prompt = answer_prompt(question, passages, locale=locale, wish=self._wish)
        written = await self._model.write(prompt.system, prompt.user, deadline_s=self._deadline_s)
        texts = [passage.text for passage in passages]
        cited = await in_thread(supported, written.text, texts, model=self._model.name)
        return Answer(
            sentences=cited.sentences,
            citations=self._citations(cited, sources, locale=locale),
            confidence=confidence,
            locale=locale,
            model=written.model,
            tokens={"input": written.input_tokens, "output": written.output_tokens},
        )

    def _sources(self, ranked: Sequence[RankedArticle]) -> list[Source]:
        """Best article first, each article's passages in reading order, no text twice."""
        seen: set[str] = set()
        found: list[Source] = []
        for entry in ranked[:MOST_ARTICLES]:
            fresh = [p for p in self._body(entry) if p.fingerprint not in seen][:_OF_ONE_ARTICLE]
            seen.update(passage.fingerprint for passage in fresh)
            fresh = fresh[: MOST_PASSAGES - len(found)]
            fresh.sort(key=lambda passage: passage.position)
            found += [(entry.article, passage) for passage in fresh]
        return found

    def _body(self, entry: RankedArticle) -> list[Passage]:
        found = [hit.passage for hit in entry.hits]
        body = [passage for passage in found if passage.kind is PassageKind.BODY]
        if not body and self._passages_of is not None:
            every = self._passages_of(entry.article.id)
            body = [passage for passage in every if passage.kind is PassageKind.BODY]
        return list({passage.fingerprint: passage for passage in body}.values())

    def _citations(
        self, cited: Cited, sources: Sequence[Source], *, locale: str
    ) -> tuple[Citation, ...]:
        found = []
        for n, index in enumerate(cited.passages, start=1):
            article, passage = sources[index]
            said = [sentence.text for sentence in cited.sentences if n in sentence.citations]
            found.append(
                Citation(
                    n=n,
                    article_id=article.id,
                    title=article.title,
                    url=self._url_of(article, passage),
                    passage_id=passage.id,
                    quote=best_quote(passage, said, locale=locale),
                )
            )
        return tuple(found)


def supported(text: str, passages: Sequence[str], *, model: str) -> Cited:
    """What the model wrote from these numbered passages, without what they do not hold. NotCovered,
    or ModelFailed where it cites none of them."""
    if _NOT_COVERED.search(text):
        raise NotCovered(f"{model} found no answer in the passages.")
    cited = read_citations(text, known=len(passages))
    if not cited.passages:
        raise ModelFailed(f"{model} cited none of the passages that it was given.")
    return replace(cited, sentences=_linked(cited.sentences, passages, model))


def _linked(said: Sequence[Sentence], passages: Sequence[str], model: str) -> tuple[Sentence, ...]:
    """Led nowhere that the passages do not lead: a hostile one must not send customers away."""
    allowed = set().union(*(targets(passage) for passage in passages))
    kept = tuple(replace(part, text=keep_links_to(part.text, allowed)) for part in said)
    if not targets("\n\n".join(part.text for part in kept)) <= allowed:
        raise ModelFailed(f"{model} led to an address that no passage holds.")
    return kept
