"""Files that hold many articles: JSON Lines, JSON, CSV. Pure but for reading them.

Named as a source they are read, or refused as a whole. In a folder they stand among what a site is
built of: there only those are read that plainly hold articles or questions with their answers.
"""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Any

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.csv_faq import is_faq, read_csv
from assistant.knowledge.sources.files import MAX_DOCUMENT, decode, read_bytes
from assistant.knowledge.sources.jsonl import holds_articles, is_article, read_json, read_jsonl
from assistant.knowledge.sources.page import Place
from assistant.knowledge.sources.records import Records

JSON_LINES = (".jsonl", ".jsonl.gz", ".ndjson")
_LOOKED_INTO = 64 * 1024
LISTS = (*JSON_LINES, ".json", ".csv")


class Inside(Enum):
    """What a folder's list turns out to be; the value says why one is passed over by name."""

    ARTICLES = "articles"
    OTHER_TABLE = "it is a table without the columns question and answer"
    OTHER_LIST = "it is a list, but not of articles nor of questions with their answers"
    ELSEWHERE = "it is a link out of the folder"
    SETTINGS = ""
    """Nothing that a writer would miss: how something is built."""


def is_list(path: Path) -> bool:
    """By its name."""
    return path.name.lower().endswith(LISTS)


def list_name(path: Path) -> str:
    """The file's name without what tells its form."""
    ending = next(ending for ending in LISTS if path.name.lower().endswith(ending))
    return path.name[: -len(ending)]


def read_list(path: Path, place: Place) -> Records:
    """Its articles; Refused where it is no list of such."""
    name = path.name.lower()
    if name.endswith(JSON_LINES):
        return read_jsonl(path, place)
    return read_json(path, place) if name.endswith(".json") else read_csv(path, place)


def look_into(path: Path) -> Inside:
    """What a list in a folder is for. What cannot be read counts as what it was meant to be."""
    name = path.name.lower()
    if name.endswith(".csv"):
        return Inside.ARTICLES if is_faq(path) else Inside.OTHER_TABLE
    if name.endswith(JSON_LINES):
        return Inside.ARTICLES if holds_articles(path) else Inside.OTHER_LIST
    return _look_into_json(path)


def _look_into_json(path: Path) -> Inside:
    try:
        found = json.loads(decode(read_bytes(path, most=MAX_DOCUMENT), str(path)))
    except (UnreadableSource, RecursionError, ValueError):
        # Settings may hold comments, which JSON has none of; a list of questions is to be mended.
        return Inside.ARTICLES if _begins_with_questions(path) else Inside.SETTINGS
    if isinstance(found, list):
        return Inside.ARTICLES if any(map(is_article, found)) else Inside.OTHER_LIST
    return Inside.ARTICLES if _holds_articles(found) else Inside.SETTINGS


def _begins_with_questions(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(_LOOKED_INTO)
    except OSError:
        return False
    return b'"question"' in head and b'"answer"' in head


def _holds_articles(found: Any) -> bool:
    if not isinstance(found, dict):
        return False
    lists = (value for value in found.values() if isinstance(value, list))
    return is_article(found) or any(any(map(is_article, entries)) for entries in lists)
