"""The directives of Sphinx and its common extensions, as what readers see of them.

Registered with docutils once, when the first file is read; one that nobody knows keeps its text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from docutils.parsers.rst.directives.admonitions import Note
from docutils.parsers.rst.languages import en
from docutils.statemachine import StringList

from assistant.knowledge.sources.rst_roles import register_roles

if TYPE_CHECKING:
    from assistant.knowledge.sources.rst import Reading

_DEEPEST = 8
_DIRECTIVE = re.compile(
    r"(?:^|[ \t])\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w:.+-]*)::", re.MULTILINE
)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BOXES = _names(
    "tabs tab tab-set tab-item group-tab dropdown details collapse grid grid-item card "
    "grid-item-card panels only ifconfig hlist centered glossary"
)
_CODES = _names("code-block sourcecode prompt doctest testcode testoutput code-tab")
_NO_TEXT = _names(
    "toctree contents sectnum section-numbering index meta title tabularcolumns highlight "
    "default-domain module py:module currentmodule py:currentmodule program sectionauthor "
    "codeauthor article-info todo todolist spelling spelling:word-list mermaid graphviz digraph "
    "graph plantuml uml target-notes default-role"
)
_OBJECTS = _names(
    "function method class attribute data exception option cmdoption confval envvar describe "
    "object directive role setting"
)
_VIDEOS = _names("video youtube vimeo embed")
_UNTITLED = _names("only ifconfig hlist")
_DOMAINS = ("py:", "js:", "c:", "cpp:", "http:")
_VERSIONS = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}


def register(text: str) -> None:
    """Make docutils know all that this text may use; what is new to everybody too."""
    for name in {match.lower() for match in _DIRECTIVE.findall(text)}:
        if not _is_built_in(name):
            directives.register_directive(name, _directive(name))
    directives.register_directive("include", _Include)
    register_roles(text)


def _is_built_in(name: str) -> bool:
    return name in en.directives and name not in {*_NO_TEXT, *_CODES, "include"}


def _directive(name: str) -> type[Directive]:
    last = name.rpartition(":")[2]
    if name in _NO_TEXT:
        return _NoText
    if name in _CODES:
        return _Code
    if name == "seealso":
        return _SeeAlso
    if name in _VERSIONS:
        return _Version
    if name == "literalinclude":
        return _CodeFromFile
    if last in _VIDEOS:
        return _Video
    if last in _OBJECTS or name.startswith(_DOMAINS):
        return _Object
    return _Box if name in _BOXES else _Unknown


_OPTIONS = defaultdict(lambda: directives.unchanged, {"class": directives.unchanged})


class _Any(Directive):  # type: ignore[misc]
    """Takes whatever options and arguments there are."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _OPTIONS

    @property
    def reading(self) -> Reading:
        """The page being read."""
        return self.state.document.settings.reading  # type: ignore[no-any-return]

    def nested(self) -> list[nodes.Node]:
        """The content, parsed."""
        holder = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, holder, match_titles=True)
        return list(holder.children)

    def inline(self, text: str) -> list[nodes.Node]:
        """A line of text, parsed."""
        found, messages = self.state.inline_text(text, self.lineno)
        return [*found, *messages]

    @property
    def argument(self) -> str:
        """What stands on the directive's own line."""
        return " ".join(self.arguments[0].split()) if self.arguments else ""


class _NoText(_Any):
    def run(self) -> list[nodes.Node]:
        return []


class _SeeAlso(Note):  # type: ignore[misc]
    """As a note: what stands on its first line is text."""


class _Box(_Any):
    """Its title in bold, its content below."""

    def run(self) -> list[nodes.Node]:
        title = self.argument if self.name not in _UNTITLED else ""
        title = title or str(self.options.get("title", ""))
        # As sphinx-tabs has it, "group-tab:: Name"; a grid's argument is a number of columns.
        if not re.search(r"[^\W\d]", title):
            return self.nested()
        return [nodes.paragraph("", "", nodes.strong("", "", *self.inline(title))), *self.nested()]


class _Unknown(_Any):
    """Its text stays, the first line as a paragraph."""

    def run(self) -> list[nodes.Node]:
        self.reading.wonders(
            f"the directive “{self.name}” is not known; its text was kept", self.lineno
        )
        first = [nodes.paragraph("", "", *self.inline(self.argument))] if self.argument else []
        return [*first, *self.nested()]


class _Code(_Any):
    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        block = nodes.literal_block(code, code) if code.strip() else None
        caption = str(self.options.get("caption", ""))
        titled = [nodes.paragraph("", "", *self.inline(caption))] if caption else []
        return [*titled, block] if block else list(titled)


class _CodeFromFile(_Any):
    def run(self) -> list[nodes.Node]:
        text = self.reading.library.part(self.argument, page=self.reading.page)
        if text is None:
            self.reading.misses(self.argument, self.lineno)
            return []
        return [nodes.literal_block(text, text)]


class _Video(_Any):
    """Its words: the caption, or what it says to those who do not see it."""

    def run(self) -> list[nodes.Node]:
        said = str(self.options.get("alt", "") or self.options.get("caption", ""))
        return self.nested() or ([nodes.paragraph("", said)] if said else [])


class _Version(_Any):
    def run(self) -> list[nodes.Node]:
        version, _, words = self.argument.partition(" ")
        text = f"{_VERSIONS[self.name]} {version}{': ' if words else '.'}"
        return [nodes.paragraph("", "", nodes.Text(text), *self.inline(words)), *self.nested()]


class _Object(_Any):
    """A function, an option: its signature as code in bold, its description below."""

    def run(self) -> list[nodes.Node]:
        signatures = self.arguments[0].split("\n") if self.arguments else []
        shown = [
            nodes.paragraph("", "", nodes.strong("", "", nodes.literal(text, text.strip())))
            for text in signatures
            if text.strip()
        ]
        return [*shown, *self.nested()]


class _Include(_Any):
    """Text from another file of the same source, as if it stood here."""

    def run(self) -> list[nodes.Node]:
        reading = self.reading
        text = reading.library.part(self.argument, page=reading.file)
        if text is None or reading.depth >= _DEEPEST:
            reading.misses(self.argument, self.lineno)
            return []
        text = self._chosen(text)
        register(text)
        if "literal" in self.options or "code" in self.options:
            return [nodes.literal_block(text, text)]
        file, reading.file = reading.file, self._file()
        reading.depth += 1
        try:
            holder = nodes.Element()
            lines = StringList(text.split("\n"), source=self.argument)
            self.state.nested_parse(lines, 0, holder, match_titles=True)
            return list(holder.children)
        finally:
            reading.depth -= 1
            reading.file = file

    def _chosen(self, text: str) -> str:
        after, before = self.options.get("start-after"), self.options.get("end-before")
        if after and after in text:
            text = text.split(after, 1)[1]
        return text.split(before, 1)[0] if before and before in text else text

    def _file(self) -> Any:
        top = self.reading.file.parent
        if self.argument.startswith("/"):
            top = self.reading.library.folder_of(self.reading.file)
        return (top / self.argument.lstrip("/")).resolve()
