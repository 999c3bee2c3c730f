"""Questions that must go on being answered rightly, kept with what should answer them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

LONGEST_SET_TITLE = 100


@dataclass(frozen=True)
class Line:
    """A question of a batch. `expected`: id or title of the article that should answer it, `-` for
    none, or empty where nothing is expected."""

    question: str
    locale: str = ""
    expected: str = ""


@dataclass(frozen=True)
class RegressionSet:
    """A batch that somebody kept, to be asked again."""

    id: str
    title: str
    lines: tuple[Line, ...] = field(repr=False)
    kept_by: str
    kept_at: datetime
