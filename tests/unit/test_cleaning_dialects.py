"""Template tags, shortcodes, admonitions, tabs and attribute lists, in the dialects writers use."""

from __future__ import annotations

import pytest

from assistant.knowledge.cleaning import clean

DIALECTS = [
    # GitBook
    ('{% hint style="info" %}\nMind.\n{% endhint %}', "Mind."),
    (
        '{% tabs %}\n{% tab title="Mac" %}\nOpen.\n{% endtab %}\n{% endtabs %}',
        "**Mac**\n\nOpen.",
    ),
    (
        '{% content-ref url="to-pay.md" %}\n[to-pay.md](to-pay.md)\n{% endcontent-ref %}',
        "[To pay](to-pay.md)",
    ),
    ("Ends in a space.&#x20;\\\nNext.", "Ends in a space.  \nNext."),
    # Jekyll and kramdown
    ("Yes {% if a %}one{% else %}two{% endif %} {{ site.name }}.", "Yes one two ."),
    ("[Go](a.md){:target='_blank'} now\n{: .note #id }\n\nText", "[Go](a.md) now\n\nText"),
    ("* TOC\n{:toc}\n\n## Head {#head}\n{: .no_toc }\n\nText", "## Head\n\nText"),
    ("[Go]({% link docs/a.md %})", "[Go](docs/a.md)"),
    # Hugo
    ('{{< tab "Mac" >}}Open{{< /tab >}}', "**Mac**\n\nOpen"),
    ('{{% notice tip "Mind" %}}\nThe gap.\n{{% /notice %}}', "**Mind**\n\nThe gap."),
    ('{{< figure src="a.png" alt="The gate" >}} {{< kbd "Esc" >}}', "![The gate](a.png) Esc"),
    ('[x]({{< ref "a/b.md" >}})', "[x](a/b.md)"),
    # Docusaurus, VuePress
    (":::note\nText\n:::", "Text"),
    (":::tip[Use **it**]\nText\n:::", "**Use it**\n\nText"),
    ("::: warning Look out\nText\n:::", "**Look out**\n\nText"),
    (":::::info{title='Mind'}\nText\n:::::", "**Mind**\n\nText"),
    # MkDocs
    ('!!! note "Mind"\n    The gap.\n\n    - item\n\nOn', "**Mind**\n\nThe gap.\n\n- item\n\nOn"),
    ("??? question\n    Hidden answer.", "Hidden answer."),
    (
        '=== "Mac"\n\n    ```\n    ls\n    ```\n\n=== "PC"\n\n    dir',
        "**Mac**\n\n```\nls\n```\n\n**PC**\n\ndir",
    ),
    # GitHub, Microsoft Learn, Adobe
    ("> [!WARNING]\n> Hot.", "> Hot."),
    ("> [!info]- Titled\n> Text", "> **Titled**\n>\n> Text"),
    (">[!NOTE]\n>\n>Text", ">Text"),
    ("[!UICONTROL Save] in [!DNL Workfront]", "Save in Workfront"),
    (">[!BEGINTABS]\n\n>[!TAB One]\n\nText\n\n>[!ENDTABS]", ">**One**\n\nText"),
    ("+++ How?\nSo.\n+++", "**How?**\n\nSo."),
    ("> [!VIDEO https://v.example/1]\n\nText", "Text"),
    ("::: moniker range=\">=2\"\nText\n::: moniker-end", "Text"),
    (':::image type="content" source="a.png" alt-text="The pane":::', "![The pane](a.png)"),
    ('Use :::no-loc text="Excel"::: now', "Use Excel now"),
    ("# [Mac](#tab/mac)\n\nText", "**Mac**\n\nText"),
    ("[!BADGE Beta]{type=Informative} Text", "Beta Text"),
    # Attribute lists of other tools
    ("## Head {#the-id .cls}\n\nText", "## Head\n\nText"),
    ("![A gate](a.png){width=50%}\n\n- x\n{.cols}", "![A gate](a.png)\n\n- x"),
    ("(label)=\n# Head", "# Head"),
    ("[TOC]\n\n[[toc]]\n\n${toc}\n\nText", "Text"),
    # Shown on purpose
    ("Type \\{\\{ name \\}\\} here", "Type `{{ name }}` here"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), DIALECTS)
def test_marks_of_editors_go_and_what_they_enclose_stays(source, expected):
    assert clean(source) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "Wow!!! Really???",
        "Ratio 3::1 and std::vector",
        "A set {1, 2} and 50% off {approx.}",
        "[! not an alert",
        "C++ and ++i",
        "import taxes from abroad",
    ],
)
def test_prose_that_looks_alike_is_left_alone(prose):
    assert clean(prose) == prose


def test_lists_of_links_within_the_page_are_navigation():
    source = "Intro.\n\nIn this article:\n\n* [One](#one)\n* [Two](#two)\n\n## One\n\nText"
    assert clean(source) == "Intro.\n\n## One\n\nText"
    assert clean("<!-- toc -->\n- [One](#one)\n<!-- tocstop -->\n\nText") == "Text"


def test_one_link_within_the_page_is_text():
    assert clean("* [One](#one)\n* Two") == "* [One](#one)\n* Two"


def test_rules_go_and_underlined_headings_stay():
    assert clean("---\n\nText\n\n***\n\nTitle\n---\n\n* * *") == "Text\n\nTitle\n---"


def test_needless_escapes_go_and_those_that_matter_stay():
    source = "About 600x600 \\(200 kB\\), a\\_b, \\_c\\_ \\*d\\*\n\n1\\. no list\n\n\\# no heading"
    assert clean(source) == (
        "About 600x600 (200 kB), a_b, \\_c\\_ \\*d\\*\n\n1\\. no list\n\n\\# no heading"
    )


def test_windows_line_ends_and_gaps_are_evened_out():
    assert clean("a\r\n\r\n\r\n\r\nb   c\r\n") == "a\n\nb c"


def test_columns_padded_for_the_eye_lose_their_padding():
    assert clean("| a     | b   |\n|:------|----:|\n| 1     | 2   |") == (
        "| a | b |\n|:---|---:|\n| 1 | 2 |"
    )
