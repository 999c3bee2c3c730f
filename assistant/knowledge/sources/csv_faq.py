"""A list of questions with their answers as CSV: each row is an article titled by its question."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from assistant.domain.article import Article
from assistant.errors import Refused, UnreadableSource
from assistant.knowledge.cleaning import clean_and_tell, clean_line
from assistant.knowledge.locales import locale_of
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.converted import noticed
from assistant.knowledge.sources.faq import Slugs
from assistant.knowledge.sources.files import MAX_BYTES, decode, too_large, unreadable
from assistant.knowledge.sources.page import Place, audience_of, must_have_words
from assistant.knowledge.sources.records import Found, Records

_COLUMNS = {"question", "answer"}
_DELIMITERS = ",;\t"
_LONGEST_HEAD = 64 * 1024
_LANGUAGE = ("locale", "lang", "language")


def read_csv(path: Path, place: Place) -> Records:
    """Every row below the head an article `<place>#<question>`: rows may come and go around it.

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
    if not set(columns) >= _COLUMNS:
        raise Refused(
            f"{path} has no columns named question and answer; name them so in its first row."
        )
    return _records(rows, columns, place)


def is_faq(path: Path) -> bool:
    """Whether its first row names the columns."""
    try:
        with path.open("rb") as file:
            head = file.readline(_LONGEST_HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return True  # Reading it says what is wrong.
    rows = csv.reader(StringIO(head, newline=""), delimiter=_delimiter(head), strict=False)
    return {name.strip().lower() for name in next(rows, [])} >= _COLUMNS


def _records(rows: Iterator[list[str]], columns: list[str], place: Place) -> Records:
    slugs = Slugs()
    for number, row in _numbered(rows):
        if isinstance(row, csv.Error):
            yield UnreadableSource(
                place.name,
                f"it is broken ({row})",
                remedy="check its quotes",
                line=number,
                unit="row",
            )
        elif any(cell.strip() for cell in row):
            cells = dict(zip(columns, row, strict=False))
            slug = slugs.of(cells.get("question", ""))
            yield from _record(cells, place, number, slug=slug)


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


def _record(row: dict[str, str], place: Place, number: int, *, slug: str) -> Records:
    name, id = place.name, f"{place.path}#{slug}"
    question, answer = row.get("question", ""), row.get("answer", "")
    try:
        if (size := len(answer.encode())) > MAX_BYTES:
            raise too_large(name, size, article_id=id)
        title, (body, remarks) = words_of(clean_line(question)), clean_and_tell(answer)
        if not title:
            raise UnreadableSource(
                name, "it has no question", remedy="write it or delete the row", article_id=id
            )
        must_have_words(body, name, article_id=id)
    except UnreadableSource as error:
        yield error.in_line(number, unit="row")
        return
    said = next((row[key] for key in _LANGUAGE if row.get(key, "").strip()), "")
    locale = locale_of(
        said, path=place.path.parts, text=f"{title}\n{body}", otherwise=place.otherwise
    )
    article = Article(
        id=id,
        title=title,
        locale=locale,
        body=body,
        source=place.source,
        slug=slug,
        audience=audience_of(row),
    )
    yield from noticed(remarks, name, article_id=id, at=(number, "row"))
    yield Found(name, article, number, "row")
