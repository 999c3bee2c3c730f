"""JavaScript in Markdown: imports, exports and expressions go, imported partials come in."""

from __future__ import annotations

import re

from assistant.knowledge.cleaning.includes import Includes
from assistant.knowledge.cleaning.protecting import protect
from assistant.knowledge.cleaning.remarks import Kind
from assistant.knowledge.cleaning.tags import expressions
from assistant.knowledge.cleaning.told import in_a_line, on_lines, told
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
_NO_TEXT = re.compile(r"export\s+(?:const|let|var)\s+(?:meta\w*|front_?matter|toc\w*)\b", re.I)
_LITERAL = re.compile(r"export\s+(?:const|let|var)\s+[\w$]+(?:\s*:[^=\n]*)?\s*=\s*[\[{\"'`]")
_MARKUP = re.compile(r"<[A-Za-z]")
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
    return _drop_expressions(_drop_exports(_IMPORT.sub("", text), vault), vault)


def _drop_exports(text: str, vault: Vault) -> str:
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
        source = text[match.start() : end]
        out += [text[position : match.start()], _words_of_export(source, vault)]
        position = end
    return "".join([*out, text[position:]])


def _words_of_export(source: str, vault: Vault) -> str:
    """What stands in a list or a text that a component shows elsewhere."""
    groups = told(source, vault)
    if not groups or _NO_TEXT.match(source):
        return ""
    vault.remarks.note(Kind.EXPORT, source.partition("=")[0].partition("(")[0], source)
    return f"\n\n{on_lines(groups)}\n\n" if _LITERAL.match(source) else ""


def _drop_expressions(text: str, vault: Vault) -> str:
    """`{' '}` leaves its words, as does what is written as a tag; `{name}` and calls leave nothing.

    Those inside of tags stay.
    """
    out: list[str] = []
    position = 0
    for start, end in expressions(text):
        if _inside_tag(text, start):
            continue
        source = text[start:end]
        kept = source if source[1:2] in "%{#:" else _words_of_expression(source, vault)
        out += [text[position:start], kept]
        position = end
    return "".join([*out, text[position:]])


def _words_of_expression(source: str, vault: Vault) -> str:
    if words := _PLAIN_STRING.fullmatch(source):
        return next(part for part in words.groups() if part is not None)
    if not source[1:-1].strip():
        return ""
    vault.remarks.note(Kind.VALUE, source, source)
    if (markup := _MARKUP.search(source)) and ("</" in source or "/>" in source):
        return _drop_expressions(source[markup.start() : source.rfind(">") + 1], vault)
    return in_a_line(told(source, vault))


def _inside_tag(text: str, position: int) -> bool:
    """Whether a tag was opened before, in the same paragraph, and not closed yet."""
    opened = text.rfind("<", max(0, position - 2000), position)
    return (
        opened >= 0
        and text[opened + 1 : opened + 2].isalpha()
        and ">" not in text[opened:position].replace("=>", "")
        and "\n\n" not in text[opened:position]
    )
