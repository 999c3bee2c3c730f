"""Keep code out of reach while the text around it is cleaned, and put it back as it was.

Each kept piece leaves a mark made of characters that Unicode reserves for such use: no writer can
type them, and no rule of Markdown or HTML reads anything into them.
"""

from __future__ import annotations

import re

from assistant.knowledge.cleaning.remarks import Remarks

SPAN, BLOCK, END = "\ufdd0", "\ufdd1", "\ufdd2"
"""What opens the mark of a span in a line, of a block on lines of its own, and what closes both."""

HOLE_OPEN, HOLE_CLOSE = "\ufdd3", "\ufdd4"
"""Around a name that the reader is to fill in, such as <your domain>: neither code nor HTML."""

LINE_BREAK = "\ufdd5"
"""Where a line was broken by `<br>`: what becomes of it depends on the line around it."""

_RESERVED = re.compile("[\ufdd0-\ufdef]")
MARK = rf"{SPAN}\d+{END}"
"""The mark of a span, as a pattern."""

_MARK = re.compile(f"[{SPAN}{BLOCK}](\\d+){END}")
_BLOCK_LINE = re.compile(
    rf"^([ \t>]*(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]+)*){BLOCK}(\d+){END}[ \t]*$", re.MULTILINE
)
_BARE_PIPE = re.compile(r"(?<!\\)\|")
_BACKTICKS = re.compile(r"`+")


class Vault:
    """What was taken out of one text, in order, and what of the text was not understood."""

    def __init__(self) -> None:
        self.remarks = Remarks()
        self._kept: list[str] = []

    def span(self, source: str) -> str:
        """Keep a piece of a line as it stands; gives the mark to leave in its place."""
        return self._keep(SPAN, source)

    def code(self, text: str) -> str:
        """Keep text (entities decoded already) as inline code."""
        return self.span(inline_code(text)) if text.strip() else ""

    def block(self, lines: str, *, language: str = "") -> str:
        """Keep lines as a fenced block; the mark must stand on a line of its own."""
        ticks = max((len(run) for run in _BACKTICKS.findall(lines)), default=0)
        fence = "`" * max(3, ticks + 1)
        return self._keep(BLOCK, f"{fence}{language}\n{lines}\n{fence}")

    def shown(self, text: str) -> str:
        """The text with what readers see of its code, for code that swallows other code."""
        return _MARK.sub(lambda mark: self._as_span(int(mark[1])).strip("`"), text)

    def in_cell(self, text: str) -> str:
        """Make what the text's marks stand for fit for the cell of a pipe table."""
        for mark in _MARK.finditer(text):
            number = int(mark[1])
            self._kept[number] = _BARE_PIPE.sub(r"\\|", self._as_span(number))
        return text

    def _keep(self, opening: str, source: str) -> str:
        self._kept.append(source)
        return f"{opening}{len(self._kept) - 1}{END}"

    def restore(self, text: str) -> str:
        """Every mark gives back what it stands for, blocks with the indentation of their mark."""
        # Indented code may hold what was kept before it.
        text = text.replace(END + SPAN, f"{END} {SPAN}")
        while _MARK.search(text):
            text = _BLOCK_LINE.sub(self._block_lines, text)
            text = _MARK.sub(lambda mark: self._as_span(int(mark[1])), text)
        return text

    def _block_lines(self, mark: re.Match[str]) -> str:
        first, rest = mark[1], re.sub(r"[^>\t]", " ", mark[1])
        head, *lines = self._kept[int(mark[2])].split("\n")
        return "\n".join(
            [first + head, *(rest + line if line else rest.rstrip() for line in lines)]
        )

    def _as_span(self, number: int) -> str:
        source = self._kept[number]
        if source.startswith("```") and "\n" in source:
            # A block that stands in a table's cell or in mid-sentence.
            return inline_code(" ".join(source.split("\n", 1)[1].rsplit("\n", 1)[0].split()))
        return source


def without_reserved(text: str) -> str:
    """Text that cannot be mistaken for one of our marks."""
    return _RESERVED.sub("", text)


def has_block(text: str) -> bool:
    """Whether a block was taken out of here."""
    return BLOCK in text


def inline_code(text: str) -> str:
    """Text on one line, between as many backticks as it needs."""
    bare = " ".join(text.split())
    runs = {len(run) for run in _BACKTICKS.findall(bare)}
    ticks = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    pad = " " if bare.startswith("`") or bare.endswith("`") else ""
    return f"{ticks}{pad}{bare}{pad}{ticks}"
