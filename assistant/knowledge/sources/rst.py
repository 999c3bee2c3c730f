"""reStructuredText, with what Sphinx adds to it, as an article."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from bs4 import Tag

from assistant.errors import UnreadableSource, Withheld
from assistant.knowledge.cleaning.remarks import Remark
from assistant.knowledge.sources.converted import Converted
from assistant.knowledge.sources.rst_library import RstLibrary
from assistant.knowledge.sources.soup import attribute, markdown_of, parse_html, text_of

_SETTINGS = {
    # No file of the machine is read or run for a text, and no docutils.conf either.
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": True,
    "report_level": 5,
    "halt_level": 6,
    "doctitle_xform": True,
    "initial_header_level": 2,
    "math_output": "LaTeX",
    "syntax_highlight": "none",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "strip_comments": True,
    "toc_backlinks": False,
    "footnote_backlinks": False,
    "line_length_limit": 1_000_000,
}
_ERROR = 3
_KINDS = frozenset(
    {"attention", "caution", "danger", "error", "hint", "important", "note", "tip", "warning",
     "seealso"}
)  # fmt: skip
_TITLES = "p.admonition-title, p.rubric, p.topic-title, p.sidebar-title"
_FACTS = re.compile(r"\A\s*(?:^:[\w-]+:(?:[ \t].*)?\n)+", re.MULTILINE)
_AUDIENCE = re.compile(r"^:audience:[ \t]+(\S.*)$", re.MULTILINE | re.IGNORECASE)
_META_AUDIENCE = re.compile(
    r"^\.\. meta::[ \t]*\n(?:[ \t].*\n|\n)*?[ \t]+:audience:[ \t]+(\S.*)$",
    re.MULTILINE | re.IGNORECASE,
)
_MARKS = re.compile(r"^[`|*]+|(?:\s*<[^<>]*>)?[`|*_]+$")


@dataclass
class Reading:
    """One page being read, and what was not understood. Directives find it in the document's
    settings. `file` is the page, or what it includes while that is read."""

    page: Path
    library: RstLibrary
    file: Path
    remarks: list[Remark] = field(default_factory=list)
    depth: int = 0
    lines_before: int = 0

    def wonders(self, what: str, line: int | None) -> None:
        """Remember what is not known, once for each kind."""
        if what not in {remark.what for remark in self.remarks}:
            self.remarks.append(Remark(what, line - self.lines_before if line else None))

    def misses(self, file: str, line: int | None) -> None:
        """Remember a file that cannot be included."""
        self.wonders(f"it includes “{file}”, which is not in this source", line)


def read_rst(text: str, name: str, *, page: Path, library: RstLibrary) -> Converted:
    """UnreadableSource where docutils cannot take it apart at all."""
    from docutils.core import publish_doctree, publish_from_doctree  # slow to import

    from assistant.knowledge.sources.rst_dialect import register

    above = _FACTS.match(text)
    audience = (_AUDIENCE.search(above[0]) if above else None) or _META_AUDIENCE.search(text)
    # Facts for Sphinx, such as ":orphan:"; above the title they would keep it from being one.
    text = _FACTS.sub(lambda facts: "\n" * facts[0].count("\n"), text)
    before, behind = library.around(page)
    whole = f"{before}\n{text}\n{behind}" if before else f"{text}\n{behind}"
    reading = Reading(page, library, page, lines_before=before.count("\n") + 1 if before else 0)
    register(text)
    settings = {**_SETTINGS, "warning_stream": StringIO(), "reading": reading}
    try:
        tree = publish_doctree(whole, settings_overrides=settings)
        _keep_what_failed(tree, reading)
        html = publish_from_doctree(tree, writer="html5", settings_overrides=settings)
    except Exception as error:
        # Docutils raises anything on a text that it cannot take apart.
        raise UnreadableSource(
            name,
            f"its reStructuredText cannot be taken apart ({type(error).__name__}: {error})",
            remedy="check it with: docutils FILE",
        ) from error
    soup = parse_html(html.decode("utf-8"), name)
    main = soup.main or soup.body or soup
    title = text_of(main.select_one("h1.title"))
    for heading in main.select("h1.title, .docinfo"):
        heading.decompose()
    if not text_of(main) and ".. toctree::" in text:
        raise Withheld(name, "it only lists other pages", remedy="nothing is lost")
    for subtitle in main.select("p.subtitle"):
        subtitle.name = "h2"
    _as_readers_see(main)
    return Converted(
        body=markdown_of(main),
        title=title,
        audience=audience[1] if audience else _audience_in(tree),
        remarks=tuple(reading.remarks),
    )


def _audience_in(tree: Any) -> str:
    """What the fields at the head of the page, or of its first section, say of it."""
    from docutils import nodes

    for said in tree.findall(nodes.field):
        fields = said.parent
        before = fields.parent.children[: fields.parent.index(fields)]
        leads = all(isinstance(each, nodes.Titular | nodes.PreBibliographic) for each in before)
        if leads and said[0].astext().strip().casefold() == "audience":
            return str(said[1].astext())
    return ""


def _keep_what_failed(tree: Any, reading: Reading) -> None:
    """Of a block that docutils refuses, its text stays in its place."""
    from docutils import nodes

    for message in list(tree.findall(nodes.system_message)):
        block = next(iter(message.findall(nodes.literal_block)), None)
        if message["level"] >= _ERROR:
            what = message.children[0].astext().split("\n")[0].strip(" .")
            reading.wonders(f"{what}; what it is about was kept as text", message.get("line"))
        if message["level"] >= _ERROR and block is not None:
            message.parent.replace(message, block)
        else:
            message.parent.remove(message)
    for problem in list(tree.findall(nodes.problematic)):
        problem.parent.replace(problem, nodes.Text(_MARKS.sub("", problem.astext())))


def _as_readers_see(main: Tag) -> None:
    """The writer's HTML in the terms of ours."""
    for tag in main.select("span.literal"):
        tag.name = "code"
    for tag in main.select(_TITLES):
        if "admonition-title" in attribute(tag, "class") and _kinds(tag.parent) & _KINDS:
            tag.decompose()
        elif tag.find("strong") is None and (words := text_of(tag)):
            tag.clear()
            strong = Tag(name="strong")
            strong.append(words)
            tag.append(strong)
    for line in main.select(".line-block .line"):
        line.name = "span"
        line.append(Tag(name="br", can_be_empty_element=True))
    for image in main.find_all("img"):
        if attribute(image, "alt") == attribute(image, "src"):
            image["alt"] = ""


def _kinds(box: Tag | None) -> set[str]:
    return set(attribute(box, "class").split())
