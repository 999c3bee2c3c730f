"""Front matter: what a writer says about a page above its text, in YAML or TOML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from assistant.errors import UnreadableSource

_YAML = re.compile(
    r"\A\s*^---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML = re.compile(r"\A\s*^\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_UNCLOSED = re.compile(r"\A\s*^---[ \t]*\n(?=[A-Za-z_][\w .-]*:(?:\s|$))", re.MULTILINE)
_KEY = re.compile(r"^[\"']?[A-Za-z_][\w .-]*[\"']?[ \t]*:", re.MULTILINE)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")

_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")

# Every scalar stays the text that the writer typed: `title: 404`, `title: Yes` and
# `updated: 2021-02-31` are a number, a boolean and a crash to any other loader.
_LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Page:
    """A file's front matter, {} where it has none, and the text below it."""

    meta: Mapping[str, Any]
    body: str


def split_front_matter(text: str, name: str) -> Page:
    """Take a page apart; UnreadableSource where its front matter is there but broken."""
    for pattern, parse in ((_YAML, _yaml), (_TOML, _toml)):
        if match := pattern.match(text):
            meta = parse(match[1], name)
            # A text that merely opens with a rule: what stands between two rules is no mapping.
            return Page({}, text) if meta is None else Page(meta, text[match.end() :])
    if _UNCLOSED.match(text):
        raise UnreadableSource(
            name, "its front matter is not closed", remedy='end it with a line "---"'
        )
    return Page({}, text)


def _yaml(source: str, name: str) -> dict[str, Any] | None:
    try:
        meta = yaml.load(source, Loader=_LOADER)  # A base loader makes only text.
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if not _KEY.search(source):
            return None
        raise UnreadableSource(
            name,
            f"its front matter is not valid YAML ({_cause(error)})",
            remedy="mend it; a value that holds a colon needs quotes",
            line=_line(error),
        ) from error
    if not source.strip():
        return {}
    return meta if isinstance(meta, dict) else None


def _cause(error: Exception) -> str:
    return str(getattr(error, "problem", None) or type(error).__name__)


def _line(error: Exception) -> int | None:
    mark = getattr(error, "problem_mark", None)
    # Line 1 is the opening "---".
    return mark.line + 2 if mark else None


def _toml(source: str, name: str) -> dict[str, Any] | None:
    try:
        return json.loads(json.dumps(tomllib.loads(source), default=str))  # type: ignore[no-any-return]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if "=" not in source:
            return None
        raise UnreadableSource(
            name, f"its front matter is not valid TOML ({error})", remedy="mend it"
        ) from error


def text_value(meta: Mapping[str, Any], *keys: str) -> str:
    """The first of the keys that has a plain value, as text on one line; "" where none has."""
    for key in keys:
        value = meta.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            text = _on_one_line(value)
            if text and text != "~":
                return text
    return ""


def text_list(meta: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """A list of texts, or a single one."""
    value = meta.get(key)
    items = value if isinstance(value, list) else [value]
    texts = (_on_one_line(item) for item in items if isinstance(item, str | int | float))
    return tuple(dict.fromkeys(text for text in texts if text))


def _on_one_line(value: object) -> str:
    """Without what no writer types and no database takes: control characters, half characters."""
    return " ".join(_UNPRINTABLE.sub("", str(value)).split())


def date_value(meta: Mapping[str, Any], *keys: str) -> date | None:
    """The first of the keys that begins with a date that exists."""
    for key in keys:
        if match := _DATE.match(text_value(meta, key)):
            try:
                return date(*(int(part) for part in match.groups()))
            except ValueError:
                continue
    return None
