"""A list of questions with their answers as CSV: each row is an article titled by its question."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path

from assistant.domain.article import Article
from assistant.domain.manuscript import slug_from
from assistant.errors import Refused, UnreadableSource
from assistant.knowledge.cleaning import clean, clean_line
from assistant.knowledge.locales import locale_of
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.files import MAX_BYTES, decode, too_large, unreadable
from assistant.knowledge.sources.page import audience_of, must_have_words
from assistant.knowledge.sources.records import Found, Records

_DELIMITERS = ",;\t"
_LONGEST_NAME = 80
_LANGUAGE = ("locale", "lang", "language")


def read_csv(path: Path) -> Records:
    """Every row below the head an article `<file>#<question>`: rows may come and go around it.

    Refused where the first row does not name the columns.
    """
    try:
        text = decode(path.read_bytes(), str(path))
    except OSError as error:
        return iter([unreadable(str(path), error)])
    except UnreadableSource as error:
        return iter([error])
    rows = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
    columns = [name.strip().lower() for name in next(rows, [])]
    if not {"question", "answer"} <= set(columns):
        raise Refused(
            f"{path} has no columns named question and answer; name them so in its first row."
        )
    return _records(rows, columns, path)


def _records(rows: Iterator[list[str]], columns: list[str], path: Path) -> Records:
    taken: dict[str, int] = {}
    for number, row in _numbered(rows):
        if isinstance(row, csv.Error):
            yield UnreadableSource(
                str(path),
                f"it is broken ({row})",
                remedy="check its quotes",
                line=number,
                unit="row",
            )
        elif any(cell.strip() for cell in row):
            cells = dict(zip(columns, row, strict=False))
            slug = _free(_slug_of(cells.get("question", "")), taken)
            yield _record(cells, path, number, slug=slug)


def _free(slug: str, taken: dict[str, int]) -> str:
    """It, or with the first number from 2 on that is free. `taken`: the last number of each."""
    free = slug
    while free in taken:
        taken[slug] += 1
        free = f"{slug}-{taken[slug]}"
    taken[free] = 1
    return free


def count_rows(path: Path) -> int:
    """About how many rows there are: a quoted answer may run over several lines."""
    try:
        return max(1, path.read_bytes().strip().count(b"\n"))
    except OSError:
        return 1  # Reading it says what is wrong.


def _delimiter(text: str) -> str:
    """Of the three that spreadsheets write, the one that the first line has most of."""
    head = text.lstrip("\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=head.count)


def _numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str] | csv.Error]]:
    number = 1
    before = csv.field_size_limit(MAX_BYTES)
    try:
        while True:
            number += 1
            try:
                yield number, next(rows)
            except csv.Error as error:
                yield number, error
            except StopIteration:
                return
    finally:
        csv.field_size_limit(before)


def _slug_of(question: str) -> str:
    """What the question is about, as an address says it; of one without letters, its hash."""
    words = words_of(clean_line(question))
    return slug_from(words)[:_LONGEST_NAME].rstrip("-") or sha256(words.encode()).hexdigest()[:12]


def _record(row: dict[str, str], path: Path, number: int, *, slug: str) -> Found | UnreadableSource:
    name, id = str(path), f"{path.stem}#{slug}"
    question, answer = row.get("question", ""), row.get("answer", "")
    try:
        if (size := len(answer.encode())) > MAX_BYTES:
            raise too_large(name, size, article_id=id)
        title, body = words_of(clean_line(question)), clean(answer)
        if not title:
            raise UnreadableSource(
                name, "it has no question", remedy="write it or delete the row", article_id=id
            )
        must_have_words(body, name, article_id=id)
    except UnreadableSource as error:
        return error.in_line(number, unit="row")
    said = next((row[key] for key in _LANGUAGE if row.get(key, "").strip()), "")
    locale = locale_of(said, path=(path.stem,), text=f"{title}\n{body}", otherwise=None)
    article = Article(
        id=id,
        title=title,
        locale=locale,
        body=body,
        source=str(path),
        slug=slug,
        audience=audience_of(row),
    )
    return Found(name, article, number, "row")
