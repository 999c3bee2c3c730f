"""However dialects are mixed and nested, words stay, drafts go, and no mark of a tool is left."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.knowledge.cleaning import clean
from tests.unit.debris import debris

pytestmark = pytest.mark.slow

SHOWN = [
    "<b>{}</b>", "<span class='x'>{}</span>", "<p>{}</p>", "<div>\n\n{}\n\n</div>", "[{}](a.md)",
    "<ul><li>{}</li><li>x</li></ul>", "<table><tr><th>a</th></tr><tr><td>{}</td></tr></table>",
    "<details><summary>Q</summary>\n\n{}\n\n</details>", "{{% hint %}}\n{}\n{{% endhint %}}",
    ":::note\n{}\n:::", "> [!NOTE]\n> {}", "!!! tip\n    {}", "=== 'Tab'\n\n    {}",
    "+++ Q\n{}\n+++",
    "{{{{< tab 'x' >}}}}\n{}\n{{{{< /tab >}}}}", "## {} {{#an-id}}", "- {}\n{{: .cls}}",
    "| {} |\n|---|",
    "<Tabs><TabItem label='x'>{}</TabItem></Tabs>", "{}&nbsp;&amp;", "1. {}<br>x",
    "[!UICONTROL {}]",
    "<a href='x'><div>{}</div></a>", "{}[^1]\n\n[^1]: Note", "{{{{ site.x }}}} {}", "<td>{}",
]  # fmt: skip
DROPPED = [
    "<!-- {} -->", "<script>{}</script>", "<p hidden>{}</p>", "{{% comment %}}{}{{% endcomment %}}",
    "<iframe src='{}'></iframe>", "[//]: # ({})", "<nav>{}</nav>",
]  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """A text, the words that it shows, and those that it hides."""
    blocks, shown, hidden = [], [], []
    for number in range(draw(st.integers(1, 6))):
        drop = draw(st.integers(0, 4)) == 0
        word = f"{'secret' if drop else 'word'}{number}"
        block = draw(st.sampled_from(DROPPED)).format(word) if drop else word
        for wrapper in draw(st.lists(st.sampled_from(SHOWN), max_size=2)):
            # What stays on one line can stand in any other mark; a comment of this kind begins one.
            if "\n" not in block and not block.startswith("[//]"):
                block = wrapper.format(block)
        blocks.append(block)
        (hidden if drop else shown).append(word)
    return "\n\n".join(blocks), shown, hidden


@settings(max_examples=100, deadline=None)
@given(document=documents())
def test_words_stay_in_order_and_marks_of_tools_go(document):
    text, shown, hidden = document
    cleaned = clean(text)
    assert re.findall(r"word\d", cleaned) == shown
    assert not any(word in cleaned for word in hidden)
    assert list(debris(cleaned)) == []


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.sampled_from("ab \n\t<>/{}%[]()!#*_`~|-+:=&;\"'\\1.>"), max_size=200))
def test_no_text_breaks_the_cleaning(text):
    cleaned = clean(text)
    assert not re.search("[\ufdd0-\ufdef]", cleaned)
    assert clean(text, mdx=True) is not None


@settings(max_examples=60, deadline=None)
@given(words=st.lists(st.sampled_from(["Pay", "within", "30", "days,", "naïve", "3.5", "(now)"])))
def test_plain_prose_is_left_alone(words):
    assert clean(" ".join(words)) == " ".join(words)
