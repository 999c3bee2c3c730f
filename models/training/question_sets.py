"""Question sets as texts to encode: in the common format, and of the sample help center.

An entry is its title, each other phrasing, and its text in windows; its score is its best cosine.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.training.recipe import REPOSITORY

_WINDOW = 150


@dataclass(frozen=True)
class QuestionSet:
    """Entries as lists of texts, questions, and which entries are right for each."""

    entries: list[list[str]]
    questions: list[str]
    right: list[set[int]]
    groups: list[str]


def read_set(folder: Path, window: int = _WINDOW) -> QuestionSet:
    """A set in the common format."""
    corpus = list(_lines(folder / "corpus.jsonl"))
    queries = list(_lines(folder / "queries.jsonl"))
    row = {entry["id"]: at for at, entry in enumerate(corpus)}
    right = _qrels(folder, row)
    entries = [
        [entry["title"] or "", *entry.get("alts", []), *_windows(entry["text"] or "", window)]
        for entry in corpus
    ]
    entries = [[text for text in texts if text.strip()] for texts in entries]
    wanted = [right.get(q["id"], set()) if q["answerable"] else set() for q in queries]
    groups = [query.get("group", query["id"]) for query in queries]
    return QuestionSet(entries, [query["text"] for query in queries], wanted, groups)


def read_sample(locale: str, *, sentences: bool) -> QuestionSet:
    """The sample help center in both languages, asked by its first questions in `locale`."""
    base = REPOSITORY / "knowledge_base"
    paths = sorted(base.glob("*/*.md"))
    row = {f"knowledge_base/{path.parent.name}/{path.stem}": at for at, path in enumerate(paths)}
    folder = REPOSITORY / "evals" / "sample"
    right = _qrels(folder, row)
    asked = [
        query
        for query in _lines(folder / "queries.jsonl")
        if query["lang"] == locale and not query["history"]
    ]
    entries = [
        _article_texts(path.read_text(encoding="utf-8"), sentences=sentences) for path in paths
    ]
    wanted = [right.get(q["id"], set()) if q["answerable"] else set() for q in asked]
    groups = [query["id"] for query in asked]
    return QuestionSet(entries, [query["text"] for query in asked], wanted, groups)


def _lines(path: Path) -> Iterator[dict]:
    packed = path.with_name(path.name + ".gz")
    with (
        gzip.open(packed, "rt", encoding="utf-8")
        if packed.exists()
        else path.open(encoding="utf-8") as lines
    ):
        yield from (json.loads(line) for line in lines)


def _qrels(folder: Path, row: dict[str, int]) -> dict[str, set[int]]:
    right: dict[str, set[int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, entry, score = line.split("\t")
        if entry in row and score != "0":
            right.setdefault(query, set()).add(row[entry])
    return right


def _windows(text: str, window: int) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + window]) for at in range(0, len(words), window)]


def _article_texts(markdown: str, *, sentences: bool) -> list[str]:
    _, front, body = markdown.split("---", 2)
    title = re.search(r"^title: *(.+)$", front, flags=re.MULTILINE)
    name = title[1].strip("\"' ") if title else ""
    parts = re.split(r"^#+ +(.+)$", body, flags=re.MULTILINE)
    texts = [name]
    for heading, part in zip([name, *parts[1::2]], parts[0::2], strict=True):
        part = " ".join(part.split())
        if sentences:
            texts += [heading, *re.split(r"(?<=[.!?]) +", part)]
        else:
            texts.append(f"{heading}. {part}")
    return [text for text in texts if text.strip()]
