"""A tree of tags as Markdown: what readers see stays, in Markdown's own marks."""

from __future__ import annotations

import re
import textwrap

from assistant.knowledge.cleaning.elements import DROPPED, Element, parse
from assistant.knowledge.cleaning.remarks import Kind
from assistant.knowledge.cleaning.tables import flat, table_to_markdown
from assistant.knowledge.cleaning.told import BOXES, Groups, in_a_line, on_lines, told
from assistant.knowledge.cleaning.vault import LINE_BREAK, Vault, has_block

_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~"}
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_TITLES = ("title", "label", "header", "heading", "headline", "summary", "tabname", "caption")
_IMAGES = ("img", "image", "themedimage", "zoomableimage", "screenshot", "thumbnail")
_LINKS = ("a", "link", "navlink", "nextlink", "routerlink")
_FURNITURE = re.compile(
    r"\w*(?:Icon|Spacer|Divider|Feedback|Newsletter|Subscribe|Share|Head|Anchor|Logo|Avatar|Script"
    r"|Style|Redirect|Fragment)|(?:Cta|CTA|CallToAction|TOC|Toc|TableOfContents|DocCardList|Seo|SEO"
    r"|Giscus|Comments)\w*"
)
"""Components that show icons, advertisements, lists of pages and the like: nothing to be read."""
_FILMS = re.compile(r"\w*(?:Video|Player|Badge|YouTube|Youtube|Vimeo|Loom)\w*")
_ONE_WORD = re.compile(r"[A-Z][a-z]+")
_LIST_STARTS = re.compile(r"\n{2,}(?=[ ]*(?:- |\d+\. ))")


def html_to_markdown(text: str, vault: Vault) -> str:
    """The text with HTML and JSX elements as Markdown; text outside of them is left as it is."""
    return _Renderer(vault).flow(parse(text)) if "<" in text else text


