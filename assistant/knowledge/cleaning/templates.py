"""Template tags, shortcodes and attribute lists: Liquid, GitBook, Hugo, kramdown and their kin.

The tags go, what they enclose stays. A tag that carries words for the reader (a tab's title, the
label of a button) leaves those words.
"""

from __future__ import annotations

import re

from assistant.knowledge.cleaning.vault import Vault

_LIQUID = re.compile(r"(?<!\{)\{%-?\s*(/?\w[\w-]*)?(.{0,2000}?)%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{([<%])-?\s*(/?[\w./-]*)(.{0,2000}?)-?\s*/?\s*[>%]\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{.{0,2000}?\}\}", re.DOTALL)
_ESCAPED = re.compile(r"\\\{\\?([{%][^{}\n]*?)\\?\}\\?\}|\\\{(%[^{}\n]*%)\\?\}")
_CAPTURE = re.compile(r"\{%-?\s*capture\b.*?\{%-?\s*endcapture\s*-?%\}", re.DOTALL)
_QUOTED = re.compile(r"""(?:([\w-]+)\s*=\s*)?["“]([^"”]*)["”]|(?:([\w-]+)\s*=\s*)?'([^']*)'""")
_TITLES = ("title", "label", "header", "heading", "summary", "name", "text")
_BOXES = re.compile(
    r"tab|tab-?item|step|accordion(?:-item)?|collaps(?:e|ible)|expand(?:er)?|details|dropdown"
    r"|spoiler|toggle|notice|admonition|callout|alert|hint|note|tip|warning|important|caution"
    r"|danger|info|card|panel"
)
_WORDS = re.compile(r"kbd|key|badge|button|menu|ui|term|glossary_tooltip|abbr|highlight")
_REFERENCES = re.compile(r"ref|relref|link|post_url|url")

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


def drop_templates(text: str, vault: Vault) -> str:
    """The text without template tags and attribute lists; escaped ones are shown, as code."""
    if "toc" in text or "TOC" in text:
        text = _CONTENTS.sub("", text)
    if "{" not in text:
        return _TARGET.sub("", text)
    text = _ESCAPED.sub(lambda shown: _shown(shown, vault), text)
    if "}}" in text:
        text = _SHORTCODE.sub(_shortcode_words, text)
    if "%}" in text:
        text = _LIQUID.sub(_liquid_words, _CAPTURE.sub("", text))
    if "}}" in text:
        text = _VARIABLE.sub("", text)
    text = _CLASSES.sub("", _ATTRIBUTE_LIST.sub("", text))
    text = _ATTRIBUTES_BEHIND.sub("", _HEADING_ID.sub("", text))
    return _TARGET.sub("", text)


def _shown(braces: re.Match[str], vault: Vault) -> str:
    return vault.code(braces[0].replace("\\", ""))


def _liquid_words(match: re.Match[str]) -> str:
    return _words(match[1] or "", match[2])


def _shortcode_words(match: re.Match[str]) -> str:
    return _words(match[2], match[3])


def _words(name: str, arguments: str) -> str:
    name = name.lower()
    if name in ("else", "elsif", "elif", "when"):
        return " "
    if _REFERENCES.fullmatch(name):
        return arguments.strip().strip("\"'-").strip()
    named: dict[str, str] = {}
    for first, double, second, single in _QUOTED.findall(arguments):
        named.setdefault(first or second or "", double or single)
    title = next((named[key] for key in _TITLES if named.get(key)), "")
    if name in ("figure", "img", "image") and (named.get("alt") or named.get("caption")):
        return f"![{named.get('alt') or named['caption']}]({named.get('src', '')})"
    if _BOXES.fullmatch(name):
        title = title or named.get("", "")
        return f"\n\n**{title}**\n\n" if title else ""
    return title or named.get("", "") if _WORDS.fullmatch(name) else ""
