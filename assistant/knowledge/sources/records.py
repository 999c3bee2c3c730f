"""What every source gives, whatever its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from assistant.domain.article import Article
from assistant.errors import UnreadableSource


class Found(NamedTuple):
    """An article, and the name under which its writer knows it: a path, with a line or row."""

    name: str
    article: Article


Records = Iterator[Found | UnreadableSource]
