"""What every source gives, whatever its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from assistant.domain.article import Article
from assistant.errors import UnreadableSource


class Found(NamedTuple):
    """An article, and the name under which its writer knows it: a path, with a line or row."""

    name: str
    article: Article
    line: int | None = None
    unit: str = "line"

    @property
    def place(self) -> str:
        """The name with its line."""
        return f"{self.name}, {self.unit} {self.line}" if self.line else self.name


Records = Iterator[Found | UnreadableSource]


class Remote(Protocol):
    """A source beyond this machine; `name` owns its articles."""

    name: str

    def records(self) -> Records:
        """Articles one by one, and what cannot be read. Refused where it cannot be reached."""
