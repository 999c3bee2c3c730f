"""Bring the knowledge base in line with a source: read, plan, split, embed, publish, withdraw.

SQL is the truth. Each article is published in one transaction, together with the vectors of its
passages, so that a search sees it whole, old or new, and a process killed at any point leaves
nothing half done. Vectors are stored by the hash of their text: what did not change is not embedded
again. The vector index follows the store (index.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.domain.article import Article, ArticleCard, Passage
from assistant.domain.audience import is_known
from assistant.domain.manuscript import EDITOR
from assistant.errors import HalfUnderstood, UnreadableSource, Withheld
from assistant.knowledge.planning import (
    WITHDRAW_SHARE,
    SyncMode,
    SyncReport,
    plan_sync,
    withhold,
)
from assistant.knowledge.reader import each_once, read_source
from assistant.knowledge.sources.names import is_remote
from assistant.knowledge.sources.records import Remote
from assistant.knowledge.splitter import VERSION, split
from assistant.ports import AnalysedPassage, Embedder, KnowledgeStore, Vectors
from assistant.retrieval.analysis import tokens

_BATCH_PASSAGES = 256
"""Passages embedded together: enough to sort by length, little enough to lose on a kill."""

Progress = Callable[[int], None]

_AS_USUAL = SyncMode()


class Synchroniser:
    """Reads sources into the store. Holds no state between sources.

    `withdraw_share`: of a source's articles, that may vanish at once without being asked about.
    """

    def __init__(
        self,
        *,
        store: KnowledgeStore,
        embedder: Embedder,
        withdraw_share: float = WITHDRAW_SHARE,
    ) -> None:
        self._store, self._embedder = store, embedder
        self._withdraw_share = withdraw_share

    def sync(
        self, source: Path, *, mode: SyncMode = _AS_USUAL, progress: Progress = lambda _: None
    ) -> SyncReport:
        """Read a source whole. Refused where it does not exist or cannot be read at all.

        A folder that had articles and has none left may be a help center taken down: that is asked
        about, as any withdrawal of many articles at once.
        """
        report = SyncReport(source=str(source.expanduser().resolve()))
        known = bool(self._store.content_hashes(report.source))
        records = read_source(source, may_be_empty=known)
        articles = self._readable(records, report, progress)
        return self.sync_articles(articles, report, mode=mode, progress=progress)

    def sync_remote(
        self, source: Remote, *, mode: SyncMode = _AS_USUAL, progress: Progress = lambda _: None
    ) -> SyncReport:
        """The same for a source beyond this machine. Refused where it cannot be reached at all."""
        report = SyncReport(source=source.name)
        articles = self._readable(each_once(source.records()), report, progress)
        return self.sync_articles(articles, report, mode=mode, progress=progress)

    def sync_articles(
        self,
        articles: Sequence[Article],
        report: SyncReport,
        *,
        mode: SyncMode = _AS_USUAL,
        progress: Progress = lambda _: None,
    ) -> SyncReport:
        """The same for articles in memory; `report.source` owns them."""
        own = self._told_apart(list(self._own(articles, report)), report)
        by_id = {article.id: article for article in own}
        found = {id: recipe(article, self._embedder) for id, article in by_id.items()}
        plan = plan_sync(found, self._store.content_hashes(report.source))
        report.plan = withhold(plan, report, most=None if mode.withdraw else self._withdraw_share)
        report.unchanged, report.withdrawn = len(plan.unchanged), len(report.plan.withdrawn)
        report.dry_run = mode.dry_run
        if mode.dry_run:
            report.added, report.changed = len(plan.added), len(plan.changed)
        else:
            self._carry_out(report, by_id, hashes=found, progress=progress)
        return report

    def _carry_out(
        self,
        report: SyncReport,
        by_id: Mapping[str, Article],
        *,
        hashes: Mapping[str, str],
        progress: Progress,
    ) -> None:
        plan = report.plan
        if plan.withdrawn:
            self._store.withdraw(sorted(plan.withdrawn))
        progress(len(plan.unchanged))
        changed = set(plan.changed)
        new = [by_id[id] for id in (*plan.added, *plan.changed)]
        # What a translation follows stands there first: it is never older than its original because
        # of the order in which one sync publishes both.
        for batch in self._batches(sorted(new, key=lambda each: each.translation_of is not None)):
            report.embedded += self._publish(batch, hashes)
            report.passages += sum(len(passages) for _, passages in batch)
            report.changed += sum(article.id in changed for article, _ in batch)
            report.added += sum(article.id not in changed for article, _ in batch)
            progress(len(batch))

    def _readable(
        self,
        records: Iterable[Article | UnreadableSource],
        report: SyncReport,
        progress: Progress,
    ) -> list[Article]:
        articles = []
        for record in records:
            match record:
                case Article():
                    articles.append(record)
                    if not is_known(record.audience):
                        report.noticed.append(_for_nobody(record))
                    continue
                case HalfUnderstood():
                    report.noticed.append(record)
                    continue
                case Withheld():
                    report.passed_over.append(record)
                case UnreadableSource():
                    report.refused.append(record)
            progress(1)
        return articles

    def _own(self, articles: Sequence[Article], report: SyncReport) -> Iterator[Article]:
        """Pass over what another source owns: two sources would overwrite each other for ever."""
        owners = self._store.owners(article.id for article in articles)
        for article in articles:
            owner = owners.get(article.id, report.source)
            if owner == report.source or _gives_way(owner, to=report.source):
                yield replace(article, source=report.source)
            elif owner == EDITOR:
                report.passed_over.append(_taken_over(article.id))
            else:
                report.refused.append(
                    UnreadableSource(
                        article.id,
                        f"this id belongs to the source {owner}",
                        remedy=_apart(owner),
                        article_id=article.id,
                    )
                )

    def _told_apart(self, articles: Sequence[Article], report: SyncReport) -> list[Article]:
        """A slug that several articles of a locale claim leads to none of them, and one of another
        source's article to that one: the others go by their ids."""
        claims = Counter((article.locale, article.slug) for article in articles)
        cards = {(card.locale, card.slug): card for card in self._store.articles() if card.slug}
        owners = self._store.owners(cards[at].id for at in claims if at in cards)
        found = []
        for article in articles:
            at = (article.locale, article.slug)
            held = cards.get(at)
            if held and held.id != article.id and owners.get(held.id) != report.source:
                report.noticed.append(_address_of_another(article, held))
                article = replace(article, slug="")
            found.append(article if claims[at] == 1 else replace(article, slug=""))
        return found

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


