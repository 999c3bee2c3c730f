"""Articles as JSON lines, plain or gzipped: one object a line."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any

from assistant.domain.article import Article
from assistant.errors import UnreadableSource
from assistant.knowledge.cleaning import clean, clean_line
from assistant.knowledge.locales import locale_in_path, locale_of
from assistant.knowledge.outline import words_of
from assistant.knowledge.sources.files import MAX_BYTES, decode, too_large, unreadable
from assistant.knowledge.sources.front_matter import date_value, text_list, text_value
from assistant.knowledge.sources.page import (
    audience_of,
    must_have_words,
    slug_of,
    take_title,
    web_address,
)
from assistant.knowledge.sources.records import Found, Records

_BODIES = ("body_markdown", "body", "text", "content")
_EXAMPLE = 'write one JSON object a line: {"id": …, "title": …, "body_markdown": …}'


def read_jsonl(path: Path) -> Records:
    """Every line an article, or an UnreadableSource that names the line."""
    try:
        with _opened(path) as file:
            for number, line in _lines(file):
                if isinstance(line, int):
                    yield too_large(str(path), line).in_line(number)
                elif line.strip():
                    yield _record(line, path, number)
    except OSError as error:
        # gzip says by OSError, too, that a file is none of its own.
        yield unreadable(str(path), error)
    except (EOFError, zlib.error) as error:
        yield UnreadableSource(
            str(path),
            f"it is cut off or damaged ({error}); what stands before that was read",
            remedy="write or download it again",
        )


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


def _record(line: bytes, path: Path, number: int) -> Found | UnreadableSource:
    name = str(path)
    try:
        return Found(name, _article(_parsed(line, name), path, name), number)
    except UnreadableSource as error:
        return error.in_line(number)
    except (RecursionError, ValueError) as error:
        return UnreadableSource(
            name,
            f"its text cannot be taken apart ({error})",
            remedy="write it more plainly",
            line=number,
        )


def _parsed(line: bytes, name: str) -> Mapping[str, Any]:
    text = decode(line, name)
    try:
        record = json.loads(text)
    except (RecursionError, ValueError) as error:  # ValueError: also a number of 5,000 digits.
        raise UnreadableSource(name, f"it is not valid JSON ({error})", remedy=_EXAMPLE) from error
    if not isinstance(record, dict):
        raise UnreadableSource(name, "it is not an object", remedy=_EXAMPLE)
    return record


def _article(record: Mapping[str, Any], path: Path, name: str) -> Article:
    id, place = text_value(record, "id"), text_value(record, "url_or_path", "path", "url")
    if not id:
        raise UnreadableSource(name, 'it has no "id"', remedy="give each article an id of its own")
    body = next((record[key] for key in _BODIES if isinstance(record.get(key), str)), None)
    if body is None:
        raise UnreadableSource(name, 'it has no "body_markdown"', remedy=_EXAMPLE, article_id=id)
    said = words_of(clean_line(text_value(record, "title")))
    title, body = take_title(clean(body), said)
    must_have_words(body, name, article_id=id)
    if not title:
        raise UnreadableSource(
            name,
            "it has no title",
            remedy='give it a "title", or a heading at the start',
            article_id=id,
        )
    return Article(
        id=id,
        title=title,
        locale=_locale(record, path, place=place, text=f"{title}\n{body}"),
        body=body,
        source=str(path),
        slug=slug_of(text_value(record, "slug"), id),
        url=web_address(text_value(record, "url")) or web_address(place),
        questions=text_list(record, "questions") or text_list(record, "alts"),
        tags=text_list(record, "tags"),
        translation_of=text_value(record, "translation_of") or None,
        updated=date_value(record, "updated", "updated_at"),
        escalate=record.get("escalate") is True,
        audience=audience_of(record),
    )


def _locale(record: Mapping[str, Any], path: Path, *, place: str, text: str) -> str:
    """The path of the article itself tells more than the name of the file it was exported to."""
    said = text_value(record, "lang", "locale", "language")
    inner = PurePosixPath(place.partition("://")[2].partition("/")[2] or place)
    parts = inner.with_suffix("").parts if inner.name else ()
    if not parts or not locale_in_path(parts):
        parts = (re.sub(r"\.(?:jsonl|ndjson)(?:\.gz)?$", "", path.name, flags=re.IGNORECASE),)
    return locale_of(said, path=parts, text=text, otherwise=None)
