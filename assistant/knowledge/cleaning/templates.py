"""Template tags, shortcodes and attribute lists: Liquid, GitBook, Hugo, kramdown and their kin.

The tags go, what they enclose stays. A tag that carries words for the reader (a tab's title, the
label of a button) leaves those words, one that is not known too; what stands alone and is not known
is remarked on.
"""

from __future__ import annotations

import re

from assistant.knowledge.cleaning.remarks import Kind
from assistant.knowledge.cleaning.told import BOXES, Groups, in_a_line, on_lines, told
from assistant.knowledge.cleaning.vault import Vault

_LIQUID = re.compile(r"(?<!\{)\{%-?\s*(/?\w[\w-]*)?(.{0,2000}?)%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{([<%])-?\s*(/?[\w./-]*)(.{0,2000}?)-?\s*/?\s*[>%]\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{.{0,2000}?\}\}", re.DOTALL)
_VARIABLES = re.compile(rf"(?:{_VARIABLE.pattern})+", re.DOTALL)
_ESCAPED = re.compile(r"\\\{\\?([{%][^{}\n]*?)\\?\}\\?\}|\\\{(%[^{}\n]*%)\\?\}")
_CAPTURE = re.compile(r"\{%-?\s*capture\b.*?\{%-?\s*endcapture\s*-?%\}", re.DOTALL)
_QUOTED = re.compile(r"""(?:([\w-]+)\s*=\s*)?["“]([^"”]*)["”]|(?:([\w-]+)\s*=\s*)?'([^']*)'""")
_TITLES = ("title", "label", "header", "heading", "summary", "name", "text")
_WORDS = re.compile(r"kbd|key|badge|button|menu|ui|term|glossary_tooltip|abbr|highlight")
_REFERENCES = re.compile(r"ref|relref|link|post_url|url")
_PICTURES = re.compile(r"figure|img|image")
_CLOSING = {"{{<": ">}}", "{{%": "%}}", "{%": "%}"}
_SILENT = re.compile(
    r"if|unless|ifchanged|case|for|tablerow|break|continue|cycle|assign|capture|set|let|increment"
    r"|decrement|liquid|comment|raw|verbatim|block|extends|macro|import|from|with|load|autoescape"
    r"|layout|render|partial|seo|feed_meta|toc|br|clear\w*|anchor|icon|fa|emoji|spacer|divider|rule"
    r"|hr|csrf\w*|spaceless|include\S*|readfile|content-ref|embed|file|code|highlight|gist|mermaid"
    r"|youtube|vimeo|video|audio|tweet|instagram|swagger\S*|openapi\S*|updates?|columns?|tabs"
    r"|tab-?set|steps|stepper|accordions?|cards?|grid|row|col|endcol|center|bootstrap\S*"
)
"""Control, furniture, and what is shown as a film or a picture: nothing of it is to be read."""
_CLOSED = re.compile(r"\{%-?\s*(?:end|/)([\w-]+)|\{\{[<%]-?\s*/\s*([\w./-]+)")
_OF_THE_SITE = re.compile(
    r"base_?url|relative_url|absolute_url|(?:page|site)\.(?:url|path|root)|\basset|\bcontent\b|toc\b"
    r"|\binclude\.|^\W*[#/^!>]|super\(|\bnow\b|current_?year",
    re.IGNORECASE,
)
_LINE_GOES_ON = re.compile(r"[ \t]*[^\s]")
_IN_ADDRESS = re.compile(r"(?:\]\(|=[\"']?|://)[^\s\"'<>()]*\Z")

