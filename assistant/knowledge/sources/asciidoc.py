"""AsciiDoc as an article, by way of HTML: sections, lists, tables, blocks.

Written here because no converter fits: the Python ones are GPL, abandoned or unfinished, and
Asciidoctor needs Ruby.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.sources.asciidoc_lists import read_list, starts_list
from assistant.knowledge.sources.asciidoc_table import read_table
from assistant.knowledge.sources.asciidoc_words import Words, first_value
from assistant.knowledge.sources.converted import Converted
from assistant.knowledge.sources.front_matter import date_value
from assistant.knowledge.sources.soup import markdown_of, parse_html

_ATTRIBUTE = re.compile(r"^:(!?)([\w-]+)(!?):(?:[ \t]+(.*))?$")
_AUDIENCE = ("audience", "page-audience")
"""As AsciiDoc's authors name it, and as Antora hands it to its pages."""
_SECTION = re.compile(r"^(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?[ \t]*$")
_FENCE = re.compile(r"^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```\w*|[|,:!]===)[ \t]*$")
_ABOVE = re.compile(r"^\[(?!\[)([^\]]*)\][ \t]*$|^\[\[([^\]]+)\]\][ \t]*$")
_TITLE = re.compile(r"^\.(?![. \t])(\S.*)$")
_KINDS = re.compile(r"^(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_MACRO = re.compile(r"^([a-z]\w*)::([^\[\]]*)\[(.*)\][ \t]*$")
_CONDITION = re.compile(r"^(ifdef|ifndef|ifeval|endif)::([^\[\]]*)\[(.*)\][ \t]*$")
_RULE = re.compile(r"^(?:'{3,}|-{3}|\*{3}|<{3,})[ \t]*$")
_LITERAL = ("source", "listing", "literal", "verse", "stem", "latexmath", "asciimath")

Part = Callable[[str], str | None]
"""The text of a file that a page includes, None where there is none."""


def read_asciidoc(text: str, name: str, *, part: Part) -> Converted:
    """What is not known keeps its text, and is remarked on."""
    page = _Page(part)
    title, lines = page.header(_chosen(_lines(text, part, page.remarks), page))
    page.collect_titles(lines)
    body = page.blocks(lines)
    return Converted(
        body=markdown_of(parse_html(body, name)),
        title=markdown_of(parse_html(page.words.html(title), name)) if title else "",
        locale=page.words.attributes.get("lang", ""),
        updated=date_value(page.words.attributes, "revdate", "page-updated", "docdate"),
        audience=page.audience,
        remarks=tuple(page.remarks),
    )


def _lines(text: str, part: Part, remarks: list[Remark], depth: int = 0) -> list[str]:
    """All lines, with those of included files in their place."""
    found: list[str] = []
    for line in text.split("\n"):
        macro = _MACRO.match(line)
        if macro is None or macro[1] != "include":
            found.append(line.rstrip())
            continue
        included = part(macro[2]) if depth < 8 else None
        if included is None:
            remarks.append(Remark(f"it includes “{macro[2]}”, which is not in this source"))
        else:
            found += _lines(included.strip("\n"), part, remarks, depth + 1)
    return found


def _chosen(lines: Sequence[str], page: _Page) -> list[str]:
    """Without comments, and without what is meant for another form of the document."""
    found: list[str] = []
    hidden: list[bool] = []
    fence = ""
    for line in lines:
        if fence or re.fullmatch(r"/{4,}", line):
            fence = "" if line == fence else fence or line
            continue
        if condition := _CONDITION.match(line):
            kind, names, inside = condition.groups()
            if kind == "endif":
                hidden[-1:] = []
            elif inside and kind != "ifeval":
                found += [inside] if page.holds(kind, names) and not any(hidden) else []
            else:
                hidden.append(not page.holds(kind, names))
        elif not any(hidden) and (not line.startswith("//") or line.startswith("///")):
            if match := _ATTRIBUTE.match(line):
                page.define(match)
            found.append(line)
    return found


@dataclass
class _Above:
    """What stands above a block: its style, its title."""

    style: str = ""
    rest: str = ""
    title: str = ""


@dataclass
class _Page:
    """One document being read."""

    part: Part
    remarks: list[Remark] = field(default_factory=list)
    words: Words = field(default_factory=lambda: Words({}, {}))
    audience: str = ""
    """As it is said first: nothing below it, a code sample least of all, opens the page to more."""

    def holds(self, kind: str, names: str) -> bool:
        """Whether a condition lets its lines be shown."""
        if kind == "ifeval":
            return True
        known = [name.strip() in self.words.attributes for name in re.split(r"[,+]", names)]
        return any(known) if kind == "ifdef" else not any(known)

    def define(self, match: re.Match[str]) -> None:
        """Take an attribute's line."""
        name, value = match[2].lower(), (match[4] or "").strip()
        if match[1] or match[3]:
            self.words.attributes.pop(name, None)
            return
        self.words.attributes[name] = value
        if name in _AUDIENCE:
            self.audience = self.audience or value

    def header(self, lines: list[str]) -> tuple[str, list[str]]:
        """The title, and the lines below the document's head."""
        start = next((n for n, line in enumerate(lines) if line.strip()), 0)
        while start < len(lines) and (_ATTRIBUTE.match(lines[start]) or not lines[start].strip()):
            start += 1
        match = _SECTION.match(lines[start]) if start < len(lines) else None
        if match is None or len(match[1]) != 1:
            return "", lines
        end = start + 1
        while end < len(lines) and lines[end].strip():
            end += 1  # Its author, its revision, its attributes.
        return match[2], lines[end:]

    def collect_titles(self, lines: Sequence[str]) -> None:
        """Sections by the ids that references name."""
        id = ""
        for line in lines:
            if match := re.match(r"^\[(?:\[([^\],]+)[^\]]*\]|#([\w-]+)[^\]]*)\]$", line):
                id = match[1] or match[2]
            elif match := _SECTION.match(line):
                own = "_" + re.sub(r"[^\w]+", "_", match[2].lower()).strip("_")
                self.words.titles |= {key: match[2] for key in (id, own, match[2]) if key}
                id = ""
            elif line.strip():
                id = ""

    def blocks(self, lines: Sequence[str]) -> str:
        """The lines' blocks, one after the other."""
        out: list[str] = []
        position = 0
        above = _Above()
        while position < len(lines):
            line = lines[position]
            if not line.strip() or _ATTRIBUTE.match(line):
                position += 1
            elif match := _ABOVE.match(line):
                above.style, _, above.rest = (match[1] or "").partition(",")
                position += 1
            elif match := _TITLE.match(line):
                above.title = match[1]
                position += 1
            else:
                shown, position = self._block(lines, position, above)
                out.append(self._titled(above.title) + shown if shown else "")
                above = _Above()
        return "\n".join(out)

    def _titled(self, title: str) -> str:
        return f"<p><strong>{self.words.html(title)}</strong></p>" if title else ""

    def _block(self, lines: Sequence[str], start: int, above: _Above) -> tuple[str, int]:
        line = lines[start]
        if match := _SECTION.match(line):
            level = len(match[1])
            return f"<h{level}>{self.words.html(match[2])}</h{level}>", start + 1
        if _FENCE.match(line):
            return self._fenced(lines, start, above)
        if _RULE.match(line):
            return "", start + 1
        if match := _MACRO.match(line):
            return self._macro(match, start), start + 1
        if starts_list(line):
            return read_list(lines, start, words=self.words, blocks=self.blocks)
        return self._paragraph(lines, start, above)

    def _fenced(self, lines: Sequence[str], start: int, above: _Above) -> tuple[str, int]:
        fence = lines[start].strip()
        closing = "```" if fence.startswith("```") else fence
        end = start + 1
        while end < len(lines) and lines[end].strip() != closing:
            end += 1
        inside = list(lines[start + 1 : end])
        if closing[1:] == "===" and closing[0] in "|!,:":
            options = f"{above.style},{above.rest}"
            return read_table(inside, closing[0], options=options, page=self.blocks), end + 1
        if (closing[0] in "-.`" and closing != "--") or above.style in _LITERAL:
            return _code(inside), end + 1
        if closing[0] == "+":
            return ("\n".join(inside) if above.style not in _LITERAL else _code(inside)), end + 1
        tag = "blockquote" if closing[0] == "_" else "div"
        return f"<{tag}>{self.blocks(inside)}</{tag}>", end + 1

    def _macro(self, match: re.Match[str], line: int) -> str:
        name, target, said = match.groups()
        words = first_value(said)
        if name == "image":
            return f'<p><img src="{html.escape(target)}" alt="{html.escape(words)}"></p>'
        if name in ("toc", "video", "audio"):
            return f"<p>{self.words.html(words)}</p>" if words and name != "toc" else ""
        what = f"the macro “{name}” is not known; its text was kept"
        if what not in {remark.what for remark in self.remarks}:
            self.remarks.append(Remark(what))
        return f"<p>{self.words.html(words or target)}</p>"

    def _paragraph(self, lines: Sequence[str], start: int, above: _Above) -> tuple[str, int]:
        end = start
        while end < len(lines) and lines[end].strip() and not (end > start and _ends(lines[end])):
            end += 1
        taken = list(lines[start:end])
        if above.style in _LITERAL or (taken[0][0] in " \t" and not above.style):
            return _code(taken), end
        taken[0] = _KINDS.sub("", taken[0])
        shown = self.words.html("\n".join(line.strip() for line in taken))
        quote = above.style in ("quote", "verse")
        return f"<blockquote><p>{shown}</p></blockquote>" if quote else f"<p>{shown}</p>", end


def _ends(line: str) -> bool:
    """Whether a line begins a block although no blank line stands before it."""
    return bool(_FENCE.match(line) or _ABOVE.match(line) or _MACRO.match(line))


def _code(lines: Sequence[str]) -> str:
    # The numbers of callouts belong to the list below the code.
    text = "\n".join(re.sub(r"\s*(?://|#|;;)?\s*<(?:\d+|\.)>(?=\s*$|\s*<\d)", "", x) for x in lines)
    return f"<pre>{html.escape(text, quote=False)}</pre>"
