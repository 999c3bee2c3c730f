"""Articles, or questions with their answers, as JSON lines, plain or gzipped, or as one JSON."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from assistant.domain.article import Article
from assistant.errors import Refused, UnreadableSource
from assistant.knowledge.cleaning import clean_and_tell, clean_line
from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.locales import locale_in_path, locale_of
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.converted import noticed
from assistant.knowledge.sources.faq import Slugs
from assistant.knowledge.sources.files import (
    MAX_BYTES,
    MAX_DOCUMENT,
    decode,
    read_bytes,
    too_large,
    unreadable,
)
from assistant.knowledge.sources.front_matter import date_value, text_list, text_value
from assistant.knowledge.sources.page import (
    Place,
    audience_of,
    must_have_words,
    slug_of,
    take_title,
    web_address,
)
from assistant.knowledge.sources.records import Found, Records

_BODIES = ("body_markdown", "body", "text", "content")
_EXAMPLE = 'write one JSON object a line: {"id": …, "title": …, "body_markdown": …}'
_LOOKED_INTO = 20


def read_jsonl(path: Path, place: Place) -> Records:
    """Every line an article, or an UnreadableSource that names the line."""
    slugs = Slugs()
    try:
        with _opened(path) as file:
            for number, line in _lines(file):
                if isinstance(line, int):
                    yield too_large(str(path), line).in_line(number)
                elif line.strip():
                    yield from _line(line, place, number, slugs)
    except OSError as error:
        # gzip says by OSError, too, that a file is none of its own.
        yield unreadable(str(path), error)
    except (EOFError, zlib.error) as error:
        yield UnreadableSource(
            str(path),
            f"it is cut off or damaged ({error}); what stands before that was read",
            remedy="write or download it again",
        )


def read_json(path: Path, place: Place) -> Records:
    """Every object of the list an article, or an UnreadableSource that names the entry.

    The list may stand under a key of an object, as in `{"faq": […]}`. Refused where there is none.
    """
    name = str(path)
    try:
        found = _loaded(decode(read_bytes(path, most=MAX_DOCUMENT), name), name)
    except UnreadableSource as error:
        return iter([error])
    entries = _entries(found)
    if not any(map(is_article, entries)):
        raise Refused(
            f"{path} holds no articles; write a list of objects with question and answer,"
            ' or with "id", "title" and "body_markdown".'
        )
    slugs = Slugs()
    return (
        record
        for number, entry in enumerate(entries, start=1)
        for record in _record(entry, place, (number, "entry"), slugs)
    )


def holds_articles(path: Path) -> bool:
    """Whether one of the first lines does."""
    try:
        with _opened(path) as file:
            return any(_is_article(line) for _, line in islice(_lines(file), _LOOKED_INTO))
    except (OSError, EOFError, zlib.error):
        return True  # Reading it says what is wrong.


def _is_article(line: bytes | int) -> bool:
    try:
        return not isinstance(line, int) and is_article(json.loads(line))
    except (ValueError, RecursionError):
        return False


def is_article(record: Any) -> bool:
    """Whether an object is plainly an article, or a question with its answer."""
    if not isinstance(record, dict):
        return False
    if isinstance(record.get("question"), str) and "answer" in record:
        return True
    has_body = any(isinstance(record.get(key), str) for key in _BODIES)
    return "id" in record and has_body and ("title" in record or "body_markdown" in record)


def count_lines(path: Path) -> int:
    """How many records there are, or were before the file broke off."""
    count = 0
    try:
        with _opened(path) as file:
            for _ in file:
                count += 1
    except (OSError, EOFError, zlib.error):
        pass  # Reading it says what is wrong.
    return max(1, count)


def _opened(path: Path) -> IO[bytes]:
    opened: Any = gzip.open if path.suffix.lower() == ".gz" else open
    return opened(path, "rb")  # type: ignore[no-any-return]


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes | int]]:
    """Numbered lines; of one that is too long only its length, without holding it in memory."""
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        size = len(line)
        if size <= MAX_BYTES or line.endswith(b"\n"):
            yield number, line
            continue
        while (rest := file.readline(MAX_BYTES)) and not rest.endswith(b"\n"):
            size += len(rest)
        yield number, size + len(rest)


def _line(line: bytes, place: Place, number: int, slugs: Slugs) -> Records:
    try:
        record = _loaded(decode(line, place.name), place.name)
    except UnreadableSource as error:
        return iter([error.in_line(number)])
    return _record(record, place, (number, "line"), slugs)


def _record(record: Any, place: Place, at: tuple[int, str], slugs: Slugs) -> Records:
    name, (number, unit) = place.name, at
    try:
        if not isinstance(record, dict):
            raise UnreadableSource(name, "it is not an object", remedy=_EXAMPLE)
        article, remarks = _article(_asked(record, place, slugs), place)
    except UnreadableSource as error:
        yield error.in_line(number, unit=unit)
    except (RecursionError, ValueError) as error:
        yield UnreadableSource(
            name,
            f"its text cannot be taken apart ({error})",
            remedy="write it more plainly",
            line=number,
            unit=unit,
        )
    else:
        yield from noticed(remarks, name, article_id=article.id, at=at)
        yield Found(name, article, number, unit)


def _loaded(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except (RecursionError, ValueError) as error:  # ValueError: also a number of 5,000 digits.
        raise UnreadableSource(name, f"it is not valid JSON ({error})", remedy=_EXAMPLE) from error


def _entries(found: Any) -> Sequence[Any]:
    """The list itself, the one that an object holds, or the object as a list of its own."""
    if isinstance(found, list):
        return found
    if not isinstance(found, dict) or is_article(found):
        return [found]
    lists = (value for value in found.values() if isinstance(value, list))
    return next((entries for entries in lists if any(map(is_article, entries))), [])


def _asked(record: Mapping[str, Any], place: Place, slugs: Slugs) -> Mapping[str, Any]:
    """A question with its answer as an article, known by its question where it has no id."""
    if "question" not in record or "answer" not in record:
        return record
    question, answer = text_value(record, "question"), record["answer"]
    slug = slugs.of(question)
    told = {"id": f"{place.path}#{slug}", "slug": slug, "title": question, "body_markdown": answer}
    if not question:
        raise UnreadableSource(
            place.name,
            "it has no question",
            remedy="write it or delete the entry",
            article_id=text_value(record, "id") or told["id"],
        )
    return told | {key: value for key, value in record.items() if value}


def _article(record: Mapping[str, Any], place: Place) -> tuple[Article, tuple[Remark, ...]]:
    name, id = place.name, text_value(record, "id")
    if not id:
        raise UnreadableSource(
            name,
            'it has no "id"',
            remedy='give each article an id of its own, or write "question" and "answer"',
        )
    body = next((record[key] for key in _BODIES if isinstance(record.get(key), str)), None)
    if body is None:
        raise UnreadableSource(name, 'it has no "body_markdown"', remedy=_EXAMPLE, article_id=id)
    said = words_of(clean_line(text_value(record, "title")))
    text, remarks = clean_and_tell(body)
    title, body = take_title(text, said)
    must_have_words(body, name, article_id=id)
    if not title:
        raise UnreadableSource(
            name,
            "it has no title",
            remedy='give it a "title", or a heading at the start',
            article_id=id,
        )
    address = text_value(record, "url_or_path", "path", "url")
    article = Article(
        id=id,
        title=title,
        locale=_locale(record, place, address=address, text=f"{title}\n{body}"),
        body=body,
        source=place.source,
        slug=slug_of(text_value(record, "slug"), id),
        url=web_address(text_value(record, "url")) or web_address(address),
        questions=text_list(record, "questions") or text_list(record, "alts"),
        tags=text_list(record, "tags"),
        translation_of=text_value(record, "translation_of") or None,
        updated=date_value(record, "updated", "updated_at"),
        escalate=record.get("escalate") is True,
        audience=audience_of(record),
    )
    return article, remarks


def _locale(record: Mapping[str, Any], place: Place, *, address: str, text: str) -> str:
    """The path of the article itself tells more than the name of the file it was exported to."""
    said = text_value(record, "lang", "locale", "language")
    inner = PurePosixPath(address.partition("://")[2].partition("/")[2] or address)
    parts = inner.with_suffix("").parts if inner.name else ()
    if not parts or not locale_in_path(parts):
        parts = place.path.parts
    return locale_of(said, path=parts, text=text, otherwise=place.otherwise)
