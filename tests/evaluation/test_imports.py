"""Every form in which real help centers are kept is read without a loss: those of the shared
material beside the checkout. `python -m tests.bench.imports` reads all of it and counts."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import islice
from pathlib import Path

import pytest

from assistant.domain.article import Article, plain_text
from assistant.errors import HalfUnderstood, Withheld
from assistant.knowledge.reader import read_source

pytestmark = pytest.mark.slow

EVERY = 10
"""Of an export, one article in so many is read."""
LEFT_OUT = {
    "arduino_zendesk_md_html": {"it is a draft": 4},
    "odk_sphinx_rst": {"it only lists other pages": 7},
}
"""What the raw folders hold besides articles, by source and reason; nothing fails."""
NOTICED = {"plausible_docusaurus_mdx": 13}
"""In how many articles of a source something was not understood: components of its site."""
FORMS = (".md", ".mdx", ".rst", ".html")
PLAIN = re.compile(r"^ *[^\W\d_][\w ,;.!?()'’«»“”\"%/–—-]{30,}$", re.MULTILINE)
"""A line of words alone: what is left of them is what is left of the text."""
UNSEEN = re.compile(
    r"\A---\n.*?\n---\n"
    r"|<!--.*?-->"
    r"|<(?P<tag>script|video|(?:\w+)(?=[^>]*display:\s*none))\b.*?</(?P=tag)>"
    # A comment of reStructuredText, with all that is indented below it.
    r"|^(?P<in>[ ]*)\.\.[ ](?![^\n]*::)[^\n]*(?:\n[ \t]*(?=\n)|\n(?P=in)[ ]+[^\n]*)*",
    re.DOTALL | re.MULTILINE,
)
"""What readers of the page do not see either."""


def words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", unescape(text)))


def text_of(article: Article) -> str:
    return f" {words(article.title)} {words(plain_text(article.body))} "


def plain_lines(text: str) -> Iterator[str]:
    seen = UNSEEN.sub(" ", text.replace("\r\n", "\n"))
    return (line for line in map(words, PLAIN.findall(seen)) if line.count(" ") > 3)


def sources(folder: Path, pattern: str) -> list[Path]:
    found = sorted(folder.glob(pattern))
    if not found:
        pytest.skip(f"{folder.name} is not among the shared material")
    return found


def test_all_raw_forms_are_read_and_no_line_of_words_is_lost(shared: Path) -> None:
    for source in sources(shared / "data" / "raw", "*"):
        text, left_out, noticed = "", [], 0
        for record in read_source(source):
            if isinstance(record, Article):
                text += text_of(record)
            elif isinstance(record, HalfUnderstood):
                noticed += 1
            else:
                assert isinstance(record, Withheld), record
                left_out.append(record)
        reasons = [record.reason for record in left_out]
        assert {why: reasons.count(why) for why in reasons} == LEFT_OUT.get(source.name, {})
        assert noticed == NOTICED.get(source.name, 0)
        not_read = {record.path for record in left_out}
        lines = 0
        for file in source.rglob("*"):
            if file.suffix in FORMS and file.is_file() and str(file.resolve()) not in not_read:
                for line in plain_lines(file.read_text("utf-8", errors="replace")):
                    assert line in text, file
                    lines += 1
        assert lines > 100, source.name


def test_exports_are_read_and_no_line_of_words_is_lost(shared: Path, tmp_path: Path) -> None:
    lines = 0
    for source in sources(shared / "data" / "corpora", "*.jsonl.gz"):
        with gzip.open(source, "rt", encoding="utf-8") as whole:
            part = list(islice(whole, 0, None, EVERY))
        sample = tmp_path / source.stem
        sample.write_text("".join(part), "utf-8")
        records = list(read_source(sample))
        articles = {each.id: each for each in records if isinstance(each, Article)}
        read = [record for record in records if not isinstance(record, HalfUnderstood)]
        assert len(articles) == len(read) == len(part), source.name
        for line in part:
            written = json.loads(line)
            article = articles[written["id"]]
            text = text_of(article)
            for plain in plain_lines(written["body_markdown"]):
                assert plain in text, article.id
                lines += 1
    assert lines > 1000
