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
from assistant.errors import UnreadableSource, Withheld
from assistant.knowledge.reader import read_source
from assistant.knowledge.sources.folder import MARKDOWN, page_id
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
    """What a sync did; `refused` names each input that did not become an article.

    `kept` counts articles not found this time that stay, as they may be among the refused.
    `passed_over` names drafts and redirects: on purpose no articles.
    """

    source: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    passages: int = 0
    embedded: int = 0
    kept: int = 0
    refused: list[UnreadableSource] = field(default_factory=list)
    passed_over: list[Withheld] = field(default_factory=list)


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
        """Read a source whole. Refused where it does not exist or cannot be read at all.

        A folder that had articles and has none left is a help center taken down, not a mistake.
        """
        report = SyncReport(source=str(source.expanduser().resolve()))
        known = bool(self._store.content_hashes(report.source))
        records = read_source(source, may_be_empty=known)
        articles = self._readable(records, report, progress)
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
                if isinstance(record, Withheld):
                    report.passed_over.append(record)
                else:
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
            if owner == report.source or _is_gone(owner):
                yield replace(article, source=report.source)
            else:
                report.refused.append(
                    UnreadableSource(
                        article.id,
                        f"this id belongs to the source {owner}",
                        remedy='give the article another "id:"',
                        article_id=article.id,
                    )
                )

    def _recipe(self, article: Article) -> str:
        """Changes with the article, and with all that makes passages of it."""
        recipe = f"{VERSION}-{self._embedder.max_pieces}-{self._embedder.name}"
        return f"{article.content_hash}-{recipe}"

    def _withdraw(self, plan: SyncPlan, report: SyncReport) -> None:
        kept = _perhaps_broken(plan.withdrawn, report)
        gone = set(plan.withdrawn) - kept
        if gone:
            self._store.withdraw(sorted(gone))
        report.withdrawn, report.kept = len(gone), len(kept)

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


def _is_gone(owner: str) -> bool:
    """A source moved or deleted gives its articles up to the source that has them now."""
    path = Path(owner)
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return path.is_absolute()
    except OSError:
        pass  # It is there, or may be: a folder that this user may not enter.
    return False


def _perhaps_broken(missing: Sequence[str], report: SyncReport) -> set[str]:
    """Of the articles not found, those that may be there but cannot be read now: they stay.

    That is all of them where something is too broken to tell which article it is.
    """
    ids = [_id_of(entry, missing, report) for entry in report.refused]
    return set(missing).intersection(ids) if None not in ids else set(missing)


def _id_of(entry: UnreadableSource, missing: Sequence[str], report: SyncReport) -> str | None:
    if entry.article_id is not None:
        return entry.article_id
    path, root = Path(entry.path), Path(report.source)
    if root in path.parents and path.suffix.lower() in MARKDOWN:
        # Its front matter may have named it otherwise; not if its path did so the last time.
        id = page_id(path, root)
        return id if id in missing else None
    return None


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
