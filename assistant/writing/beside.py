"""One article beside the live help center: what searches here finds it as if it were published.

Nothing live changes, and nothing is stored: reads go to the live store and index, and the article's
passages are put among what they give, in the place of those that it would replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

import numpy as np

from assistant.domain.article import Article, ArticleCard, Passage
from assistant.errors import UnknownThing
from assistant.knowledge.sync import analyse
from assistant.ports import (
    AnalysedPassage,
    LexicalCandidate,
    TermStatistics,
    Vectors,
)
from assistant.ports.editor import Edition
from assistant.ports.searched import ReadStore, SearchedIndex


def withdrawn(edition: Edition) -> Edition:
    """What those see who may not read the article: an edition without passages is not there."""
    return replace(edition, passages=(), vectors={})


class StoreBeside:
    """A live store to search in, with one edition in it. Whoever publishes finds no way to
    do so here."""

    def __init__(self, live: ReadStore, edition: Edition) -> None:
        self._live, self._edition = live, edition
        self._article, self._is_there = edition.article, bool(edition.passages)
        replaced = live.passages_of(self._article.id)
        self._replaced = [analyse(passage) for passage in replaced]
        was_in = {passage.locale for passage in replaced}
        self._emptied = {locale for locale in was_in if not self.articles(locale=locale)}

    # -- articles

    def one_moment(self) -> AbstractContextManager[None]:
        return self._live.one_moment()

    def version(self) -> int:
        return self._live.version()

    def locales(self) -> list[str]:
        known = [locale for locale in self._live.locales() if locale not in self._emptied]
        new = self._is_there and self._article.locale not in known
        return [*known, self._article.locale] if new else known

    def article(self, article_id: str) -> Article:
        if article_id != self._article.id:
            return self._live.article(article_id)
        if not self._is_there:
            raise UnknownThing("article", article_id)
        return self._article

    def articles(self, *, locale: str | None = None) -> list[ArticleCard]:
        others = [
            card for card in self._live.articles(locale=locale) if card.id != self._article.id
        ]
        there = self._is_there and locale in (None, self._article.locale)
        own = [self._card] if there else []
        return sorted([*others, *own], key=lambda card: (card.title, card.id))

    def cards(self, article_ids: Iterable[str]) -> dict[str, ArticleCard]:
        wanted = list(article_ids)
        found = self._live.cards(wanted)
        found.pop(self._article.id, None)
        there = self._is_there and self._article.id in wanted
        return found | {self._article.id: self._card} if there else found

    def passages_of(self, article_id: str) -> list[Passage]:
        if article_id != self._article.id:
            return self._live.passages_of(article_id)
        return [analysed.passage for analysed in self._edition.passages]

    def passages_with(self, locale: str, fingerprints: Iterable[str]) -> dict[str, list[Passage]]:
        wanted = set(fingerprints)
        found = {
            fingerprint: [each for each in held if each.article_id != self._article.id]
            for fingerprint, held in self._live.passages_with(locale, wanted).items()
        }
        for analysed in self._own(locale):
            if analysed.passage.fingerprint in wanted:
                found.setdefault(analysed.passage.fingerprint, []).append(analysed.passage)
        return {fingerprint: held for fingerprint, held in found.items() if held}

    # -- words

    def term_statistics(self, locale: str, terms: Iterable[str]) -> dict[str, TermStatistics]:
        wanted = list(terms)
        found = self._live.term_statistics(locale, wanted)
        return {
            kind: _changed(
                statistics,
                wanted,
                gone=[p.tokens for p in self._replaced if _of(p, locale, kind)],
                come=[p.tokens for p in self._own(locale) if _of(p, locale, kind)],
            )
            for kind, statistics in found.items()
        }

    def lexical_candidates(
        self, locale: str, terms: Sequence[str], *, kind: str, limit: int
    ) -> list[LexicalCandidate]:
        wanted = set(terms)
        held = self._live.lexical_candidates(
            locale, terms, kind=kind, limit=limit + len(self._replaced)
        )
        found = [each for each in held if each.passage.article_id != self._article.id]
        found += [
            LexicalCandidate(each.passage, each.tokens, each.passage.fingerprint)
            for each in self._own(locale)
            if _of(each, locale, kind) and not wanted.isdisjoint(each.tokens)
        ]
        return sorted(found, key=lambda each: _place(each, wanted))[:limit]

    def vocabulary(self, locale: str) -> list[str]:
        own = {token for analysed in self._own(locale) for token in analysed.tokens}
        old = {
            token
            for analysed in self._replaced
            if analysed.passage.locale == locale
            for token in analysed.tokens
        }
        left = self.term_statistics(locale, old).values()
        lost = {token for token in old if not any(of.document_frequency[token] for of in left)}
        return sorted({*self._live.vocabulary(locale), *own} - lost)

    # -- vectors

    def vectors(self, model: str, fingerprints: Iterable[str]) -> dict[str, Vectors]:
        wanted = set(fingerprints)
        own = self._edition.vectors if model == self._edition.model else {}
        fresh = {name: own[name] for name in wanted if name in own}
        return self._live.vectors(model, wanted - set(fresh)) | fresh

    def article_vectors(self, model: str, locale: str) -> dict[str, Vectors]:
        found = self._live.article_vectors(model, locale)
        found.pop(self._article.id, None)
        own = [each.passage.fingerprint for each in self._own(locale)]
        held = self.vectors(model, own)
        rows = [held[name] for name in own if name in held]
        return found | ({self._article.id: np.stack(rows)} if rows else {})

    # -- for the index

    @property
    def locale(self) -> str:
        return self._article.locale

    def own_vectors(self) -> dict[str, Vectors]:
        """Of all its passages, also those that the live store has a vector for."""
        own = (analysed.passage.fingerprint for analysed in self._edition.passages)
        return self.vectors(self._edition.model, own)

    def gone(self) -> frozenset[str]:
        """Fingerprints that no other article has, in any language it was published in."""
        found: set[str] = set()
        for passage in (analysed.passage for analysed in self._replaced):
            held = self.passages_with(passage.locale, [passage.fingerprint])
            if not held.get(passage.fingerprint):
                found.add(passage.fingerprint)
        return frozenset(found)

    @property
    def _card(self) -> ArticleCard:
        known = self._article
        return ArticleCard(
            known.id,
            known.title,
            known.locale,
            known.slug,
            known.url,
            tags=known.tags,
            translation_of=known.translation_of,
            escalate=known.escalate,
            audience=known.audience,
        )

    def _own(self, locale: str) -> tuple[AnalysedPassage, ...]:
        return self._edition.passages if locale == self._article.locale else ()


class IndexBeside:
    """A live VectorIndex to search in, with the vectors of one article among its own, and without
    those that stand for what it replaces alone."""

    def __init__(self, live: SearchedIndex, store: StoreBeside) -> None:
        self._live, self._locale = live, store.locale
        self._vectors, self._gone = store.own_vectors(), store.gone()

    def search(self, locale: str, vector: Vectors, *, limit: int) -> list[tuple[str, float]]:
        near = self._live.search(locale, vector, limit=limit + len(self._gone))
        found = {name: cosine for name, cosine in near if name not in self._gone}
        if locale == self._locale and self._vectors:
            cosines = np.stack(list(self._vectors.values())) @ vector
            found.update(zip(self._vectors, cosines.tolist(), strict=True))
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit]


def _place(candidate: LexicalCandidate, terms: set[str]) -> tuple[int, str, int]:
    """Those with most of the terms first, as the port promises."""
    passage = candidate.passage
    held = sum(term in candidate.tokens for term in terms)
    return -held, passage.article_id, passage.position


def _of(analysed: AnalysedPassage, locale: str, kind: str) -> bool:
    return analysed.passage.locale == locale and analysed.passage.kind.value == kind


def _changed(
    live: TermStatistics,
    terms: Iterable[str],
    *,
    gone: Sequence[Sequence[str]],
    come: Sequence[Sequence[str]],
) -> TermStatistics:
    documents = live.documents - len(gone) + len(come)
    length = live.mean_length * live.documents + sum(map(len, come)) - sum(map(len, gone))
    frequency = {
        term: live.document_frequency.get(term, 0)
        + sum(term in tokens for tokens in come)
        - sum(term in tokens for tokens in gone)
        for term in terms
    }
    return replace(
        live,
        documents=documents,
        mean_length=length / documents if documents else 0.0,
        document_frequency=frequency,
    )
