"""Real help centers, from the shared material beside the checkout: nothing lost, no debris."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from assistant.adapters.sentence_transformer import built_in_folder
from assistant.domain.article import Article, Passage, PassageKind
from assistant.errors import HalfUnderstood, UnreadableSource
from assistant.knowledge.reader import count_source, read_source
from assistant.knowledge.splitter import split
from tests.unit.debris import debris
from tests.unit.nothing_lost import lost

pytestmark = pytest.mark.slow

MOST = 256


@lru_cache(maxsize=1)
def counter() -> Callable[[str], int]:
    tokenizer = Tokenizer.from_file(str(built_in_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda text: len(tokenizer.encode(text).ids)


def checked(article: Article) -> list[Passage]:
    """Its body passages, which fit the encoder and hold all of it."""
    passages = split(article, count_pieces=counter(), max_pieces=MOST)
    body = [passage for passage in passages if passage.kind is PassageKind.BODY]
    assert lost(article.body, body) == "", article.id
    assert max(counter()(passage.embedded_text) for passage in passages) <= MOST, article.id
    return body


def sources(folder: Path) -> list[Path]:
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    if not found:
        pytest.skip(f"{folder.name} is not among the shared material")
    return found


def test_raw_folders_are_read_or_named_file_by_file_without_debris(shared):
    for source in sources(shared / "data" / "raw"):
        articles, refused = 0, 0
        for record in read_source(source):
            if isinstance(record, UnreadableSource):
                # What is half understood is told beside its article.
                refused += not isinstance(record, HalfUnderstood)
                assert record.reason
                assert record.remedy
                continue
            articles += 1
            for passage in checked(record):
                found = [what for what in debris(passage.text) if not _is_text(what, source)]
                assert found == [], passage.id
        # Read where other pages include them.
        parts = len(list(source.rglob("incl/**/*.rst")))
        assert articles + refused + parts == count_source(source)


def _is_text(what: str, source: Path) -> bool:
    """reStructuredText knows no HTML: what looks like a tag is what its readers see."""
    return what.startswith("a tag") and source.name.endswith("_rst")


def test_corpora_of_json_lines_are_split_without_loss(shared):
    for source in sources(shared / "data" / "corpora"):
        if source.name.endswith(".jsonl.gz"):
            for record in islice(read_source(source), 40):
                if not isinstance(record, HalfUnderstood):
                    assert isinstance(record, Article), record
                    checked(record)
