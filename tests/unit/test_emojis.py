"""Emoji shortcodes are shown as readers see them."""

from __future__ import annotations

import pytest

from assistant.knowledge.cleaning import clean


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Orders :arrow_right: Returns", "Orders ➡️ Returns"),
        (":new:If you have none", "🆕 If you have none"),
        (r"GitBook :arrow\_right: its way", "GitBook ➡️ its way"),
        ("good :+1:!", "good 👍!"),
        ("(:gear:)", "(⚙️)"),
        ("`:gear:` is typed", "`:gear:` is typed"),
        ("```\n:gear:\n```", "```\n:gear:\n```"),
        ("name:value:position:custom", "name:value:position:custom"),
        ("at 12:55:00 sharp", "at 12:55:00 sharp"),
        (":no-such-name: stays", ":no-such-name: stays"),
        ("https://a.example/:gear:/b", "https://a.example/:gear:/b"),
    ],
)
def test_shortcodes_become_what_they_stand_for(text: str, shown: str) -> None:
    assert clean(text) == shown
