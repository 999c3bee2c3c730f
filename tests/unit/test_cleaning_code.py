"""Code is the article's own text, to the letter; comments and scripts are not text at all."""

from __future__ import annotations

import pytest

from assistant.knowledge.cleaning import clean

VERBATIM = [
    "```html\n<div class='x'>{{ user.name }}</div>\n<!-- kept -->\n```",
    "```\n{% if x %}\n  :::note\n  [!NOTE] &amp; &lt;\n{% endif %}\n```",
    "```jsx\nimport X from 'y';\n\n\nexport const a = {b: `c`};\n```",
    "````md\n```\ninner\n```\n````",
    "Use `<div>`, `{{ x }}`, `&nbsp;` and ``a ` b``.",
    "1. Run this:\n\n   ```bash\n   if true; then\n       echo   two\n   fi\n   ```\n2. Then that.",
    "> ```\n> quoted <b>\n> ```",
]


@pytest.mark.parametrize("markdown", VERBATIM)
def test_code_stands_as_it_was(markdown):
    assert clean(markdown) == markdown


def test_fences_of_tildes_become_backticks_enough_for_their_content():
    assert clean("~~~ js\na\n```\nb\n~~~") == "````js\na\n```\nb\n````"


def test_indented_code_is_fenced_and_its_content_kept():
    assert clean("Run:\n\n    <a> {{ b }}\n      deeper\n\nDone.") == (
        "Run:\n\n```\n<a> {{ b }}\n  deeper\n```\n\nDone."
    )


def test_indentation_within_html_is_layout_and_not_code():
    source = "<div>\n\n    <p>\n      Far to the right.\n    </p>\n\n</div>"
    assert clean(source) == "Far to the right."


def test_pre_becomes_fenced_code_with_entities_written_out():
    assert clean("<pre><code>if a &lt; b:\n    <b>run</b>()\n</code></pre>") == (
        "```\nif a < b:\n    run()\n```"
    )


def test_html_code_becomes_inline_code_even_with_backticks_in_it():
    assert clean("Type <code>&lt;your `id`&gt;</code>.") == "Type ``<your `id`>``."


def test_code_in_a_cell_stays_on_its_row_and_its_pipe_does_not_end_the_cell():
    source = "<table><tr><th>Key</th></tr><tr><td><pre>a | b\nc</pre></td></tr></table>"
    assert clean(source) == "| Key |\n| --- |\n| `a \\| b c` |"


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- secret -->",
        "<!--\n\n## secret\n\n* secret\n```\nsecret\n-->",
        "{/* secret */}",
        "{% comment %} secret {% endcomment %}",
        "{{</* secret */>}}",
        "[//]: # (secret)",
        "[comment]: <> (secret)",
        "<script>secret()</script>",
        "<style>\n.secret {}\n</style>",
        '<p style="display: none">secret</p>',
        "<div hidden>secret</div>",
    ],
)
def test_comments_scripts_and_hidden_text_are_never_indexed(comment):
    assert clean(f"Before.\n\n{comment}\n\nAfter.") == "Before.\n\nAfter."


def test_a_comment_never_closed_takes_the_rest_with_it():
    assert clean("Public.\n\n<!-- draft\n\n## Secret") == "Public."


def test_a_comment_inside_code_is_code_and_code_inside_a_comment_is_a_draft():
    assert clean("```\n<!-- kept -->\n```\n\n<!--\n```\nsecret\n```\n-->\n\nEnd.") == (
        "```\n<!-- kept -->\n```\n\nEnd."
    )


def test_a_fence_never_closed_in_a_list_ends_with_its_item():
    assert clean("- one\n\n  ```\n  code\n\nText <b>after</b>.").endswith("Text **after**.")


def test_a_code_span_does_not_reach_into_the_next_item():
    assert clean("- a ` b <i>c</i>\n- d ` e") == "- a ` b *c*\n- d ` e"


def test_a_fence_opened_behind_words_is_a_fence_all_the_same():
    source = "> **Sample:** ```js\n> let <b>;\n> ```\n\nAfter"
    assert clean(source) == "> **Sample:**\n>\n> ```js\n> let <b>;\n> ```\n\nAfter"


def test_liquid_highlight_is_code_and_raw_shows_its_braces_as_code():
    assert clean("{% highlight ruby %}\nputs '{{ x }}'\n{% endhighlight %}") == (
        "```\nputs '{{ x }}'\n```"
    )
    assert clean("Write {% raw %}{{ name }}{% endraw %} here.") == "Write `{{ name }}` here."


def test_code_blocks_of_react_components_are_code():
    assert clean("<CodeBlock language='js'>{`let a = 1;`}</CodeBlock>") == "```\nlet a = 1;\n```"


def test_directives_of_myst_fences_are_text_and_other_braces_stay_code():
    assert clean("```{note} Mind\nThe **gap**.\n```") == "**Mind**\n\nThe **gap**."
    assert clean("```{r}\nx <- 1\n```") == "```r\nx <- 1\n```"


def test_reserved_characters_of_a_writer_cannot_pass_for_our_marks():
    assert clean("a \ufdd00\ufdd2 `b`") == "a 0 `b`"
