"""Transclusion: text that an article takes from another file of its own folder, and of no other."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.files import read_text
from assistant.knowledge.sources.front_matter import split_front_matter

_log = logging.getLogger(__name__)

_DEEPEST = 8
_TEXT = (".md", ".mdx", ".markdown", ".txt", ".html", ".htm", "")
_SHARED = ("", "_includes", "includes", "_snippets", "snippets", "_partials", ".gitbook/includes")

DIRECTIVE = r"""
    \{%-?\s*include(?:_relative|_cached|-markdown)?\s+ [^%{}\n]* %\}
  | \[!INCLUDE\s*\[[^\]\n]*\]\s*\([^)\n]*\)\s*\]
  | \{\{[<%]\s*(?:include|readfile)\s[^\n]*?[>%]\}\}
  | \{\{\s*\$?include\s[^}\n]*\}\}
  | \{![^!\n]+!\}
  | ^[ \t]*-{1,2}8<-{1,2}[ \t]+["'][^"'\n]+["'][ \t]*$
  | <!--\s*@include:[^>\n]*-->
"""
"""Every dialect's way to say "the text of that file goes here", as a verbose pattern."""

_REFERENCE = re.compile(
    r"""\]\s*\(\s*<?([^)>\n]+?)>?\s*\)          # [!INCLUDE [words](file)]
      | @include:\s*([^\s{>]+)                   # VuePress
      | ^\{!\s*([^!\n]+?)\s*!\}                  # markdown-include
      | (?:include\S*|readfile|8<-{1,2})\s+(?:file\s*=\s*)?["']?([^"'\s%>}]+)
    """,
    re.VERBOSE,
)


def included_file(directive: str) -> str:
    """The file that a directive names; "" where it names none."""
    reference = _REFERENCE.search(directive)
    return next((part for part in reference.groups() if part), "") if reference else ""


@dataclass(frozen=True)
class Includes:
    """Finds included text for one page; nothing may come from outside of `root`."""

    root: Path
    page: Path
    trail: tuple[Path, ...] = field(default=())

    def resolve(self, directive: str) -> tuple[str, Includes] | None:
        """The text that a directive asks for, and where that text's own includes are looked up."""
        name = included_file(directive)
        return self.text_of(name) if name else None

    def text_of(self, reference: str) -> tuple[str, Includes] | None:
        """The same, for the name of a file."""
        for path in self._candidates(reference.partition("#")[0]):
            if path in (self.page, *self.trail) or len(self.trail) >= _DEEPEST:
                _log.warning("%s includes %s, which includes it again; left out", self.page, path)
                return None
            try:
                text = split_front_matter(read_text(path), str(path)).body
            except UnreadableSource as error:
                _log.warning("%s includes a file that cannot be read: %s", self.page, error)
                return None
            return text, Includes(self.root, path, (*self.trail, self.page))
        return None

    def _candidates(self, reference: str) -> Iterator[Path]:
        if not reference or reference.startswith(("http:", "https:", "//")):
            return
        relative = reference.replace("\\", "/").lstrip("~/")
        folders = [self.page.parent, *(self.root / shared for shared in _SHARED)]
        places = [folder / relative for folder in folders]
        if relative != reference:
            # From the top of the repository, of which our root may be the first folder.
            places.append(self.root / relative.partition("/")[2])
        for path in (place.resolve() for place in places):
            if path.suffix.lower() in _TEXT and path.is_relative_to(self.root) and path.is_file():
                yield path
