"""AsciiDoc's lists as HTML: bullets, numbers, terms, callouts, and what is attached to an item."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.knowledge.sources.asciidoc_words import Words

_ITEM = re.compile(
    r"^[ \t]*(?:(?P<mark>-|\*{1,6}|\.{1,6}|\d+\.|[a-zA-Z]\.|<(?:\d+|\.)>)[ \t]+(?P<text>\S.*)"
    r"|(?P<term>(?!//)\S.*?)(?P<colons>:{2,4}|;;)(?:[ \t]+(?P<said>\S.*))?)$"
)
_CALLOUT = "<1>"
_CHECKED = re.compile(r"^\[[ xX*]\][ \t]+")
_FENCED = re.compile(r"^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|--|```\w*|[|,:!]===)[ \t]*$")
_ABOVE = re.compile(r"^(?:\[[^\]]*\]|\.[^. \t].*)[ \t]*$")

Blocks = Callable[[Sequence[str]], str]


def starts_list(line: str) -> bool:
    """Whether the line is an item."""
    return _ITEM.match(line) is not None


def read_list(lines: Sequence[str], start: int, *, words: Words, blocks: Blocks) -> tuple[str, int]:
    """The list that begins here with all lists within it, and the line behind it."""
    return _List(lines, words, blocks).read(start, [])


class _List:
    def __init__(self, lines: Sequence[str], words: Words, blocks: Blocks) -> None:
        self._lines, self._words, self._blocks = lines, words, blocks

    def read(self, start: int, outer: list[str]) -> tuple[str, int]:
        """`outer`: the marks of the lists that this one stands in."""
        mark = _mark(self._lines[start])
        items: list[str] = []
        position = start
        while position < len(self._lines) and _mark(self._lines[position]) == mark:
            item, position = self._item(position, [*outer, mark])
            items.append(item)
        tag = (
            "dl" if mark.endswith((":", ";")) else "ul" if mark in "-*" or mark[0] == "*" else "ol"
        )
        return f"<{tag}>{''.join(items)}</{tag}>", position

    def _item(self, start: int, marks: list[str]) -> tuple[str, int]:
        match = _ITEM.match(self._lines[start])
        assert match is not None  # `read` has looked.
        first = [match["text"] if match["mark"] else match["said"] or ""]
        position = start + 1
        while position < len(self._lines) and self._is_text(position):
            first.append(self._lines[position].strip())
            position += 1
        text = self._words.html(_CHECKED.sub("", "\n".join(line for line in first if line)))
        attached, position = self._attached(position, marks)
        if match["term"]:
            said = f"<dd>{_paragraph(text)}{attached}</dd>" if text or attached else ""
            return f"<dt>{self._words.html(match['term'])}</dt>{said}", position
        return f"<li>{_paragraph(text) if attached else text}{attached}</li>", position

    def _is_text(self, position: int) -> bool:
        line = self._lines[position]
        return (
            bool(line.strip())
            and line.strip() != "+"
            and not (starts_list(line) or _FENCED.match(line) or _ABOVE.match(line))
        )

    def _attached(self, start: int, marks: list[str]) -> tuple[str, int]:
        """Blocks joined by a `+`, and lists of other marks: they stand within the item."""
        out: list[str] = []
        position = start
        while position < len(self._lines):
            line = self._lines[position]
            if line.strip() == "+":
                end = self._end_of_block(position + 1)
                out.append(self._blocks(self._lines[position + 1 : end]))
                position = end
                continue
            after = self._after_blanks(position)
            if after < len(self._lines) and starts_list(self._lines[after]):
                if _mark(self._lines[after]) in marks or marks[-1] == _CALLOUT:
                    return "".join(out), after
                shown, position = self.read(after, marks)
                out.append(shown)
                continue
            if self._is_term_text(after, position, marks):
                end = self._end_of_block(after)
                out.append(self._blocks(self._lines[after:end]))
                position = end
                continue
            return "".join(out), position
        return "".join(out), position

    def _is_term_text(self, after: int, position: int, marks: list[str]) -> bool:
        """What a term says may stand below a blank line, moved to the right."""
        if after >= len(self._lines) or not marks[-1].endswith((":", ";")):
            return False
        return self._lines[after][:1] in (" ", "\t") and after > position

    def _after_blanks(self, position: int) -> int:
        while position < len(self._lines) and not self._lines[position].strip():
            position += 1
        return position

    def _end_of_block(self, start: int) -> int:
        """Behind a fenced block, or at the next blank line, `+` or item."""
        position = start
        while position < len(self._lines) and _ABOVE.match(self._lines[position]):
            position += 1
        if position < len(self._lines) and (fence := _FENCED.match(self._lines[position])):
            closing = "```" if fence[1].startswith("```") else fence[1]
            position += 1
            while position < len(self._lines) and self._lines[position].strip() != closing:
                position += 1
            return min(position + 1, len(self._lines))
        first = position
        while position < len(self._lines) and self._lines[position].strip() not in ("", "+"):
            if position > first and starts_list(self._lines[position]):
                break
            position += 1
        return position


def _mark(line: str) -> str:
    """What kind and depth an item is of; "" for no item."""
    match = _ITEM.match(line)
    if match is None:
        return ""
    if match["term"]:
        return str(match["colons"])
    mark = str(match["mark"])
    if mark[0] == "<":
        return _CALLOUT
    # All numbers are of one list, and so are all letters.
    return "1." if mark[0].isdigit() else "a." if mark[0].isalpha() else mark


def _paragraph(text: str) -> str:
    return f"<p>{text}</p>" if text else ""
