"""Bring the knowledge base in line with a source: read, plan, split, embed, publish, withdraw.

SQL is the truth. Each article is published in one transaction, together with the vectors of its
passages, so that a search sees it whole, old or new, and a process killed at any point leaves
nothing half done. Vectors are stored by the hash of their text: what did not change is not embedded
again. The vector index follows the store (index.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from assistant.domain.article import Article, Passage
from assistant.errors import UnreadableSource
from assistant.knowledge.reader import read_source
from assistant.knowledge.splitter import VERSION, split
from assistant.ports import AnalysedPassage, Embedder, KnowledgeStore, Vectors
from assistant.retrieval.analysis import tokens

_BATCH_PASSAGES = 256
"""Passages embedded together: enough to sort by length, little enough to lose on a kill."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class SyncPlan:
    """What to do with each article of a source, by id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass
class SyncReport:
    """What a sync did; `refused` names each input that did not become an article."""

    source: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    passages: int = 0
    embedded: int = 0
    refused: list[UnreadableSource] = field(default_factory=list)


def plan_sync(found: Mapping[str, str], stored: Mapping[str, str]) -> SyncPlan:
    """Compare content hashes by article id: what the source has now, and what was published."""
    return SyncPlan(
        added=tuple(id for id in found if id not in stored),
        changed=tuple(id for id, hash in found.items() if stored.get(id, hash) != hash),
        unchanged=tuple(id for id, hash in found.items() if stored.get(id) == hash),
        withdrawn=tuple(id for id in stored if id not in found),
    )


class Synchroniser:
    """Reads sources into the store. Holds no state between sources."""

    def __init__(self, *, store: KnowledgeStore, embedder: Embedder) -> None:
        self._store, self._embedder = store, embedder

    def sync(self, source: Path, *, progress: Progress = lambda _: None) -> SyncReport:
        """Read a source whole. Refused where it does not exist or cannot be read at all."""
        report = SyncReport(source=str(source.resolve()))
        articles = self._readable(read_source(source), report, progress)
        return self.sync_articles(articles, report, progress=progress)

    def sync_articles(
        self,
        articles: Sequence[Article],
        report: SyncReport,
        *,
        progress: Progress = lambda _: None,
    ) -> SyncReport:
        """The same for articles in memory; `report.source` owns them."""
        own = _told_apart(list(self._own(articles, report)))
        by_id = {article.id: article for article in own}
        found = {id: self._recipe(article) for id, article in by_id.items()}
        plan = plan_sync(found, self._store.content_hashes(report.source))
        if not report.refused or by_id:
            # A source of which nothing could be read is broken, not empty: it withdraws nothing.
            self._withdraw(plan, report)
        progress(len(plan.unchanged))
        changed = set(plan.changed)
        for batch in self._batches([by_id[id] for id in (*plan.added, *plan.changed)]):
            report.embedded += self._publish(batch, found)
            report.passages += sum(len(passages) for _, passages in batch)
            report.changed += sum(article.id in changed for article, _ in batch)
            report.added += sum(article.id not in changed for article, _ in batch)
            progress(len(batch))
        report.unchanged = len(plan.unchanged)
        return report

    def _readable(
        self,
        records: Iterable[Article | UnreadableSource],
        report: SyncReport,
        progress: Progress,
    ) -> list[Article]:
        articles = []
        for record in records:
            if isinstance(record, UnreadableSource):
                report.refused.append(record)
                progress(1)
            else:
                articles.append(record)
        return articles

    def _own(self, articles: Sequence[Article], report: SyncReport) -> Iterator[Article]:
        """Pass over what another source owns: two sources would overwrite each other for ever."""
        owners = self._store.owners(article.id for article in articles)
        for article in articles:
            owner = owners.get(article.id, report.source)
            if owner == report.source:
                yield replace(article, source=report.source)
            else:
                report.refused.append(
                    UnreadableSource(
                        article.id,
                        f"this id belongs to the source {owner}",
                        remedy='give the article another "id:"',
                    )
                )

    def _recipe(self, article: Article) -> str:
        """Changes with the article, and with all that makes passages of it."""
        recipe = f"{VERSION}-{self._embedder.max_pieces}-{self._embedder.name}"
        return f"{article.content_hash}-{recipe}"

    def _withdraw(self, plan: SyncPlan, report: SyncReport) -> None:
        gone = set(plan.withdrawn) - _broken(report)
        if gone:
            self._store.withdraw(sorted(gone))
        report.withdrawn = len(gone)

    def _batches(
        self, articles: Sequence[Article]
    ) -> Iterator[list[tuple[Article, list[Passage]]]]:
        batch: list[tuple[Article, list[Passage]]] = []
        size = 0
        for article in articles:
            passages = split(
                article,
                count_pieces=self._embedder.count_pieces,
                max_pieces=self._embedder.max_pieces,
            )
            batch.append((article, passages))
            size += len(passages)
            if size >= _BATCH_PASSAGES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _publish(
        self, batch: Sequence[tuple[Article, list[Passage]]], hashes: Mapping[str, str]
    ) -> int:
        vectors = embed_missing(
            {passage.fingerprint: passage.embedded_text for _, ps in batch for passage in ps},
            store=self._store,
            embedder=self._embedder,
        )
        for article, passages in batch:
            own = {
                p.fingerprint: vectors[p.fingerprint] for p in passages if p.fingerprint in vectors
            }
            self._store.publish(
                article,
                [analyse(passage) for passage in passages],
                content_hash=hashes[article.id],
                vectors=own,
                model=self._embedder.name,
            )
        return len(vectors)


def _told_apart(articles: Sequence[Article]) -> list[Article]:
    """A slug that several articles of a locale claim leads to none: they go by their ids."""
    claims = Counter((article.locale, article.slug) for article in articles)
    return [a if claims[a.locale, a.slug] == 1 else replace(a, slug="") for a in articles]


def _broken(report: SyncReport) -> set[str]:
    """Ids of articles whose file is there but cannot be read now: they stay as they were."""
    root = Path(report.source)
    paths = [Path(entry.path) for entry in report.refused]
    inside = [path.relative_to(root) for path in paths if path.is_relative_to(root)]
    return {f"{root.name}/{path.with_suffix('').as_posix()}" for path in inside}


def analyse(passage: Passage) -> AnalysedPassage:
    """With the tokens that the lexical index keeps."""
    return AnalysedPassage(passage, tuple(tokens(passage.embedded_text, passage.locale)))


def embed_missing(
    texts: Mapping[str, str], *, store: KnowledgeStore, embedder: Embedder
) -> dict[str, Vectors]:
    """fingerprint → vector for those of the texts (by fingerprint) that the store lacks."""
    known = store.known_vectors(embedder.name, texts)
    missing = [fingerprint for fingerprint in texts if fingerprint not in known]
    if not missing:
        return {}
    rows = embedder.embed([texts[fingerprint] for fingerprint in missing])
    return dict(zip(missing, rows, strict=True))
