"""AsciiDoc within a line: marks, links, macros and attributes, as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

_REFERENCE = re.compile(r"(\\?)\{([\w-]+)\}")
_BUILT_IN = {
    "nbsp": " ", "zwsp": "", "wj": "", "empty": "", "blank": "", "sp": " ", "amp": "&",
    "lt": "<", "gt": ">", "plus": "+", "caret": "^", "startsb": "[", "endsb": "]", "vbar": "|",
    "asterisk": "*", "tilde": "~", "backslash": "\\", "backtick": "`", "apos": "'", "quot": '"',
    "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "deg": "°", "brvbar": "¦", "cpp": "C++",
    "two-colons": "::", "two-semicolons": ";;", "pp": "++",
}  # fmt: skip

# Code first: nothing within it is read any more. Then what holds an address, then the marks.
_INLINE = re.compile(
    r"""
      \\(?P<escaped>[*_`#+^~<]|(?=https?://|link:|xref:))
    | (?P<ticks>``(?P<code2>.+?)``|(?<![\w`])`(?P<code>\S|\S.*?\S)`(?![\w`]))
    | (?P<plus>\+\+\+(?P<raw3>.+?)\+\+\+|\+\+(?P<raw2>.+?)\+\+
        |(?<![\w+])\+(?P<raw>\S|\S.*?\S)\+(?![\w+]))
    | pass:[\w,]*\[(?P<passed>[^\]]*)\]
    | (?P<picture>image|icon):(?P<file>[^:\[\]\s][^\[\]\n]*)\[(?P<alt>(?:\\\]|[^\]])*)\]
    | (?:link|mailto):(?P<target>[^\[\]\n]*)\[(?P<linked>(?:\\\]|[^\]])*)\]
    | (?P<url>(?:https?|ftp|irc)://[^\s\[\]<>"]*[^\s\[\]<>".,;:!?)'])
        (?:\[(?P<named>(?:\\\]|[^\]])*)\])?
    | xref:(?P<page>[^\[\]\n]*)\[(?P<referred>(?:\\\]|[^\]])*)\]
    | <<(?P<anchor>[^<>,\n]+)(?:,\s*(?P<anchored>[^<>]*))?>>
    | (?:kbd|btn):\[(?P<key>(?:\\\]|[^\]])*)\]
    | menu:(?P<menu>[^\[\]\n]+)\[(?P<entries>[^\]]*)\]
    | footnote(?:ref)?:[\w-]*\[(?P<note>(?:\\\]|[^\]])*)\]
    | (?P<index>\(\(\(?(?P<term>[^()]*)\)\)\)?|indexterm2?:\[[^\]]*\])
    | (?P<id>\[\[[^\[\]\n]*\]\]|anchor:[\w-]+\[[^\]]*\])
    | (?P<strong>\*\*(?P<bold2>.+?)\*\*|(?<![\w*])\*(?P<bold>\S|\S.*?\S)\*(?![\w*]))
    | (?P<em>__(?P<it2>.+?)__|(?<![\w_])_(?P<it>\S|\S.*?\S)_(?![\w_]))
    | (?P<mark>(?:\[[^\[\]\n]*\])?
        (?:\#\#(?P<hi2>.+?)\#\#|(?<![\w\#&])\#(?P<hi>\S|\S.*?\S)\#(?![\w\#])))
    | \^(?P<sup>[^\s^]+?)\^ | ~(?P<sub>[^\s~]+?)~
    | (?P<hard>[ ]\+)$
    """,
    re.VERBOSE | re.MULTILINE,
)

_MARKS = re.compile(r"[*_`#<>]+")

Titles = Mapping[str, str]
"""Section titles by their ids."""


class Words:
    """Lines of text as HTML, with the document's attributes and the titles of its sections."""

    def __init__(self, attributes: dict[str, str], titles: dict[str, str]) -> None:
        self.attributes, self.titles = attributes, titles

    def filled(self, text: str) -> str:
        """With the values of attributes in place of their names; unknown names stay."""

        def value(match: re.Match[str]) -> str:
            if match[1]:
                return match[0][1:]
            name = match[2].lower()
            return self.attributes.get(name, _BUILT_IN.get(name, match[0]))

        for _ in range(3):  # Values refer to values.
            filled = _REFERENCE.sub(value, text)
            if filled == text or len(filled) > 100_000:
                break
            text = filled
        return text

    def html(self, text: str) -> str:
        """The text's words and marks."""
        return self._marked(self.filled(text))

    def _marked(self, text: str) -> str:
        out: list[str] = []
        position = 0
        for match in _INLINE.finditer(text):
            out.append(html.escape(text[position : match.start()], quote=False))
            out.append(self._one(match))
            position = match.end()
        out.append(html.escape(text[position:], quote=False))
        return "".join(out)

    def _one(self, match: re.Match[str]) -> str:
        for names, show in self._shown:
            if any(match[name] is not None for name in names):
                return show(self, match)
        return ""

    def _code(self, match: re.Match[str]) -> str:
        text = match["code2"] or match["code"]
        return f"<code>{html.escape(text.removeprefix('+').removesuffix('+'), quote=False)}</code>"

    def _literal(self, match: re.Match[str]) -> str:
        texts = (match[name] for name in ("escaped", "raw3", "raw2", "raw", "passed"))
        return html.escape(next((text for text in texts if text is not None), ""), quote=False)

    def _image(self, match: re.Match[str]) -> str:
        if match["picture"] == "icon":
            return ""
        alt = html.escape(first_value(match["alt"]))
        return f'<img src="{html.escape(match["file"].strip())}" alt="{alt}">'

    def _link(self, match: re.Match[str]) -> str:
        mail = match[0].startswith("mailto:")
        target = match["target"] if match["target"] is not None else match["url"]
        words = first_value(match["linked"] or match["named"] or "").rstrip("^")
        shown = self._marked(words) if words else html.escape(target)
        return f'<a href="{html.escape(("mailto:" if mail else "") + target)}">{shown}</a>'

    def _cross(self, match: re.Match[str]) -> str:
        """To a section of this page its words; to another page a link."""
        target = match["page"] if match["page"] is not None else match["anchor"]
        page, _, anchor = target.strip().rpartition("#")
        if match["page"] is not None and "#" not in target and "." in target:
            page, anchor = target, ""
        said = (match["referred"] or match["anchored"] or "").strip()
        # A title may refer to itself: its marks are not read again.
        title = _MARKS.sub("", self.titles.get(anchor, ""))
        words = title or re.sub(r"[-_]+", " ", anchor or page).strip()
        shown = self._marked(said) if said else html.escape(words, quote=False)
        # An Antora page may name its version, component and module before its path.
        path = re.sub(r"\.(?:adoc|asciidoc)$", "", page.rpartition(":")[2])
        href = path + (f"#{anchor}" if anchor else "")
        return f'<a href="{html.escape(href)}">{shown}</a>' if path else shown

    def _menu(self, match: re.Match[str]) -> str:
        entries = [match["menu"], *match["entries"].split(">")]
        shown = " → ".join(entry.strip() for entry in entries if entry.strip())
        return f"<strong>{html.escape(shown, quote=False)}</strong>"

    def _wrapped(self, match: re.Match[str]) -> str:
        for tag, names in _TAGS.items():
            text = next((match[name] for name in names if match[name] is not None), None)
            if text is not None:
                inner = self._marked(text)
                return f"<{tag}>{inner}</{tag}>" if tag != "span" else inner
        return ""

    _shown: tuple[tuple[tuple[str, ...], Callable[[Words, re.Match[str]], str]], ...] = (
        (("ticks",), _code),
        (("escaped", "plus", "passed"), _literal),
        (("picture",), _image),
        (("target", "url"), _link),
        (("page", "anchor"), _cross),
        (("menu",), _menu),
        (("note",), lambda self, m: f" ({self._marked(m['note'])})"),
        (("index",), lambda self, m: self._marked(m["term"] or "") if m[0][:3] != "(((" else ""),
        (("hard",), lambda self, m: "<br>"),
        (("strong", "em", "mark", "sup", "sub", "key"), _wrapped),
    )


_TAGS = {
    "strong": ("bold2", "bold", "key"),
    "em": ("it2", "it"),
    "span": ("hi2", "hi"),
    "sup": ("sup",),
    "sub": ("sub",),
}


def first_value(attributes: str) -> str:
    """The first of a macro's values, without quotes: the words that it shows."""
    text = attributes.replace("\\]", "]").strip()
    if quoted := re.match(r'"((?:\\"|[^"])*)"', text):
        return quoted[1].replace('\\"', '"')
    if named := re.search(r'\b(?:alt|text)="?([^",]*)', text):
        return named[1]
    first = text.split(",")[0].strip() if "=" in text or re.search(r",\s*\d+", text) else text
    return "" if re.match(r"[\w-]+=", first) else first