def _address_of_another(article: Article, held: ArticleCard) -> HalfUnderstood:
    return HalfUnderstood(
        article.id,
        f"its address {article.slug!r} is that of {held.title!r}, so that it goes by its id",
        remedy='give it another "slug:"',
        article_id=article.id,
    )


def _for_nobody(article: Article) -> HalfUnderstood:
    return HalfUnderstood(
        article.id,
        f"its audience {article.audience!r} is none, so that nobody reads it",
        remedy="write public, signed-in, or a segment such as plan=pro",
        article_id=article.id,
    )


def _taken_over(article_id: str) -> Withheld:
    return Withheld(
        article_id,
        "it was taken over into the editor",
        remedy="change it there; what stands here is not read",
        article_id=article_id,
    )


def _apart(owner: str) -> str:
    if is_remote(owner):
        return f"sync {owner} as before, or take the article over in the console"
    return 'give the article another "id:"'


def _gives_way(owner: str, *, to: str) -> bool:
    """Also where a site is encrypted from now on: it is the same one."""
    return _is_gone(owner) or (is_remote(owner) and to == owner.replace("http://", "https://", 1))


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


def recipe(article: Article, embedder: Embedder) -> str:
    """Changes with the article, and with all that makes passages of it."""
    return f"{article.content_hash}-{VERSION}-{embedder.max_pieces}-{embedder.name}"


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