class _Renderer:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def flow(self, element: Element) -> str:
        """The children one after the other."""
        return "".join(
            child if isinstance(child, str) else self._element(child) for child in element.children
        )

    def _element(self, element: Element) -> str:
        name = element.name
        if element.is_hidden:
            return ""
        if name in _IMAGES:
            return _image(element)
        if name in _LINKS and not (name == "link" and element.tag.name == "link"):
            return self._link(element)
        if name in DROPPED and element.tag.name == name:
            return ""
        if name == "br":
            return LINE_BREAK
        if _is_of_the_site(element) and _encloses_nothing(element):
            return self._words(element)
        return self._block(element) if element.is_block else self._inline(element)

    def _words(self, element: Element) -> str:
        """What the tag of a component says that encloses nothing: the site alone knows the rest."""
        name = element.tag.name
        if _FURNITURE.fullmatch(name):
            return ""
        groups = self._told(element)
        if not (_FILMS.fullmatch(name) or (groups and BOXES.fullmatch(element.name))):
            self._vault.remarks.note(Kind.COMPONENT, f"<{name}>", element.tag.source)
        if not groups and _ONE_WORD.fullmatch(name) and not element.tag.attributes:
            # A mark at a word, as in "**limit** <Optional />": its name is what it says.
            return name if element.before.strip(" \t>#*-") else ""
        if not groups or not element.begins_line or element.after.strip():
            return in_a_line(groups)
        return self._on_lines(element, on_lines(groups))

    def _told(self, element: Element) -> Groups:
        """The words for readers in its tag."""
        return told(element.tag.source[1 + len(element.tag.name) :].rstrip("/>"), self._vault)

    def _told_beside(self, element: Element, *, without: str = "") -> Groups:
        """The same, of a component around a text, if it may be more than a frame with a title."""
        if BOXES.fullmatch(element.name):
            return []
        groups = [[words for words in group if words != without] for group in self._told(element)]
        return [group for group in groups if group]

    def _inline(self, element: Element) -> str:
        inner = self.flow(element)
        if _is_of_the_site(element) and inner.strip() and (groups := self._told_beside(element)):
            return f"{inner} ({in_a_line(groups)})"
        if element.name == "sup" and inner.strip("0123456789+-") == "":
            return inner.translate(_SUPERSCRIPTS)
        mark = _MARKS.get(element.name, "")
        core = inner.strip()
        if not mark or not core or "\n\n" in core or has_block(core) or core.startswith(mark):
            return inner
        lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        return f"{lead}{mark}{core}{mark}{trail}"

    def _link(self, element: Element) -> str:
        if any(child.is_block for child in element.walk()):
            return self._block(element)
        inner = self.flow(element)
        core, target = " ".join(inner.split()), element.attribute("href", "to")
        if not core or not target or "](" in core:
            return inner
        lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
        return f"{lead}[{core}]({target.strip().replace(' ', '%20')}){trail}"

    def _block(self, element: Element) -> str:
        """On lines of its own where it begins one; within a line it stays within the line."""
        if element.name == "hr":
            return "" if "|" in element.before else "\n\n---\n\n"
        body = self._body(element).strip("\n")
        if not body.strip():
            return ""
        if not element.begins_line and ("|" in element.before or "\n\n" not in body):
            return f" {flat(body)} "
        if not element.begins_line:
            return f"\n\n{body}\n\n"
        return self._on_lines(element, body)

    def _on_lines(self, element: Element, body: str) -> str:
        if re.search(r"[-*+.)][ \t]+$", element.before):
            indent = re.sub(r"[^>\t]", " ", element.before)
            return textwrap.indent(body, indent)[len(indent) :] + "\n"
        return f"\n\n{textwrap.indent(body, element.before, lambda line: True)}\n\n"

    def _body(self, element: Element) -> str:
        name = element.name
        if re.fullmatch(r"h[1-6]", name):
            return "#" * int(name[1]) + " " + flat(self.flow(element))
        if name in ("ul", "ol"):
            return self._list(element)
        if name == "table":
            return table_to_markdown(element, self.container, self._vault)
        body = self.container(element)
        if name in ("summary", "dt"):
            return _bold(body)
        if name == "blockquote":
            return textwrap.indent(body, "> ", lambda line: True)
        title = element.attribute(*_TITLES) if element.is_component else ""
        body = f"**{title}**\n\n{body}" if title and body.strip() else body
        groups = self._told_beside(element, without=title) if element.is_component else []
        return "\n\n".join(part for part in (body, on_lines(groups)) if part.strip())

    def container(self, element: Element) -> str:
        """The children as blocks, moved to the left margin."""
        if element.has_blank_line() or any(
            has_block(child) for child in element.children if isinstance(child, str)
        ):
            return textwrap.dedent(self.flow(element)).strip("\n")
        # HTML alone: its indentation says nothing, and four columns would make code of it.
        for index, child in enumerate(element.children):
            if isinstance(child, str):
                element.children[index] = re.sub(r"\n[ \t]+", "\n", child)
            elif child.is_block or child.is_component:
                child.before = ""
        return self.flow(element).strip()

    def _list(self, element: Element) -> str:
        number = int(element.attribute("start") or 1) if element.name == "ol" else 0
        lines: list[str] = []
        for item in element.elements():
            body = _LIST_STARTS.sub("\n", self.container(item)).strip()
            if item.name != "li":
                lines.append(textwrap.indent(body, "  "))
                continue
            marker = f"{number}. " if number else "- "
            number += 1 if number else 0
            if body:
                lines.append(marker + textwrap.indent(body, " " * len(marker))[len(marker) :])
        return "\n".join(lines)


def _is_of_the_site(element: Element) -> bool:
    """A component; `<Video>` is none of HTML's either, which is written in one kind of letters."""
    name = element.tag.name
    return element.is_component or (name[:1].isupper() and not name.isupper())


def _encloses_nothing(element: Element) -> bool:
    return not any(not isinstance(child, str) or child.strip() for child in element.children)


def _bold(body: str) -> str:
    if not body or "\n\n" in body or body.lstrip().startswith("#") or has_block(body):
        return body
    return "**" + flat(body).replace("**", "") + "**"


def _image(element: Element) -> str:
    alt = " ".join(element.attribute("alt", "title", "caption").split())
    return f"![{alt}]({element.attribute('src').replace(' ', '%20')})"
