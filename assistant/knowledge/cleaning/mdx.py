"""JavaScript in Markdown: imports, exports and expressions go, imported partials come in."""

from __future__ import annotations

import re

from assistant.knowledge.cleaning.includes import Includes
from assistant.knowledge.cleaning.protecting import protect
from assistant.knowledge.cleaning.tags import expressions
from assistant.knowledge.cleaning.vault import Vault

_IMPORT = re.compile(
    r"^import\s+(?:[\w*${][^;'\"`]*?\s+from\s+)?"
    r"(?P<quote>['\"])(?P<file>[^'\"\n]+)(?P=quote)[ \t]*;?[ \t]*$",
    re.MULTILINE,
)
_PARTIAL = re.compile(r"^import\s+(\w+)\s+from\s+['\"]([^'\"\n]+\.mdx?)['\"]", re.MULTILINE)
_EXPORT = re.compile(
    r"^export\s+(?:default|const|let|var|function|async|class|type|\{|\*)", re.MULTILINE
)
_PLAIN_STRING = re.compile(r"\{\s*(?:\"([^\"{}]*)\"|'([^'{}]*)'|`([^`{}$]*)`)\s*\}")


def is_mdx(text: str) -> bool:
    """Whether a Markdown file is MDX by what stands in it: writers often keep the suffix `.md`."""
    return bool(_IMPORT.search(text) or _EXPORT.search(text))


def drop_javascript(text: str, vault: Vault, includes: Includes | None) -> str:
    """The text without JavaScript. A partial stands where its component is used."""
    for name, file in _PARTIAL.findall(text):
        use = re.compile(rf"<{name}(?:\s[^<>]*)?/>")
        found = includes.text_of(file.removeprefix("@site/")) if includes else None
        partial = ""
        if found:
            partial = protect(found[0], vault, found[1])
            partial = drop_javascript(partial, vault, found[1]).strip("\n")
        text = use.sub(lambda _, words=partial: words, text)  # type: ignore[misc]
    return _drop_expressions(_drop_exports(_IMPORT.sub("", text)))


def _drop_exports(text: str) -> str:
    """An export ends with the paragraph in which its brackets are closed."""
    out: list[str] = []
    position = 0
    while match := _EXPORT.search(text, position):
        end = match.end()
        while True:
            blank = text.find("\n\n", end)
            end = len(text) if blank < 0 else blank
            part = text[match.start() : end]
            if end == len(text) or all(
                part.count(a) <= part.count(b) for a, b in ("{}", "()", "[]")
            ):
                break
            end += 2
        out.append(text[position : match.start()])
        position = end
    return "".join([*out, text[position:]])


def _drop_expressions(text: str) -> str:
    """`{' '}` leaves its words, `{name}` and calls leave nothing; those inside of tags stay."""
    out: list[str] = []
    position = 0
    for start, end in expressions(text):
        if _inside_tag(text, start):
            continue
        source = text[start:end]
        words = _PLAIN_STRING.fullmatch(source)
        kept = next((part for part in words.groups() if part is not None), "") if words else ""
        out += [text[position:start], source if source[1:2] in "%{#:" else kept]
        position = end
    return "".join([*out, text[position:]])


def _inside_tag(text: str, position: int) -> bool:
    """Whether a tag was opened before, in the same paragraph, and not closed yet."""
    opened = text.rfind("<", max(0, position - 2000), position)
    return (
        opened >= 0
        and text[opened + 1 : opened + 2].isalpha()
        and ">" not in text[opened:position].replace("=>", "")
        and "\n\n" not in text[opened:position]
    )
