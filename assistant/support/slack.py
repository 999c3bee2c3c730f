"""What happened as a line that Slack shows; the words are files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from assistant.answering.wordings import spoken
from assistant.resources import prompts

_LONGEST = 1000


def slack_text(told: Mapping[str, Any], *, locale: str) -> str:
    """One line for what a webhook of the standard form is told."""
    words, facts = _wordings(spoken(locale)), told["data"]
    text = words[told["type"]]
    if facts.get("priority") in ("high", "urgent"):
        text = f"{words[facts['priority']]} {text}"
    if facts.get("url"):
        text = f"<{facts['url']}|{text}>"
    if "rating" in facts:
        # The message that a thumb is under is not the customer's.
        said = facts["rating"].get("comment")
    else:
        said = facts.get("message", {}).get("text")
    said = said or facts.get("question")
    # A stranger's words may call nobody and hide no link.
    return f"{text}\n>{_defused(said)}" if said else text


def _defused(words: str) -> str:
    line = " ".join(words.split())[:_LONGEST]
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=8)
def _wordings(locale: str) -> dict[str, str]:
    path = prompts() / f"webhooks.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
