"""PDF files as an article: lines, their sizes and ruled tables are all that a PDF knows.

What is larger than the text is a heading, what stands at the edge of most pages is furniture, and
lines that run on are one paragraph. This is a guess where a document gives no better word.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.converted import Converted
from assistant.markup import literal

_MOST_PAGES = 1000
_LARGER, _SHORT = 1.12, 120
"""Times the size of the text from which on a line is a heading, if it has so few characters."""
_EDGE = 0.11
"""Share of a page's height at its top and foot, where what repeats itself is furniture."""
_WORD_GAP = 0.15
"""Of a letter's size, between two letters of two words."""
_OFTEN = 3
"""Pages from which on a line at their edges is furniture: a chapter's head has few more."""
_GAP = 0.75
"""Heights of a line between two lines from which on they are two paragraphs."""

_BULLET = re.compile(r"^[•◦▪‣●○–·]\s+(?=\S)")
_NUMBERED = re.compile(r"^(\d{1,3})[.)]\s+(?=\S)")
_LEADER = re.compile(r"(?:\.[ ]?){6,}\s*[\divxlc]+$")
"""An entry of a table of contents: its title, dots, a page."""
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class _Line:
    """A line of text, or a whole table, where it stands on its page."""

    text: str
    page: int
    top: float
    bottom: float
    size: float = 0.0
    bold: bool = False
    at_edge: bool = False
    is_table: bool = False


def read_pdf(data: bytes, name: str) -> Converted:
    """UnreadableSource where it is no PDF, locked, damaged, or holds pictures of text alone;
    MemoryError where there is not enough of it."""
    import pdfplumber  # slow to import
    from pdfminer.pdfdocument import PDFPasswordIncorrect

    if b"%PDF-" not in data[:1024]:
        raise UnreadableSource(name, "it is no PDF", remedy="give it the ending of what it is")
    # It tells the log of every oddity; what matters is told by our errors.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(BytesIO(data)) as document:
            _must_be_short(document, name)
            lines = [line for page in document.pages for line in _lines(page)]
            title = str((document.metadata or {}).get("Title") or "")
    except UnreadableSource:
        raise
    except Exception as error:
        if _is_of(error, MemoryError):
            raise MemoryError(name) from error
        # A damaged file breaks the parser anywhere, with whatever it had at hand.
        if _is_of(error, PDFPasswordIncorrect):
            raise UnreadableSource(
                name, "it is locked with a password", remedy="save it without one"
            ) from error
        raise UnreadableSource(
            name,
            f"it is damaged or cut off ({type(error).__name__})",
            remedy="open it and save it again",
        ) from error
    return _converted(_without_furniture(lines), title, name)


def _must_be_short(document: Any, name: str) -> None:
    if len(document.pages) > _MOST_PAGES:
        raise UnreadableSource(
            name,
            f"it has {len(document.pages)} pages, more than {_MOST_PAGES}",
            remedy="split it into several documents",
        )


def _is_of(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind) or any(isinstance(part, kind) for part in error.args):
            return True
        error = error.__cause__ or error.__context__
    return False


def _lines(page: Any) -> Iterator[_Line]:
    """Lines and ruled tables from top to foot."""
    tables = [table for table in page.find_tables() if len(table.rows) > 1]
    found = [_table(table, page) for table in tables]
    free = page.filter(lambda item: not any(_within(item, table.bbox) for table in tables))
    for line in free.extract_text_lines(return_chars=True, x_tolerance_ratio=_WORD_GAP):
        sizes = Counter(round(char["size"], 1) for char in line["chars"])
        fonts = [str(char.get("fontname", "")) for char in line["chars"]]
        height = float(page.height)
        found.append(
            _Line(
                text=" ".join(line["text"].split()),
                page=page.page_number,
                top=line["top"],
                bottom=line["bottom"],
                size=sizes.most_common(1)[0][0],
                bold=all("bold" in font.lower() for font in fonts),
                at_edge=line["bottom"] < _EDGE * height or line["top"] > (1 - _EDGE) * height,
            )
        )
    page.close()
    yield from sorted((line for line in found if line.text), key=lambda line: line.top)


