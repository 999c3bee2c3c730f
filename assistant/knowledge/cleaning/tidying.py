"""The last strokes: entities, invisible characters, line breaks and blank lines."""

from __future__ import annotations

import html
import re

from assistant.knowledge.cleaning.vault import HOLE_CLOSE, HOLE_OPEN, LINE_BREAK, MARK, Vault

_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#\d{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_SHOWN_ENTITY = re.compile(r"&amp;(#?\w{1,31};)")
_BESIDE = rf"(?:[\w:/.@%&+?#=~$-]|{MARK}){{0,200}}"
_HOLE = re.compile(rf"{_BESIDE}(?:{HOLE_OPEN}[^{HOLE_CLOSE}]*{HOLE_CLOSE}{_BESIDE})+")
_HOLE_MARKS = re.compile(f"[{HOLE_OPEN}{HOLE_CLOSE}]")
_TYPED_HOLE = re.compile(
    rf"\\<([A-Za-z][^<>\n]{{0,80}}?)\\?>|(?<![\w<{HOLE_OPEN}])<(\w[^<>\n]{{0,80}})>"
    r"|(?<=\w)<(\w[^<>\s]{0,80})>"
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
_SPACES = re.compile("[\u00a0\u2007\u202f\u3000]")
_MARKDOWN_MARK = re.compile(r"[\\`*_{}\[\]<>|#~]")
_LEAD = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*")
_BREAKS = re.compile(rf"[ \t]*(?:{LINE_BREAK}[ \t]*\n?[ \t]*)+")
_GAP = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_NEEDLESS = re.compile(
    r"(?<!\\)\\(?:(?<!\]\\)(?=\()|(?=[)\"'%&,/:;=?@^${}])|(?=!(?!\[))"
    r"|(?<=\w\\)(?=_\w)|(?<=\S\\)(?=[#>+-])|(?<=\D\\)(?=\.))"
)
_RULE = re.compile(
    r"(?:(?<=\n\n)|\A)[ ]{0,3}-[ \t]*(?:-[ \t]*){2,}(?=\n|\Z)"
    r"|^[ ]{0,3}(?:\*[ \t]*(?:\*[ \t]*){2,}|_[ \t]*(?:_[ \t]*){2,})$",
    re.MULTILINE,
)
_HOLLOW_QUOTE = re.compile(
    r"(?:(?<=\n\n)|\A)(?:[ \t]*>[ \t>]*(?:\n|\Z))+"
    r"|^[ \t]*>[ \t>]*\n(?=[ \t]*(?:>[ \t>]*)?(?:\n|\Z))",
    re.MULTILINE,
)
_HOLLOW_MARKS = re.compile(r"(?<![\w*])(?:\*\*[ \t]*\*\*|__[ \t]*__)(?![\w*])")
_ANCHOR_LIST = re.compile(
    r"(?:^[ \t]*(?:[^\n#|>*+-][^\n]{0,80}:|\*\*[^\n*]{0,80}\*\*:?)[ \t]*\n+)?"
    r"(?:^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\[[^\n]*\]\(#[^()\s]*\)[ \t]*\n+){2,}",
    re.MULTILINE,
)
_HOLLOW_ITEM = re.compile(r"^[ \t]*(?:[*+]|\d+[.)]|(?<=\n\n)-)[ \t]*\n(?![ \t]+\S)", re.MULTILINE)


def drop_contents(text: str) -> str:
    """Without lists of nothing but links to headings of the same page, and the line above them."""
    return _ANCHOR_LIST.sub("\n", text + "\n") if "](#" in text else text


def tidy(text: str, vault: Vault) -> str:
    """Entities as characters, names to fill in as code, one blank line between blocks."""
    if "&" in text:
        text = _SHOWN_ENTITY.sub(lambda shown: vault.code(f"&{shown[1]}"), text)
        text = _ENTITY.sub(_character, text)
    if "<" in text:
        text = _TYPED_HOLE.sub(
            lambda hole: f"{HOLE_OPEN}<{hole[1] or hole[2] or hole[3]}>{HOLE_CLOSE}", text
        )
    if HOLE_OPEN in text:
        text = _HOLE.sub(lambda hole: vault.code(_filled(hole[0], vault)), text)
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _HOLLOW_MARKS.sub("", text)
    text = "\n".join(_tidy_line(line) for line in _broken(text).split("\n"))
    text = _HOLLOW_ITEM.sub("", _RULE.sub("", text) + "\n")
    text = _BLANK_LINES.sub("\n\n", text.lstrip("\n"))
    return _BLANK_LINES.sub("\n\n", _HOLLOW_QUOTE.sub("", text + "\n")).strip("\n")


def _filled(hole: str, vault: Vault) -> str:
    return vault.shown(_HOLE_MARKS.sub("", hole))


def _character(entity: re.Match[str]) -> str:
    character = html.unescape(entity[0])
    if character == entity[0]:
        return character
    if character in "<>" or not _MARKDOWN_MARK.fullmatch(character):
        return character if character != "\n" else " "
    return "\\" + character


def _broken(text: str) -> str:
    """Line breaks as Markdown has them; two are a new paragraph, in a row they are a space."""
    if LINE_BREAK not in text:
        return text
    return "\n".join(_broken_line(line) for line in _BREAKS.sub(_joined, text).split("\n"))


def _joined(breaks: re.Match[str]) -> str:
    return LINE_BREAK * min(2, breaks[0].count(LINE_BREAK))


def _broken_line(line: str) -> str:
    if LINE_BREAK not in line:
        return line
    bare = line.lstrip(" \t>")
    if bare.startswith(("#", "|")):
        return re.sub(f"{LINE_BREAK}+", " ", line)
    lead = _LEAD.match(line)
    indent = re.sub(r"[^>\t]", " ", lead[0]) if lead else ""
    line = line.rstrip(LINE_BREAK).replace(LINE_BREAK * 2, f"\n{indent.rstrip()}\n{indent}")
    return line.replace(LINE_BREAK, f"  \n{indent}")


def _tidy_line(line: str) -> str:
    if not line.strip(" \t\\>"):
        return line.rstrip(" \t\\")
    if line[0] == " " and line[1] != " ":
        line = line[1:]
    lead = _LEAD.match(line)
    start, rest = (line[: lead.end()], line[lead.end() :]) if lead else ("", line)
    if "|" in rest and _DELIMITERS.match(rest):
        return start + re.sub(r"-{2,}", "---", _GAP.sub(" ", rest.rstrip()))
    kept = start + _GAP.sub(" ", _NEEDLESS.sub("", rest.rstrip()))
    broken = rest.endswith("  ")
    if kept.endswith("\\") and not kept.endswith("\\\\"):
        kept, broken = kept[:-1].rstrip(), True
    # Two spaces at the end break the line; more say no more.
    return kept + "  " if broken and not kept.startswith("#") else kept
