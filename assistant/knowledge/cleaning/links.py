"""Links and images in one plain form, `[words](target)`, whatever form the writer used.

References and footnotes are resolved, because a passage is read without the rest of its article.
An image stays only where its text says something.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.knowledge.cleaning.vault import Vault

_DEFINITION = re.compile(
    r"^[ ]{0,3}\[(?!\^)((?:\\.|[^\[\]\\\n])+)\]:[ \t]*\n?[ \t]*(<[^<>\n]*>|\S+)"
    r"(?:[ \t]*\n?[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$",
    re.MULTILINE,
)
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\](:[ \t]*)?")
_AUTOLINK = re.compile(
    r"<((?:https?|ftp)://[^\s<>]+|mailto:[^\s<>]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)>"
)
_OPENING = re.compile(r"\\.|!?\[")
_BRACKET = re.compile(r"\\.|[\[\]]|\n[ \t]*\n")
_TARGET = re.compile(
    r"\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<bare>(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\]|\([^\s()]*\))*\))*))"
    r"(?:\s+(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)"
)
_ANGLE = re.compile(r"(\]\(\s*|^[ ]{0,3}\[[^\]\n]+\]:[ \t]+)<([^<>\n]*)>", re.MULTILINE)
_SPACED_TARGET = re.compile(r"\((?P<bare>[^()<>\n\"']*(?:\([^()\n]*\)[^()<>\n\"']*)*)\)")
_HOLLOW = re.compile(r"(?<!\\)!?\[\s*\]\([^()\n]*\)")
_LABEL = re.compile(r"\[([^\[\]\n]*)\]")
_SCRIPT = re.compile(r"\s*(?:javascript|data|vbscript):", re.IGNORECASE)
_FILE = re.compile(r"\.(?:mdx?|markdown)(?:#.*)?$", re.IGNORECASE)
_NO_WORDS = re.compile(
    r"""(?:image|images|img|picture|photo|figure|fig|screen\s?shot|screenshot|capture(?:\sd['’]écran)?
        |icon|icone|icône|logo|alt(?:\stext)?|untitled|null|undefined|graphic|thumbnail|banner)?
        [\s\d_.()-]*""",
    re.VERBOSE | re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"\S*[\w)-]\.(?:png|jpe?g|gif|svg|webp|bmp|avif|mp4)|[\w-]*\d{4,}[\w-]*", re.I
)


def bare_targets(text: str) -> str:
    """`](<a file.md>)` without the angle brackets, which look like a tag."""
    if "<" not in text:
        return text
    return _ANGLE.sub(lambda link: link[1] + _address(link[2]), text)


def plain_links(text: str, vault: Vault) -> str:
    """Every link inline, every image with its words or gone."""
    if "[" not in text and "<" not in text:
        return text
    text = _AUTOLINK.sub(lambda link: _autolink(link[1]), text)
    if "]" not in text:
        return text
    text = _HOLLOW.sub("", text)
    targets: dict[str, str] = {}
    if "]:" in text:
        text = _DEFINITION.sub(lambda found: _define(found, targets), text)
    if "[^" in text:
        text = _FOOTNOTE.sub(
            lambda mark: vault.span(f"[{mark[1]}]") + (" " if mark[2] else ""), text
        )
    return _Links(targets).rewrite(text)


def _autolink(target: str) -> str:
    address = target if "://" in target or target.startswith("mailto:") else f"mailto:{target}"
    return f"[{target.removeprefix('mailto:')}]({address})"


def _define(found: re.Match[str], targets: dict[str, str]) -> str:
    targets.setdefault(_key(found[1]), found[2].strip("<>"))
    return ""


def _key(label: str) -> str:
    return " ".join(label.casefold().split())


class _Links:
    def __init__(self, targets: dict[str, str]) -> None:
        self._targets = targets

    def rewrite(self, text: str, depth: int = 0) -> str:
        out: list[str] = []
        position = 0
        while opening := _OPENING.search(text, position):
            start = opening.end()
            out.append(text[position : opening.start()])
            position = start
            closing = _closing_bracket(text, start) if opening[0][-1] == "[" else -1
            found = self._target(text, start, closing) if closing >= 0 and depth < 4 else None
            if found is None:
                out.append(opening[0])
                continue
            target, position = found
            words = text[start:closing]
            make: Callable[[str, str], str] = _image if opening[0][0] == "!" else _link
            out.append(make(words if make is _image else self.rewrite(words, depth + 1), target))
        return "".join([*out, text[position:]])

    def _target(self, text: str, start: int, closing: int) -> tuple[str, int] | None:
        """Where a link leads, and where it ends; None for brackets that are no link."""
        behind = closing + 1
        match = _TARGET.match(text, behind) or _SPACED_TARGET.match(text, behind)
        if match:
            parts = match.groupdict()
            return (parts.get("angle") or parts.get("bare") or "").strip(), match.end()
        label = _LABEL.match(text, behind)
        key = _key(label[1] if label and label[1] else text[start:closing])
        if key in self._targets:
            return self._targets[key], label.end() if label else behind
        return None


def _closing_bracket(text: str, position: int) -> int:
    """Where the bracket opened just before closes, in the same paragraph; -1 where it does not."""
    depth = 1
    while match := _BRACKET.search(text, position, position + 3000):
        if match[0] == "[":
            depth += 1
        elif match[0] == "]":
            depth -= 1
            if not depth:
                return match.start()
        elif match[0][0] == "\n":
            return -1
        position = match.end()
    return -1


def _link(words: str, target: str) -> str:
    core = " ".join(words.split())
    if not core or (target.startswith("#") and core in ("#", "¶", "§", "🔗")):
        return ""
    if not target or _SCRIPT.match(target):
        return words
    if _FILE.search(core) and "/" not in core.strip("./"):
        # GitBook writes the name of the file where it shows the title of the page.
        core = humanised(core)
    lead = " " if words[:1].isspace() else ""
    trail = " " if words[-1:].isspace() else ""
    return f"{lead}[{core}]({_address(target)}){trail}"


def _image(words: str, target: str) -> str:
    alt = " ".join(words.split())
    if _NO_WORDS.fullmatch(alt) or _FILE_NAME.fullmatch(alt):
        return ""
    alt = re.sub(r"[\[\]]", "", alt)
    return f"![{alt}]({_address(target)})" if target else alt


def _address(target: str) -> str:
    """Without the characters that would end a link too early for simple readers."""
    bare = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", target)
    return bare.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def humanised(name: str) -> str:
    """A file's name as words: `track-your_order.md` → `Track your order`."""
    stem = _FILE.sub("", name.rstrip("/").rpartition("/")[2])
    words = " ".join(re.sub(r"[-_+]+", " ", stem).split())
    return words[:1].upper() + words[1:]
