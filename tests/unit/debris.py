"""What must not be left of a writer's tools in a text, outside of its code."""

from __future__ import annotations

import re
from collections.abc import Iterator

CODE = re.compile(
    r"^([ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)(`{3,}|~{3,})[^\n]*\n.*?^[ \t>]*\2`*[ \t]*$"
    r"|(?<!`)(`+)(?!`).+?(?<!`)\3(?!`)",
    re.DOTALL | re.MULTILINE,
)
DEBRIS = {
    "a tag": r"</?[A-Za-z][^<>\n]*>",
    "an entity": r"&(?:#\w+|[A-Za-z]\w+);",
    "a template tag": r"\{%|%\}|\{\{|\}\}",
    "an attribute list": r"\{[:#.][^}\n]*\}",
    "a comment": r"<!--|-->",
    "an alert mark": r"\[!(?!\[)",
    "a colon fence": r"^[ \t>]*:::",
    "an indented box": r"^[ \t]*(?:!!!|\?\?\?) ",
    "JavaScript": r"^(?:import|export) [\w{*]|\{['\"`/]",
    "an image without text": r"!\[\s*\]",
    "a link without words": r"(?<!!)\[\s*\]\(",
    "a link definition": r"^\[[^\]\n]+\]:\s",
    "a footnote mark": r"\[\^",
    "front matter": r"\A---\n\w+:",
    "an include": r"\{![^{}\n]*!\}|--8<--|\$include",
    "a mark of our own": "[\ufdd0-\ufdef]",
}


def debris(text: str) -> Iterator[str]:
    # A word in place of code: a link whose words are code has words.
    prose = CODE.sub("code", text)
    for name, pattern in DEBRIS.items():
        for match in re.finditer(pattern, prose, re.MULTILINE):
            yield f"{name}: {prose[max(0, match.start() - 40) : match.end() + 40]!r}"
