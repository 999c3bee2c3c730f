"""Take out of a text what is not its prose: code goes into the vault, comments and scripts go.

One pass from the start, because whichever opens first decides: a comment inside code is code, and
code inside a comment is a draft, which must never be indexed. Included text is fetched here too, so
that an include shown as code stays code.
"""

from __future__ import annotations

import html
import re

from assistant.knowledge.cleaning.includes import DIRECTIVE, Includes, included_file
from assistant.knowledge.cleaning.remarks import Kind
from assistant.knowledge.cleaning.tags import tag_at
from assistant.knowledge.cleaning.told import on_lines, told
from assistant.knowledge.cleaning.vault import Vault, without_reserved

_START = re.compile(
    rf"""
      (?P<fence>^(?P<prefix>[ \t>]*(?:(?:[-*+]|\d{{1,9}}[.)])[ \t]+)*)
                (?P<marks>`{{3,}}(?=[^`\n]*$)|~{{3,}})[ \t]*(?P<info>[^\n]*)$)
    | (?P<include>{DIRECTIVE})
    | (?P<comment><!--|\{{/\*|\{{%-?\s*comment\s*-?%\}}|\{{\{{<?%?\s*/\*
                  |^[ ]{{0,3}}\[(?://|comment)[^\[\]\n]*\]:[^\n]*$)
    | (?P<liquid>\{{%-?\s*(?P<kind>raw|highlight)\b[^%\n]*%\}})
    | (?P<html><(?P<tag>pre|code|codeblock|script|style|textarea|svg)(?=[\s/>]))
    | (?P<ticks>`+)
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_OF_THE_THEME = re.compile(
    r"(?:^|[/_-])(?:toc|nav\w*|menu|header|footer|head|sidebar|breadcrumbs?|feedback|share|analytics"
    r"|links|icons?|scripts?|styles?)\.html?$",
    re.IGNORECASE,
)
_COMMENT_ENDS = {"<!": "-->", "{/": "*/}", "{%": "endcomment", "{{": "}}"}
_TABLE_OF_CONTENTS = re.compile(r"\A<!--\s*(?:toc|start-toc|start doctoc)\b", re.IGNORECASE)
_END_OF_CONTENTS = re.compile(
    r"<!--\s*(?:/toc|tocstop|end-toc|end doctoc)\b.*?-->", re.IGNORECASE | re.DOTALL
)
_ORPHAN = re.compile(r"^[ \t>]*-->[ \t]*$", re.MULTILINE)
_BLOCK_EDGE = re.compile(
    r"\n[ \t>]*(?:\n|[-*+][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t]|\||`{3}|~{3}|</?[a-z]|:{3})", re.I
)
_LATE_FENCE = re.compile(
    r"(`{3,})(\w*)[ \t]*$(?=(?:\n(?![^\n]*`{3})[^\n]*)*\n[ \t>]*\1[ \t]*$)", re.MULTILINE
)
_TAG = re.compile(r"<[^<>]*>")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TEMPLATE_LITERAL = re.compile(r"\A\s*\{\s*[`'\"](.*)[`'\"]\s*\}\s*\Z", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_DIRECTIVE_FENCE = re.compile(r"\{([\w:-]+)\}[ \t]*(.*)")
_CODE_DIRECTIVES = ("code", "code-block", "sourcecode", "prompt", "parsed-literal")
_NO_TEXT = ("toctree", "contents", "figure", "image", "video")
_TEXT_DIRECTIVES = (
    *("note", "tip", "hint", "important", "warning", "caution", "danger", "attention", "error"),
    *("admonition", "seealso", "dropdown", "details", "topic", "sidebar", "margin", "card"),
    *("tabs", "tab-set", "tab-item", "grid", "grid-item", "grid-item-card"),
    *("versionadded", "versionchanged", "deprecated", "include", *_NO_TEXT),
)


def protect(text: str, vault: Vault, includes: Includes | None = None) -> str:
    """The text with marks in place of code and without comments; included text stands in it."""
    kept = _Scanner(vault, includes).scan(without_reserved(text))
    # The end of a comment within a comment, which ended with the first "-->".
    return _ORPHAN.sub("", kept) if "-->" in kept else kept


class _Scanner:
    def __init__(self, vault: Vault, includes: Includes | None) -> None:
        self._vault, self._includes = vault, includes

    def scan(self, text: str) -> str:
        out: list[str] = []
        position = 0
        while match := _START.search(text, position):
            out.append(text[position : match.start()])
            escaped = text[match.start() - 1 : match.start()] == "\\"
            if escaped and match.lastgroup in ("ticks", "html", "tag", "comment"):
                out.append(text[match.start()])
                position = match.start() + 1
                continue
            kept, position = self._take(text, match)
            out.append(kept)
        out.append(text[position:])
        return "".join(out)

    def _take(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        """What to leave in place of what begins here, and where to go on."""
        for name, take in (
            ("fence", self._fence),
            ("include", self._include),
            ("comment", self._comment),
            ("liquid", self._liquid),
            ("html", self._html),
        ):
            if match[name] is not None:
                return take(text, match)
        return self._ticks(text, match)

    def _ticks(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        """A code span ends at an equal run of backticks in the same block of text."""
        if late := _LATE_FENCE.match(text, match.start()):
            before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            prefix = re.match(r"[ \t>]*", before)[0]  # type: ignore[index]
            lines, end = _fenced(text, late.end() + 1, prefix=prefix, marks=late[1])
            block = self._vault.block("\n".join(lines), language=late[2])
            return f"\n{prefix.rstrip()}\n{prefix}{block}\n", end
        edge = _BLOCK_EDGE.search(text, match.end())
        limit = edge.start() if edge else len(text)
        run = len(match[0])
        closing = re.compile(rf"(?<!`)`{{{run}}}(?!`)").search(text, match.end(), limit)
        if closing is None:
            return match[0], match.end()
        return self._vault.span(text[match.start() : closing.end()]), closing.end()

    def _fence(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        prefix, marks, info = match["prefix"], match["marks"], match["info"].strip()
        lines, end = _fenced(text, match.end() + 1, prefix=prefix, marks=marks)
        if directive := _DIRECTIVE_FENCE.fullmatch(info):
            name, argument = directive.groups()
            if name in _TEXT_DIRECTIVES:
                return self._directive(name, argument, lines=lines, prefix=prefix), end
            info = argument if name in _CODE_DIRECTIVES else name
        language = re.split(r"[\s{,:]", info, maxsplit=1)[0]
        return f"{prefix}{self._vault.block(chr(10).join(lines), language=language)}\n", end

    def _directive(self, name: str, argument: str, *, lines: list[str], prefix: str) -> str:
        """MyST keeps admonitions, tabs and includes in fences that look like code."""
        if name == "include" and self._includes:
            found = self._includes.text_of(argument)
            if found is None:
                self._vault.remarks.note(Kind.INCLUDE, f"“{argument}”", argument)
            return _placed(self._included(found), prefix) + "\n"
        if name in _NO_TEXT:
            return prefix + "\n"
        while lines and re.match(r"\s*:[\w-]+:|\s*---\s*$", lines[0]):
            lines = lines[1:]
        title = f"**{argument}**\n\n" if argument else ""
        return _placed(title + self.scan("\n".join(lines)), prefix) + "\n"

    def _include(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        found = self._includes.resolve(match[0]) if self._includes else None
        included = self._included(found).strip("\n")
        if found is None:
            self._miss(match[0])
        included = "\n\n".join(
            part for part in (included, on_lines(told(match[0], self._vault))) if part
        )
        line_start = text.rfind("\n", 0, match.start()) + 1
        before = text[line_start : match.start()]
        alone = not before.strip() and text[match.end() : match.end() + 1] in ("", "\n")
        if alone:
            return _placed(included, before).removeprefix(before), match.end()
        # In mid-sentence: a paragraph joins the line that it stands in.
        return included if "\n\n" in included else " ".join(included.split()), match.end()

    def _miss(self, directive: str) -> None:
        name = included_file(directive) or directive
        if not _OF_THE_THEME.search(name):
            self._vault.remarks.note(Kind.INCLUDE, f"“{name}”", directive)

    def _included(self, found: tuple[str, Includes] | None) -> str:
        if found is None:
            return ""
        text, includes = found
        return protect(text, self._vault, includes)

    def _comment(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        """Without an end it runs to the end of the text: rather lose text than publish a draft."""
        if _TABLE_OF_CONTENTS.match(text, match.start()):
            closing = _END_OF_CONTENTS.search(text, match.end())
            if closing:
                return "", closing.end()
        if match[0].lstrip()[0] == "[":
            return "", match.end()
        ending = _COMMENT_ENDS[match[0][:2]]
        end = text.find(ending, match.end())
        if ending == "endcomment" and end >= 0:
            end, ending = text.find("%}", end), "%}"
        if end < 0 and match[0][0] == "{" and match[0][1] != "%":
            return match[0], match.end()
        return "", len(text) if end < 0 else end + len(ending)

    def _liquid(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        closing = re.compile(rf"\{{%-?\s*end{match['kind']}\s*-?%\}}").search(text, match.end())
        if closing is None:
            return "", match.end()
        inside = text[match.end() : closing.start()]
        if match["kind"].lower() == "highlight":
            return f"\n{self._vault.block(inside.strip(chr(10)))}\n", closing.end()
        # What stands between raw marks is shown as typed: its braces are the article's own text.
        shown = self.scan(inside)
        return _TEMPLATE.sub(lambda tag: self._vault.code(tag[0]), shown), closing.end()

    def _html(self, text: str, match: re.Match[str]) -> tuple[str, int]:
        tag = tag_at(text, match.start())
        if tag is None:
            return text[match.start()], match.start() + 1
        start = match.start() + len(tag.source)
        if tag.empty:
            return "", start
        closing = re.compile(rf"</{match['tag']}\s*>", re.IGNORECASE).search(text, start)
        name = match["tag"].lower()
        if closing is None:
            # Never closed: rather a word of the text, as in "the <code> of your page".
            return text[match.start()], match.start() + 1
        if name not in ("pre", "code", "codeblock"):
            return "", closing.end()
        code = _code_of(text[start : closing.start()])
        if name == "code":
            return self._vault.code(code), closing.end()
        block = self._vault.block(code.strip("\n")) if code.strip() else ""
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        return (f"\n{before}{block}\n" if not before.strip() else block), closing.end()


def _fenced(text: str, start: int, *, prefix: str, marks: str) -> tuple[list[str], int]:
    """The lines of a fence, freed from the indentation of its opening line, and where it ends."""
    closing = re.compile(rf"^[ \t>]*{marks[0]}{{{len(marks)},}}[ \t]*$", re.MULTILINE)
    end = closing.search(text, start)
    lines = text[start : end.start() if end else len(text)].split("\n")
    if end:
        lines = lines[:-1]
    taken = 0
    while taken < len(lines) and not _leaves(lines[taken], prefix, closed=end is not None):
        taken += 1
    if end and taken == len(lines):
        after = end.end() + 1
    else:
        after = start + sum(len(line) + 1 for line in lines[:taken])
    return [_freed(line, prefix) for line in lines[:taken]], min(after, len(text))


def _leaves(line: str, prefix: str, *, closed: bool) -> bool:
    """Whether a line ends what code stands in: a quote; a list item, where no fence closes it."""
    quotes = prefix.count(">")
    if quotes:
        return line.count(">", 0, len(prefix) + 4) < quotes
    return not closed and bool(line.strip()) and _indent(line) < len(prefix.expandtabs(4))


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip(" "))


def _freed(line: str, prefix: str) -> str:
    for _ in range(prefix.count(">")):
        line = re.sub(r"^[ \t]*> ?", "", line)
    spare = len(prefix.rpartition(">")[2].expandtabs(4)) - (1 if ">" in prefix else 0)
    while spare > 0 and line[:1] in (" ", "\t"):
        spare -= 4 if line[0] == "\t" else 1
        line = line[1:]
    return line


def _placed(text: str, prefix: str) -> str:
    """Lines put where a directive stood: behind its prefix, all indented alike."""
    rest = re.sub(r"[^>\t]", " ", prefix)
    first, *others = text.strip("\n").split("\n")
    return "\n".join([prefix + first, *(rest + line if line else rest.rstrip() for line in others)])


def _code_of(source: str) -> str:
    """The text of `<pre>` or `<code>`: its tags dropped, its entities written out."""
    if literal := _TEMPLATE_LITERAL.match(source):
        return literal[1]
    return html.unescape(_TAG.sub("", _LINE_BREAK.sub("\n", source)))
