"""The roles of Sphinx and its common extensions, as what readers see of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import roles
from docutils.parsers.rst.languages import en

if TYPE_CHECKING:
    from assistant.knowledge.sources.rst import Reading
    from assistant.knowledge.sources.rst_library import Heading

_ROLE = re.compile(r"(?<![\w`]):([A-Za-z][\w:.+-]*):`")
_TITLED = re.compile(r"^(.*?)\s*<([^<>]*)>$", re.DOTALL)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STRONG = _names("guilabel menuselection dfn rolename")
_CODE = _names(
    "file command program option envvar kbd samp makevar mailheader mimetype regexp func meth "
    "class mod data const attr exc obj type dir role directive confval setting"
)
_PLAIN = _names("term download abbr numref eq token manpage newsgroup pep rfc any")
_PICTURES = _names("fa fas fab far octicon material-regular bi iconify")
_DOMAINS = ("py:", "js:", "c:", "cpp:", "rst:")


def register_roles(text: str) -> None:
    """Make docutils know all roles that this text uses; what is new to everybody keeps its text."""
    for name in {match.lower() for match in _ROLE.findall(text)}:
        if name not in en.roles and name not in ("math", "code", "raw"):
            roles.register_local_role(name, _role(name))


Role = Callable[..., tuple[list[nodes.Node], list[nodes.system_message]]]


def _role(name: str) -> Role:
    show = _shown_by(name)

    def role(
        name: str,
        rawtext: str,
        text: str,
        lineno: int,
        inliner: Any,
        options: Any = None,
        content: Sequence[str] = (),
    ) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        reading: Reading = inliner.document.settings.reading
        return show(nodes.unescape(text), reading, lineno), []

    if show is not _unknown:
        return role

    def unknown_role(*args: Any, **kwargs: Any) -> Any:
        args[4].document.settings.reading.wonders(
            f"the role “{name}” is not known; its text was kept", args[3]
        )
        return role(*args, **kwargs)

    return unknown_role


def _shown_by(name: str) -> Callable[[str, Reading, int], list[nodes.Node]]:
    last = name.rpartition(":")[2]
    if last in ("ref", "doc"):
        return _label if last == "ref" else _document
    if last in _PICTURES:
        return lambda text, reading, line: []
    if last in _STRONG:
        return _strong
    if last in _CODE or name.startswith(_DOMAINS):
        return _code
    return _plain if last in _PLAIN or last.startswith("bdg") else _unknown


def _strong(text: str, reading: Reading, line: int) -> list[nodes.Node]:
    # `&` marks an accelerator key, `-->` a step down a menu.
    shown = re.sub(r"\s*-->\s*", " → ", re.sub(r"&(?=\w)", "", text))
    return [nodes.strong(shown, shown)]


def _code(text: str, reading: Reading, line: int) -> list[nodes.Node]:
    titled = _TITLED.match(text)
    # `~` shortens a name to its last part; `!` keeps it from being a link.
    shown = titled[1] if titled and titled[1] else text.lstrip("!")
    shown = shown.rpartition(".")[2] if shown.startswith("~") else shown
    return [nodes.literal(shown, shown)]


def _plain(text: str, reading: Reading, line: int) -> list[nodes.Node]:
    titled = _TITLED.match(text)
    return [nodes.Text(titled[1] if titled and titled[1] else text.lstrip("!"))]


def _unknown(text: str, reading: Reading, line: int) -> list[nodes.Node]:
    return _plain(text, reading, line)


def _label(text: str, reading: Reading, line: int) -> list[nodes.Node]:
    words, name = _taken_apart(text)
    return _linked(words, reading.library.label(name), reading, otherwise=name)


def _document(text: str, reading: Reading, line: int) -> list[nodes.Node]:
    words, name = _taken_apart(text)
    found = reading.library.document(name, page=reading.page)
    return _linked(words, found, reading, otherwise=name)


def _taken_apart(text: str) -> tuple[str, str]:
    titled = _TITLED.match(text)
    return (titled[1], titled[2]) if titled else ("", text.lstrip("!~"))


def _linked(
    words: str, found: Heading | None, reading: Reading, *, otherwise: str
) -> list[nodes.Node]:
    """A link to the page where it is another one; words alone where nothing is found."""
    if found is None:
        shown = words or otherwise.rpartition("/")[2].replace("-", " ").replace("_", " ")
        return [nodes.Text(shown)]
    shown = words or found.title or otherwise.replace("-", " ")
    if found.file == reading.page.resolve():
        return [nodes.Text(shown)]
    path = os.path.relpath(found.file.with_suffix(""), reading.page.resolve().parent)
    target = path.replace(os.sep, "/") + (f"#{found.anchor}" if found.anchor else "")
    return [nodes.reference(shown, shown, refuri=target)]
