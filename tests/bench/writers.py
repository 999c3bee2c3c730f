"""How long writers wait in a large help center: `python -m tests.bench.writers`.

The sample help center many times over, so that more passages come near each other than anywhere
else; the vectors of each copy are a little off. The log holds the sample's questions, asked of it.
On a machine with other work to do the processor time says more than the clock.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np

from assistant.domain.article import Article
from assistant.domain.manuscript import Content
from assistant.errors import UnreadableSource
from assistant.evaluation.cases import read_set
from assistant.knowledge.planning import SyncReport
from assistant.knowledge.reader import read_source
from assistant.model_wiring import make_embedder
from assistant.ports import Person, Vectors
from assistant.settings import load
from tests.bench.contestants import Ours
from tests.bench.processes import ROOT, SAMPLE
from tests.bench.rows import Row, as_table

_MARK = "·"
"""As many stand in a title as it is copies away from the sample. No word, so it is not searched."""
_OFF = 0.15
_PHRASINGS = 2
"""Besides its title each article keeps so many; the sample has more than writers have time for."""
_WRITER = Person("p-bench", "writer@bench.example", "admin", password_hash="")
_QUESTION = "How heavy is a quagga?"
_FACT = "A quagga weighs 300 kilograms"
_DRAFT = Content(
    "How long may I send something back?",
    "en",
    "You have 45 days to return an item that you bought.",
)


class Copied:
    """The encoder that ships; what is marked as a copy lies near what it was copied from."""

    def __init__(self) -> None:
        own = make_embedder(load(embedder="bilingual"), cache=ROOT / "build" / "encoder")
        self.name, self.max_pieces, self.count_pieces = own.name, own.max_pieces, own.count_pieces
        self._own, self._known = own, dict[str, Vectors]()

    def embed(self, texts: Sequence[str]) -> Vectors:
        plain = [re.sub(rf" {_MARK}+", "", text) for text in texts]
        new = [text for text in dict.fromkeys(plain) if text not in self._known]
        self._known.update(zip(new, self._own.embed(new) if new else (), strict=True))
        return np.stack([self._near(*pair) for pair in zip(texts, plain, strict=True)])

    def _near(self, text: str, plain: str) -> Vectors:
        vector = self._known[plain]
        if text == plain:
            return vector
        off = np.random.default_rng(crc32(text.encode())).standard_normal(len(vector))
        moved = vector + _OFF * off / np.linalg.norm(off)
        near: Vectors = (moved / np.linalg.norm(moved)).astype(vector.dtype)
        return near


class Large(Ours):
    """A help center of many articles, with a log."""

    def fill_with(self, copies: int) -> tuple[int, int]:
        """How many articles and passages there are then. The questions are asked of one copy: that
        is quicker, and what is measured asks them again."""
        own = self._assistant
        articles = [_shortened(each) for each in read_source(SAMPLE)]
        report = own.synchroniser.sync_articles(articles, SyncReport("sample"))
        own.warm()
        own.readiness.done()
        asked = {(each.text, each.locale) for each in read_set(ROOT / "evals" / "sample").cases}
        asked |= {(text, each.locale) for each in articles for text in each.questions}
        for text, locale in sorted(asked):
            started = own.desk.start(locale=locale)
            self._runner.run(self._reply(started.conversation.id, text))
        more = [copy_of(each, number) for number in range(1, copies) for each in articles]
        grown = own.synchroniser.sync_articles(more, SyncReport("copies"))
        own.follower.catch_up()
        return report.added + grown.added, report.passages + grown.passages

    def measured(self) -> list[Row]:
        """What writers ask for, each twice; and an edit."""
        own = self._assistant
        draft = own.editor.proof(own.editor.draft(_DRAFT, by=_WRITER))
        rows = _twice("Does it help?", lambda: own.impact.check(draft), at_most=20)
        checked = own.impact.latest(draft)
        assert checked is not None
        rows.insert(0, Row("questions that Does it help? asks", checked.checked, ""))
        rows += _twice("contradictions", own.clashes.everywhere)
        rows += _twice("what needs care", own.caring.overview)
        rows += _twice("advice", own.shelves.advised)
        self.follow()
        published, answered, _ = self.publish(own.store.articles()[0].id, _QUESTION, _FACT)
        rows.append(Row("an edit: published", published, "s"))
        rows.append(Row("an edit: answered from", answered, "s", at_most=1))
        return rows


def main() -> None:
    """Fill a help center, measure, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.writers", description=__doc__)
    parser.add_argument("--copies", type=int, default=18, help="of the sample (18: 2,376 articles)")
    asked = parser.parse_args()
    os.environ["ASSISTANT_EMBEDDER"] = f"{Copied.__module__}:{Copied.__name__}"
    with tempfile.TemporaryDirectory(prefix="assistant-bench-") as folder:
        large = Large(Path(folder), ROOT / "build")
        articles, passages = large.fill_with(asked.copies)
        size = [Row("articles", articles, ""), Row("passages", passages, "")]
        sys.stdout.write(as_table([*size, *large.measured()]))
        large.close()


def _twice(what: str, ask: Callable[[], object], *, at_most: float | None = None) -> list[Row]:
    rows = []
    for turn in (what, f"{what} again"):
        clock, work = time.perf_counter(), time.process_time()
        ask()
        took, worked = time.perf_counter() - clock, time.process_time() - work
        rows.append(Row(turn, took, "s", at_most=at_most))
        rows.append(Row(f"{turn}, processor time", worked, "s"))
    return rows


def _shortened(found: Article | UnreadableSource) -> Article:
    assert isinstance(found, Article), found
    return replace(found, questions=found.questions[:_PHRASINGS])


def copy_of(article: Article, number: int) -> Article:
    """An article of its own, in the same words."""
    mark = f" {_MARK * number}"
    return replace(
        article,
        id=f"copy{number}/{article.id}",
        slug=f"{article.slug}-{number}",
        title=article.title + mark,
        questions=tuple(each + mark for each in article.questions),
        translation_of=article.translation_of and f"copy{number}/{article.translation_of}",
    )


if __name__ == "__main__":
    main()
