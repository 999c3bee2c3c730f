"""Read a question set in the common format (docs/developers.md): corpus, queries, qrels, meta."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.domain.article import Article
from assistant.errors import Refused


@dataclass(frozen=True)
class Case:
    """A question with what is right. `facts`: each a list of alternatives, one of which the answer
    must hold; `relevant`: ids of the articles that answer; `locale`: of the page it is asked on;
    `group`: shared by paraphrases, which are right or wrong together."""

    id: str
    text: str
    locale: str
    answerable: bool
    relevant: frozenset[str]
    history: tuple[dict[str, str], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    kind: str = ""
    group: str = ""


@dataclass(frozen=True)
class QuestionSet:
    """`articles` stand in memory, or `source` names a folder that is synced."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...] = ()
    source: Path | None = None

    @property
    def fingerprint(self) -> str:
        """Changes with any question, or with what is right: figures of two are not compared."""
        asked = [(c.id, c.text, c.answerable, sorted(c.relevant), c.facts) for c in self.cases]
        return hashlib.sha256(repr(asked).encode()).hexdigest()[:12]

    def sample(self, most: int) -> QuestionSet:
        """At most so many of its questions, the same ones every time, paraphrases together. It has
        a name of its own, since its figures are of other questions."""
        if len(self.cases) <= most:
            return self
        groups: dict[str, list[Case]] = {}
        for case in self.cases:
            groups.setdefault(case.group or case.id, []).append(case)
        kept: set[str] = set()
        for group in random.Random(1).sample(sorted(groups), len(groups)):
            if len(kept) + len(groups[group]) <= most:
                kept |= {case.id for case in groups[group]}
        cases = tuple(case for case in self.cases if case.id in kept)
        return replace(self, name=f"{self.name} (at most {most})", cases=cases)


def read_set(folder: Path) -> QuestionSet:
    """Refused, with the file and the line, where the folder is not a question set."""
    meta = _meta(folder)
    relevant: dict[str, set[str]] = {}
    for query, entry, score in _qrels(folder / "qrels.tsv"):
        if score > 0:
            relevant.setdefault(query, set()).add(entry)
    cases = tuple(
        _case(row, relevant.get(str(row["id"]), set())) for row in _rows(folder / "queries.jsonl")
    )
    if "help_center" in meta:
        source = (folder / meta["help_center"]).resolve()
        return QuestionSet(meta.get("name", folder.name), cases, source=source)
    path = folder / "corpus.jsonl"
    rows = _rows(path if path.exists() else folder / "corpus.jsonl.gz")
    articles = tuple(_article(row) for row in rows)
    return QuestionSet(meta.get("name", folder.name), cases, articles)


def _meta(folder: Path) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused(f"{folder} is not a question set: meta.json {error}.") from error
    return meta


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _row(line, f"{path}:{number}")


def _row(line: str, place: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise Refused(f"{place} is not JSON: {error}.") from error
    if not isinstance(row, dict) or "id" not in row or "text" not in row:
        raise Refused(f'{place} needs an object with "id" and "text".')
    return row


def _qrels(path: Path) -> Iterator[tuple[str, str, float]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t")
        if len(fields) != 3:
            raise Refused(f"{path}:{number} needs three fields separated by tabs.")
        if fields[0] != "query_id" and fields[0] != "query-id":
            yield fields[0], fields[1], _score(fields[2], f"{path}:{number}")


def _score(text: str, place: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused(f"{place} has {text!r} where the score stands; write a number.") from None


def _case(row: dict[str, Any], relevant: set[str]) -> Case:
    return Case(
        id=str(row["id"]),
        text=row["text"],
        locale=row.get("locale") or row.get("lang") or "en",
        answerable=bool(row.get("answerable", True)),
        relevant=frozenset(relevant),
        history=tuple(row.get("history") or ()),
        facts=tuple(tuple(fact) for fact in row.get("facts") or ()),
        kind=row.get("kind") or "",
        group=str(row.get("group") or row["id"]),
    )


def _article(row: dict[str, Any]) -> Article:
    return Article(
        id=str(row["id"]),
        title=row.get("title") or str(row["id"]),
        locale=(row.get("lang") or "en")[:2],
        body=row["text"],
        questions=tuple(row.get("alts") or ()),
    )
