"""robots.txt: what a site lets its visitors read (RFC 9309).

Python's own reader takes the first rule that fits instead of the longest, and knows no wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_PATH = "/%:@!$&'()*+,;=~?"
_MOST_BYTES = 500 * 1024
"""As much as RFC 9309 wants read."""


@dataclass(frozen=True)
class _Rule:
    """Of the rules that fit, the one with the longest `path` counts."""

    path: str
    allows: bool

    def fits(self, target: str) -> bool:
        """Part after part between the stars, each where it comes first: no rule takes long."""
        first, *others = self.path.removesuffix("$").split("*")
        if not target.startswith(first):
            return False
        at = len(first)
        last = others.pop() if others else ""
        for part in others:
            found = target.find(part, at)
            if found < 0:
                return False
            at = found + len(part)
        rest = target[at:]
        if "*" not in self.path:
            return not (self.path.endswith("$") and rest)
        return rest.endswith(last) if self.path.endswith("$") else last in rest


@dataclass(frozen=True)
class Rules:
    """Those for one visitor. `delay_s`: seconds that the site asks for between two requests."""

    rules: tuple[_Rule, ...] = ()
    delay_s: float = 0.0

    def allow(self, url: str) -> bool:
        """By the longest rule that fits; of equally long ones by the kinder."""
        parts = urlsplit(url)
        target = _one_form(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fitting = [rule for rule in self.rules if rule.fits(target)]
        return max(fitting, key=lambda rule: (len(rule.path), rule.allows), default=_ALLOWED).allows


_ALLOWED = _Rule("", allows=True)
NOTHING = Rules((_Rule("/", allows=False),))
"""Nothing may be read."""


def read_robots(body: bytes, agent: str) -> Rules:
    """What a robots.txt says to `agent`, or to everybody where it does not speak of that one."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for names, said in _groups(body[:_MOST_BYTES].decode("utf-8-sig", "replace")):
        for name in names:
            groups.setdefault(name, []).extend(said)
    return _rules(groups.get(agent.lower(), groups.get("*", [])))


def _groups(text: str) -> Iterator[tuple[list[str], list[tuple[str, str]]]]:
    """Names of visitors, and what is said to them."""
    names: list[str] = []
    said: list[tuple[str, str]] = []
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        key, value = key.strip().lower(), value.strip()
        if colon and key == "user-agent":
            if said:
                yield names, said
                names, said = [], []
            names.append(value.partition("/")[0].strip().lower())
        elif colon and names and key in ("allow", "disallow", "crawl-delay"):
            said.append((key, value))
    yield names, said


def _rules(said: Sequence[tuple[str, str]]) -> Rules:
    delays = [float(value) for key, value in said if key == "crawl-delay" and _is_number(value)]
    rules = tuple(
        _Rule(_one_form(value), allows=key == "allow")
        for key, value in said
        # "Disallow:" without a path forbids nothing.
        if key != "crawl-delay" and value
    )
    return Rules(rules, max(delays, default=0.0))


def _is_number(text: str) -> bool:
    return re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", text, re.ASCII) is not None


def _one_form(path: str) -> str:
    """Letters beyond ASCII as addresses carry them; hexadecimal digits in capitals."""
    return re.sub(
        r"%[0-9a-f]{2}", lambda found: found[0].upper(), quote(path, safe=_PATH), flags=re.I
    )
