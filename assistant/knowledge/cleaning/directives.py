"""Admonitions, tabs and collapsibles in the dialects that mark them by lines: their text stays.

Handled here: `:::` fences (Docusaurus, VuePress, Learn), `!!!`, `???` and `===` with an indented
body (MkDocs), `> [!NOTE]` alerts (GitHub, Learn, Adobe), `+++` collapsibles (Adobe). A title that
the writer gave stays as a line in bold; the kind of box goes.
"""

from __future__ import annotations

import re

_COLONS = re.compile(r"^(?P<indent>[ \t>]*):{2,}[ \t]*(?P<rest>.*?)[ \t]*$")
_KIND = re.compile(r"\{?[\w-]+\}?")
_PROPERTY = re.compile(r"""([\w-]+)\s*=\s*["']([^"']*)["']""")
_INLINE_COLONS = re.compile(r":::\s*no-loc\s+text=[\"']([^\"']*)[\"']\s*:::")
_INDENTED = re.compile(
    r"""^(?P<indent>[ \t]*)(?:(?:!!!|\?\?\?\+?)[ \t]+[\w-]+(?:[ \t]+[\w-]+)*|===[!+]?(?=[ \t]+["']))
        (?:[ \t]+["'](?P<title>.*)["'])?[ \t]*$""",
    re.VERBOSE,
)
_HOLLOW_BOX = re.compile(
    r"(?:!!!|\?\?\?\+?)[ \t]+(?:note|abstract|info|tip|success|question|warning|failure|danger|bug"
    r"|example|quote|important|caution|hint|attention)(?:[ \t]+[\"'].*)?"
)
_ALERT = re.compile(
    r"\[!\s*(?P<kind>[A-Za-z][\w-]*)\s*\|?(?P<words>(?:[^\[\]]|\[[^\[\]]*\](?:\([^()]*\))?)*)\]"
    r"(?P<link>\([^()\n]*\))?(?P<more>[+-](?=[ \t]|$))?(?:\{[^{}\n]*\})?",
    re.MULTILINE,
)
_TITLED_ALERT = re.compile(r"^([ \t>]*>[ \t]*)\[!\w+\][+-]?[ \t]+(\S[^\n]*)$", re.MULTILINE)
_COLLAPSIBLE = re.compile(r"^([ \t>]*)\+{3}[ \t]*([^\n]*)$", re.MULTILINE)
_TAB_HEADING = re.compile(r"^(#{1,6})[ \t]+\[([^\]\n]+)\]\(#tab/[^)\n]*\)[ \t]*$", re.MULTILINE)
_SILENT_KINDS = ("video", "include", "div", "begintabs", "endtabs", "begin", "end")


def unwrap_directives(text: str) -> str:
    """The text without the marks of boxes, tabs and collapsibles; what stands in them is kept."""
    if "::" in text:
        text = _INLINE_COLONS.sub(r"\1", text)
        text = "\n".join(_without_colons(line) for line in text.split("\n"))
    if "!!!" in text or "???" in text or "===" in text:
        text = "\n".join(_unindented(text.split("\n")))
    if "[!" in text:
        text = _TITLED_ALERT.sub(lambda m: f"{m[1]}{_bold(m[2])}\n{m[1]}", text)
        for _ in range(3):  # Marks stand in marks.
            text = _ALERT.sub(_words_of_alert, text)
    if "+++" in text:
        text = _COLLAPSIBLE.sub(_collapsible_title, text)
    return _TAB_HEADING.sub(r"**\2**", text) if "(#tab/" in text else text


def _without_colons(line: str) -> str:
    match = _COLONS.match(line)
    if match is None:
        return line
    indent, rest = match["indent"], match["rest"]
    kind = _KIND.match(rest)
    if rest and kind is None:
        return line
    if line.lstrip(" \t>")[:3] != ":::" and (not kind or kind.end() != len(rest.split("{")[0])):
        # Two colons open a component only with a name and nothing but properties behind it.
        return line if rest else indent
    title = _title_of_colons(rest[kind.end() :] if kind else "", kind)
    return f"{indent}{title}\n{indent.rstrip()}" if title else indent.rstrip()


def _title_of_colons(rest: str, kind: re.Match[str] | None) -> str:
    properties = dict(_PROPERTY.findall(rest))
    if kind and kind[0].lower() == "image" and "alt-text" in properties:
        return f"![{properties['alt-text']}]({properties.get('source', '')})"
    title = properties.get("title") or properties.get("label") or ""
    if not properties:
        title = re.sub(r"\{[^{}]*\}", "", rest).strip(" :")
        title = title.removeprefix("[").removesuffix("]")
    return _bold(title) if title else ""


def _unindented(lines: list[str]) -> list[str]:
    """Bodies of indented boxes four columns to the left, boxes within boxes too."""
    out: list[str] = []
    position = 0
    while position < len(lines):
        match = _INDENTED.match(lines[position])
        body = _body(lines, position + 1, len(match["indent"])) if match else []
        if match is None or not any(line.strip() for line in body):
            hollow = _HOLLOW_BOX.fullmatch(lines[position].strip())
            out.append("" if hollow else lines[position])
            position += 1
            continue
        title = match["indent"] + _bold(match["title"]) if match["title"] else ""
        out += [
            "",
            title,
            "",
            *_unindented([line[4:] if line[:4].isspace() else line for line in body]),
        ]
        position += 1 + len(body)
    return out


def _body(lines: list[str], start: int, indent: int) -> list[str]:
    end = start
    while end < len(lines):
        line = lines[end].expandtabs(4)
        if line.strip() and len(line) - len(line.lstrip()) < indent + 4:
            break
        end += 1
    return [line.expandtabs(4) for line in lines[start:end]]


def _words_of_alert(match: re.Match[str]) -> str:
    kind, words = match["kind"].lower(), match["words"].strip()
    if kind in _SILENT_KINDS or kind.startswith("code-") or not words:
        return ""
    return _bold(words) if kind == "tab" else words


def _collapsible_title(match: re.Match[str]) -> str:
    title = match[2].strip()
    return f"{match[1]}{_bold(title)}\n" if title else match[1]


def _bold(title: str) -> str:
    return f"**{title.replace('**', '')}**"