def _within(item: Any, box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    across, down = (item["x0"] + item["x1"]) / 2, (item["top"] + item["bottom"]) / 2
    return bool(left <= across <= right and top <= down <= bottom)


def _table(table: Any, page: Any) -> _Line:
    rows = [[literal(" ".join((cell or "").split())) for cell in row] for row in table.extract()]
    rows = [row for row in rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    _, top, _, bottom = table.bbox
    text = "\n".join(lines) if rows else ""
    return _Line(text, page.page_number, top=top, bottom=bottom, is_table=True)


def _without_furniture(lines: Sequence[_Line]) -> list[_Line]:
    """Running heads, feet and page numbers, the same on several pages but for their numbers; and
    tables of contents."""
    pages = len({line.page for line in lines})
    places = {(line.page, _numberless(line.text)) for line in lines if line.at_edge}
    repeated = Counter(text for _, text in places)

    def is_furniture(line: _Line) -> bool:
        often = repeated[_numberless(line.text)] >= max(2, min(_OFTEN, pages / 2))
        at_edge = line.at_edge and (often or _is_number(line.text))
        return at_edge or _LEADER.search(line.text) is not None

    return [line for line in lines if not is_furniture(line)]


def _numberless(text: str) -> str:
    return _NUMBER.sub("#", text)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"(?:page\s+)?\d+(?:\s*(?:/|of|sur)\s*\d+)?", text, re.I) is not None


def _converted(lines: Sequence[_Line], title: str, name: str) -> Converted:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += 0 if line.is_table else len(line.text)
    if not sizes and not lines:
        raise UnreadableSource(
            name,
            "it holds no text, only pictures of it",
            remedy="have its text recognised (OCR), or write it down",
        )
    text_size = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted(_heading_sizes(lines, text_size), reverse=True)
    body = "\n\n".join(_blocks(lines, text_size, larger))
    return Converted(body=body, title="" if larger else title)


def _heading_sizes(lines: Sequence[_Line], text_size: float) -> set[float]:
    return {line.size for line in lines if _is_heading(line, text_size) and not line.is_table}


def _is_heading(line: _Line, text_size: float) -> bool:
    if line.is_table or len(line.text) > _SHORT or not re.search(r"[^\W\d]", line.text):
        return False
    return line.size > _LARGER * text_size


def _blocks(lines: Sequence[_Line], text_size: float, larger: Sequence[float]) -> Iterator[str]:
    """Headings, tables, items and paragraphs, each whole."""
    held: list[_Line] = []
    for line in lines:
        if held and not _goes_on(held[-1], line, text_size):
            yield _block(held, text_size, larger)
            held = []
        held.append(line)
    if held:
        yield _block(held, text_size, larger)


def _goes_on(before: _Line, line: _Line, text_size: float) -> bool:
    """Whether a line belongs to the block of the one before it."""
    if before.is_table or line.is_table or before.size != line.size or before.bold != line.bold:
        return False
    if _BULLET.match(line.text) or _NUMBERED.match(line.text):
        return False
    if before.page != line.page:
        # A sentence that runs over the edge of a page.
        ended = before.text.endswith((".", ":", "!", "?", ";"))
        return not ended and not _is_heading(line, text_size)
    return line.top - before.bottom < _GAP * max(1.0, before.bottom - before.top)


def _block(lines: Sequence[_Line], text_size: float, larger: Sequence[float]) -> str:
    first = lines[0]
    if first.is_table:
        return first.text
    text = _joined([line.text for line in lines])
    if _is_heading(first, text_size):
        return f"{'#' * min(6, larger.index(first.size) + 1)} {literal(text)}"
    if _BULLET.match(text):
        return f"- {literal(_BULLET.sub('', text))}"
    if number := _NUMBERED.match(text):
        return f"{number[1]}. {literal(text[number.end() :])}"
    return f"**{literal(text)}**" if first.bold and len(text) <= _SHORT else literal(text)


def _joined(texts: Sequence[str]) -> str:
    """Lines as one; a word divided at a line's end is whole again."""
    whole = texts[0]
    for text in texts[1:]:
        divided = re.search(r"[^\W\d]-$", whole) and text[:1].islower()
        whole = whole[:-1] + text if divided else f"{whole} {text}"
    return whole
