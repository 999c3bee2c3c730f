"""What of a text was not understood: gathered while it is cleaned, told once a kind."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import Enum

_NAMED = 3
_LOOKED_FOR = 20
"""Of what is met often, in about the order of the text: the first of all is among them."""
_LONGEST_NAME = 40
_MARKS = re.compile("[\ufdd0-\ufdef].*", re.DOTALL)
"""What was kept aside in the middle of a tag is a mark by now: its beginning tells the place."""

_CODE = re.compile(
    r"^[ \t>]*(?P<fence>`{3,}|~{3,}).*?(?:^[ \t>]*(?P=fence)|\Z)|(?P<ticks>`+)[^`]+(?P=ticks)"
    r"|<!--(?:.*?-->|.*\Z)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Remark:
    """What of a document was not understood, or not found; `line` from 1."""

    what: str
    line: int | None = None


class Kind(Enum):
    """What may not be understood; the value says so of its names."""

    COMPONENT = "not known: {}; only words that stand in the tag itself were kept"
    TEMPLATE = "not known here: {}; only words that stand in it were kept"
    VALUE = "missing is what only the site's own build fills in: {}"
    EXPORT = "it holds text in JavaScript: {}; of that, whole phrases were kept where they stand"
    INCLUDE = "it includes {}, which is not in this source"


class Remarks:
    """The kinds that one text holds, each with its names and where they stand."""

    def __init__(self) -> None:
        self._found: dict[Kind, list[tuple[str, str]]] = defaultdict(list)

    def note(self, kind: Kind, name: str, source: str) -> None:
        """That `source` stands in the text; its name is what the writer will look for."""
        self._found[kind].append((" ".join(_MARKS.sub("…", name).split()), _MARKS.sub("", source)))

    def told(self, text: str) -> tuple[Remark, ...]:
        """One a kind, with the first line in `text` and in how many places it is met."""
        seen = _without_code(text) if self._found else ""
        return tuple(
            Remark(
                kind.value.format(_names([name for name, _ in found])),
                _first_line([source for _, source in found[:_LOOKED_FOR]], seen),
            )
            for kind, found in self._found.items()
        )


def _names(names: list[str]) -> str:
    different = list(dict.fromkeys(names))
    shown = ", ".join(
        name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
        for name in different[:_NAMED]
    )
    more = f" and {len(different) - _NAMED} more" if len(different) > _NAMED else ""
    times = f" ({len(names)} times in all)" if len(names) > len(different) else ""
    return f"{shown}{more}{times}"


def _without_code(text: str) -> str:
    """The same lines, without what is shown as it was typed."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


def _first_line(sources: list[str], text: str) -> int | None:
    """None for what came in from another file."""
    places = (text.find(source) for source in sources if source)
    found = [place for place in places if place >= 0]
    return text.count("\n", 0, min(found)) + 1 if found else None