_HEADING_ID = re.compile(
    r"(?:^|[ \t]+)\{#[A-Za-z][\w:.-]*\}|(?:[ \t]*\{#[^{}\n]*\})+[ \t]*(?=$|<)|\{#[^{}\n]*#\}",
    re.MULTILINE,
)
_ATTRIBUTE_LIST = re.compile(r"[ \t]*\{:{1,2}[^{}\n]*\}")
_CLASSES = re.compile(r"[ \t]*\{\.[A-Za-z][^{}\n]*\}")
_ATTRIBUTES_BEHIND = re.compile(r"(?<=[)\]*_`\ufdd2])\{(?:#[^{}\n]*|[\w-]+=[^{}\n]*)\}")
_CONTENTS = re.compile(
    r"^[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|\$\{toc\}|[*-][ \t]+toc[ \t]*\n[ \t]*\{:toc[^}\n]*\})"
    r"[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_TARGET = re.compile(r"^\([\w.:-]+\)=[ \t]*$", re.MULTILINE)


def drop_templates(text: str, vault: Vault, *, keep_names: bool = False) -> str:
    """The text without template tags and attribute lists; escaped ones are shown, as code.

    `keep_names`: `{{name}}` stays as it was typed.
    """
    if "toc" in text or "TOC" in text:
        text = _CONTENTS.sub("", text)
    if "{" not in text:
        return _TARGET.sub("", text)
    text = _ESCAPED.sub(lambda shown: _shown(shown, vault), text)
    closed = {name.lower() for names in _CLOSED.findall(text) for name in names if name}
    if "}}" in text:
        text = _SHORTCODE.sub(lambda tag: _words(tag, tag[2], tag[3], closed, vault), text)
    if "%}" in text:
        text = _CAPTURE.sub("", text)
        text = _LIQUID.sub(lambda tag: _words(tag, tag[1] or "", tag[2], closed, vault), text)
    if "}}" in text:
        text = (
            _VARIABLES.sub(lambda names: vault.span(names[0]), text)
            if keep_names
            else (_VARIABLE.sub(lambda name: _value(name, vault), text))
        )
    text = _CLASSES.sub("", _ATTRIBUTE_LIST.sub("", text))
    text = _ATTRIBUTES_BEHIND.sub("", _HEADING_ID.sub("", text))
    return _TARGET.sub("", text)


def _shown(braces: re.Match[str], vault: Vault) -> str:
    return vault.code(braces[0].replace("\\", ""))


def _value(match: re.Match[str], vault: Vault) -> str:
    """The words that stand in a variable: a default, or a text that is only looked up."""
    source = match[0]
    if _IN_ADDRESS.search(match.string, max(0, match.start() - 300), match.start()):
        return ""
    if groups := told(source, vault):
        return in_a_line(groups)
    if not _OF_THE_SITE.search(source[2:-2].strip("- ")):
        vault.remarks.note(Kind.VALUE, source, source)
    return ""


def _words(match: re.Match[str], name: str, arguments: str, closed: set[str], vault: Vault) -> str:
    name = name.lower()
    if name in ("else", "elsif", "elif", "when"):
        return " "
    if _REFERENCES.fullmatch(name):
        return arguments.strip().strip("\"'-").strip()
    if not name or name[0] == "/" or name.startswith("end") or _SILENT.fullmatch(name):
        return _known_words(name, arguments)
    if any(known.fullmatch(name) for known in (BOXES, _WORDS, _PICTURES)):
        return _known_words(name, arguments)
    if name not in closed:
        opening = match[0][: 3 if match[0][1] == "{" else 2]
        vault.remarks.note(Kind.TEMPLATE, f"{opening} {name} {_CLOSING[opening]}", match[0])
    return _placed(match, told(arguments, vault))


def _placed(match: re.Match[str], groups: Groups) -> str:
    """On lines of its own where the tag stood alone, else within its sentence."""
    if not groups:
        return ""
    if _LINE_GOES_ON.match(match.string, match.end()) or not _is_at_line_start(match):
        return in_a_line(groups)
    return f"\n\n{on_lines(groups)}\n\n"


def _is_at_line_start(match: re.Match[str]) -> bool:
    line = match.string.rfind("\n", 0, match.start()) + 1
    return not match.string[line : match.start()].strip()


def _known_words(name: str, arguments: str) -> str:
    named: dict[str, str] = {}
    for first, double, second, single in _QUOTED.findall(arguments):
        named.setdefault(first or second or "", double or single)
    title = next((named[key] for key in _TITLES if named.get(key)), "")
    if _PICTURES.fullmatch(name) and (named.get("alt") or named.get("caption")):
        return f"![{named.get('alt') or named['caption']}]({named.get('src', '')})"
    if BOXES.fullmatch(name):
        title = title or named.get("", "")
        return f"\n\n**{title}**\n\n" if title else ""
    return title or named.get("", "") if _WORDS.fullmatch(name) else ""
