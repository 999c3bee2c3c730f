"""Emoji shortcodes as what readers see: `:arrow_right:` is an arrow on the page."""

from __future__ import annotations

import re

_SHORTCODE = re.compile(
    r"(?<![\w:/\\])(:[a-z0-9+-][a-z0-9_+-]{0,40}:)(?![\w:])|^[ \t]*(:[a-z][a-z0-9_+-]+:)(?=\w)",
    re.MULTILINE,
)


def shown_emojis(text: str) -> str:
    """The text with emoji in place of the names that GitBook, GitHub and Slack write them by; a
    name that is none of them stays."""
    if not _SHORTCODE.search(text):
        return text
    from emoji import emojize  # slow to import

    def shown(match: re.Match[str]) -> str:
        picture = str(emojize(match[0], language="alias"))
        # Written without a space before the words, at the start of a line.
        return f"{picture} " if match[2] and picture != match[0] else picture

    return _SHORTCODE.sub(shown, text)
