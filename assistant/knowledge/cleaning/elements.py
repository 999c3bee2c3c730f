"""Tags as a tree: forgiving about what writers leave open, and bounded in depth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.knowledge.cleaning.tags import Tag, tokens
from assistant.knowledge.cleaning.vault import HOLE_CLOSE, HOLE_OPEN


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names("area base br col embed hr img input link meta param source track wbr")
BLOCK = _names(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main nav ol p pre "
    "section summary table tbody td tfoot th thead tr ul"
)
INLINE = _names(
    "a abbr acronym b bdi bdo big br button cite code data del dfn em font i img ins kbd label "
    "mark meter nobr output progress q rp rt ruby s samp small span strike strong sub sup time tt "
    "u var wbr"
)
DROPPED = _names(
    "area audio base canvas col colgroup datalist embed head iframe input link map math meta nav "
    "noscript object optgroup option param script select source style svg textarea title "
    "track video"
)
_KNOWN = VOID | BLOCK | INLINE | DROPPED
_OFTEN_OPEN = _names("p li td th tr tbody thead tfoot dt dd div span b i em strong a u")
_CLOSED_BY = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "td": ("td", "th", "p"),
    "th": ("td", "th", "p"),
    "tr": ("tr", "td", "th", "p"),
    "tbody": ("thead", "tbody", "tr", "td", "th"),
}
_SCOPES = _names("table ul ol dl details div")
_DEEPEST = 100


@dataclass
class Element:
    """An element with its children in order.

    `before` and `after` are the text around it on its line, `line` the text of its own last line,
    `quote` how many quote marks each of its lines begins with.
    """

    name: str
    tag: Tag
    before: str = ""
    after: str = ""
    quote: int = 0
    line: str = ""
    children: list[str | Element] = field(default_factory=list)

    @property
    def is_component(self) -> bool:
        """JSX, or an element of the site's own making."""
        return self.name not in _KNOWN

    @property
    def is_block(self) -> bool:
        """Whether it stands on lines of its own; a component does where it begins a line."""
        return self.name in BLOCK or (self.is_component and self.begins_line)

    @property
    def begins_line(self) -> bool:
        """Nothing but indentation, quote marks or a list marker before it."""
        return re.fullmatch(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*", self.before) is not None

    @property
    def is_hidden(self) -> bool:
        """Not shown to readers, so not for us either."""
        style = self.tag.attributes.get("style", "").replace(" ", "").lower()
        return "hidden" in self.tag.attributes or "display:none" in style

    def attribute(self, *names: str) -> str:
        """The first of the attributes that says something."""
        values = (self.tag.attributes.get(name, "").strip() for name in names)
        return next((value for value in values if value), "")

    def elements(self) -> list[Element]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]

    def walk(self) -> Iterator[Element]:
        """All elements below, in order."""
        for child in self.elements():
            yield child
            yield from child.walk()

    def has_blank_line(self) -> bool:
        """Whether Markdown is written in it: HTML alone needs no blank lines."""
        return any(isinstance(child, str) and _BLANK.search(child) for child in self.children)


_BLANK = re.compile(r"\n[ \t]*\n")


def parse(text: str) -> Element:
    """The tree of a whole text, under a root without a name."""
    return _Builder(text).build()


class _Builder:
    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        closing = (token for token in self._tokens if isinstance(token, Tag) and token.closing)
        self._closers = Counter(tag.name.lower() for tag in closing)
        self._root = Element("", Tag("", ""))
        self._open = [self._root]

    def build(self) -> Element:
        for token in self._tokens:
            if isinstance(token, str):
                self._text(token)
            elif token.closing:
                self._close(token.name.lower())
            elif self._is_hole(token):
                self._text(f"{HOLE_OPEN}{token.source}{HOLE_CLOSE}")
            else:
                self._begin(token)
        return self._root

    def _text(self, text: str) -> None:
        line, newline, rest = text.partition("\n")
        depth = self._in_row() if newline else 0
        if depth:
            # What a row of a table leaves open ends with the row.
            self._add(line)
            del self._open[depth:]
            text = newline + rest
        self._add(text)

    def _in_row(self) -> int:
        rows = (
            depth
            for depth, element in enumerate(self._open)
            if element.before.lstrip(" \t>").startswith("|")
        )
        return next(rows, 0)

    def _add(self, text: str) -> None:
        quote = self._open[-1].quote
        if quote:
            text = re.sub(rf"\n(?:[ \t]*>){{1,{quote}}} ?", "\n", text)
        top = self._open[-1]
        if top.children and isinstance(top.children[-1], Element):
            top.children[-1].after = text.partition("\n")[0]
        top.line = text.rpartition("\n")[2] if "\n" in text else top.line + text
        top.children.append(text)

    def _begin(self, tag: Tag) -> None:
        name = tag.name.lower()
        self._close_implied(name)
        top = self._open[-1]
        quote = top.quote or (top.line.count(">") if len(self._open) == 1 else 0)
        element = Element(name, tag, before=top.line, quote=quote)
        element.line = "" if element.is_block else top.line
        top.children.append(element)
        if not (tag.empty or name in VOID or len(self._open) >= _DEEPEST):
            self._open.append(element)

    def _close_implied(self, name: str) -> None:
        if name in BLOCK and name != "hr" and self._open[-1].name == "p":
            self._open.pop()
        closed = _CLOSED_BY.get(name, ())
        while self._open[-1].name in closed:
            self._open.pop()
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name in _SCOPES or self._open[depth].is_component:
                return
            if self._open[depth].name in closed:
                del self._open[depth:]

    def _close(self, name: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name == name:
                del self._open[depth:]
                return
            if name in INLINE and self._open[depth].name in BLOCK:
                return

    def _is_hole(self, tag: Tag) -> bool:
        """Whether `<port>` is a word to fill in: no tag of HTML, or one that nothing closes."""
        name = tag.name.lower()
        if tag.empty or "=" in tag.source or self._closers[name] or not tag.name:
            return False
        return name not in _OFTEN_OPEN and name not in ("br", "hr", "img", "wbr", "input")
