"""The words for people among the arguments of a tag that nobody here knows.

A title, a price or a label is meant for readers, and so are several words in quotes; names of
styles, icons, ids and addresses are not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.knowledge.cleaning.vault import Vault

BOXES = re.compile(
    r"tab|tab-?item|step|accordion(?:-item)?|collaps(?:e|ible)|expand(?:er)?|details|dropdown"
    r"|spoiler|toggle|notice|admonition|callout|alert|hint|note|tip|warning|important|caution"
    r"|danger|info|(?:link-?)?card|panel"
)
"""What is known to frame a text, by the name of its tag: a title, if any, stands above it."""

_FOR_READERS = re.compile(
    r"(?:\w*(?:title|label|text|titre|texte|prix|libell[ée]|légende|réponse|heading|headline|caption|price|description|message|question|answer)"
    r"|header|summary|content|tooltip|tip|note|term|definition|amount|cost|fee|currency|unit|day|hour"
    r"|duration|deadline|phone|e?mail|montant|tarif|délai|jour|heure|plan|default|alt)s?",
    re.IGNORECASE,
)
_FURNITURE = re.compile(
    r"class(?:es|name)?|css|style|sx|id|key|ref|\w*ids?|\w*(?:href|src|url|uri|link|path|file)s?|to"
    r"|from|icon\w*|image\w*|img|logo|variant|type|kind|colou?r\w*|size\w*|width|height|align\w*"
    r"|layout|lang\w*|locale|slug|target|rel|group\w*|(?:data|aria)-.*|on[a-z]\w*|srcset|viewbox|d"
    r"|fill|stroke|transform|allow\w*|sandbox|pattern|format|placeholder|feature|anchor|mode|theme"
    r"|query|code|python_script|script|sort\w*|order\w*|collection|filter\w*|where",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    r"""(?:(?<![\w-])["']?(?P<name>[\w-]+)["']?\s*[=:][{[(\s]*)?
        (?!["'][\w-]+["']\s*:)
        (?:"(?P<double>[^"]*)"|“(?P<curly>[^“”]*)”|(?<!\w)'(?P<single>[^']*)'|`(?P<ticks>[^`]*)`
          |(?P<kept>\ufdd0\d+\ufdd2))
      | (?<![\w-])(?P<bare_name>[\w-]+)=(?:(?P<bare>[^\s"'“`{}<>=/]+)|\{(?P<number>[\d.,]+)\})""",
    re.VERBOSE | re.DOTALL,
)
_ASSIGNED = re.compile(r"([\w-]+)\s*=(?![=>])")
_VALUES = ("double", "curly", "single", "ticks", "kept", "bare", "number")
_LONGEST = 20_000
_TAG = re.compile(r"<[^<>]*>|\$\{[^{}]*\}|[\ufdd0-\ufdef]")
_NO_WORDS = re.compile(
    r"[{}]|</?\w|://|^[./#@]|\w\(|&&|\|\||\w=\S|[=-]>|==|\\\w|^[\w-]+\s*:[^;]+;\s*(?:[\w-]+\s*:|$)"
)
_WORD = re.compile(r"[^\W\d_]{2,}")

Groups = list[list[str]]


def told(arguments: str, vault: Vault) -> Groups:
    """The words, in order; what belongs together (one entry of a list) in a group of its own."""
    found = list(_values(arguments[:_LONGEST], vault))
    phrases = {value.name for value in found if value.depth and _is_phrase(value.words)}
    groups: Groups = []
    names: set[str] = set()
    for value in found:
        if not value.words or not (value.is_for_readers or (value.depth and value.name in phrases)):
            continue
        if not groups or value.begins_entry or (value.name in names and value.depth < 2):
            groups.append([])
            names = set()
        names.add(value.name)
        groups[-1].append(value.words)
    return groups


@dataclass(frozen=True)
class _Value:
    """One value; `depth` in how many lists, `begins_entry` if it is the first of one in a list."""

    name: str
    words: str
    depth: int
    begins_entry: bool

    @property
    def is_for_readers(self) -> bool:
        return _is_phrase(self.words) or _FOR_READERS.fullmatch(self.name) is not None


def _values(arguments: str, vault: Vault) -> Iterator[_Value]:
    name, depth, end = "", 0, 0
    for match in _ARGUMENT.finditer(arguments):
        kind = next(kind for kind in _VALUES if match[kind] is not None)
        between = arguments[end : match.start(kind)]
        assigned = _ASSIGNED.findall(between)
        name = match["name"] or match["bare_name"] or (assigned[-1] if assigned else name)
        end = match.end(kind)
        depth = max(0, depth + between.count("[") - between.count("]"))
        yield _Value(
            name=name.lower(),
            words=_words(name, vault.shown(match[kind])),
            depth=depth,
            begins_entry="]" in between or (depth > 0 and "}" in between),
        )


def in_a_line(groups: Groups) -> str:
    """The words as a part of a sentence."""
    return "; ".join(map(_joined, groups))


def on_lines(groups: Groups) -> str:
    """The words as a paragraph; several groups as a list."""
    if len(groups) == 1:
        return _joined(groups[0])
    return "\n".join(f"- {_joined(group)}" for group in groups)


def _words(name: str, value: str) -> str:
    """ "" for what readers were not to see."""
    if _FURNITURE.fullmatch(name) and not _FOR_READERS.fullmatch(name):
        return ""
    words = " ".join(html.unescape(_TAG.sub(" ", value)).split())
    return "" if _NO_WORDS.search(words) else words.replace("|", "\\|")


def _is_phrase(words: str) -> bool:
    return " " in words and _WORD.search(words) is not None


def _joined(words: list[str]) -> str:
    text = ""
    for part in words:
        text += part if not text else f" {part}" if text[-1] in ".!?:;" else f", {part}"
    return text
