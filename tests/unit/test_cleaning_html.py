"""HTML and JSX in Markdown: the words stay, in Markdown's own marks."""

from __future__ import annotations

import pytest

from assistant.knowledge.cleaning import clean

INLINE = [
    ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>.", "Press Ctrl+C."),
    ("A <b>bold</b> and <em>soft </em>word.", "A **bold** and *soft* word."),
    ("<strong> spaced </strong>out", "**spaced** out"),
    ("H<sub>2</sub>O over 10 m<sup>2</sup>, Brand<sup>®</sup>", "H2O over 10 m², Brand®"),
    (
        'See <a href="https://a.b/c d">the <b>page</b></a>.',
        "See [the **page**](https://a.b/c%20d).",
    ),
    ('Top<a id="x"></a> text <a name="y"></a>', "Top text"),
    ("one<br>two", "one  \ntwo"),
    ("one<br><br/>two", "one\n\ntwo"),
    ("## Head<br>line", "## Head line"),
    ("A <span class='x'>plain</span> <u>word</u>", "A plain word"),
    ("Tom &amp; Jerry&nbsp;&copy; &#8364; &lt; 3", "Tom & Jerry © € < 3"),
    ("2 &lt; 3 and &lt;your name&gt;", "2 < 3 and `<your name>`"),
    ("Write &amp;nbsp; for a space", "Write `&nbsp;` for a space"),
    ("a&#42;b &#95;c&#95;", "a\\*b \\_c\\_"),
    ("Go to https://<host>:<port>/x now", "Go to `https://<host>:<port>/x` now"),
    ("Go to https://<host>`/a/b` now", "Go to `https://<host>/a/b` now"),
    ("<code>a</code><code>b</code>", "`a` `b`"),
    ("The <head> of your page", "The `<head>` of your page"),
    ("Type \\<name\\> there", "Type `<name>` there"),
    ("5 < 6 and a<b, c > d", "5 < 6 and a<b, c > d"),
    ("soft\u00adhyphen, zero\u200bwidth, hard\u00a0space", "softhyphen, zerowidth, hard space"),
]


@pytest.mark.parametrize(("source", "expected"), INLINE)
def test_inline_tags_and_entities_become_their_words(source, expected):
    assert clean(source) == expected


BLOCKS = [
    ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    ("<div>\n  <p>\n     Deep\n     text\n  </p>\n</div>\nAfter", "Deep\ntext\n\nAfter"),
    ("<h2 id='a'>Head <a href='#a'>#</a></h2>\nText", "## Head\n\nText"),
    ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"),
    ("<ul>\n<li>a\n<li>b\n</ul>", "- a\n- b"),
    ('<ol start="3"><li><p>x</p></li><li>y</li></ol>', "3. x\n4. y"),
    ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "**Term**\n\nMeaning"),
    ("<blockquote>said<br>so</blockquote>", "> said  \n> so"),
    ("<details><summary>How?</summary>\n\nLike **so**.\n\n</details>", "**How?**\n\nLike **so**."),
    ("<details>\n<summary>\n\n## How\n\n</summary>\nSo.\n</details>", "## How\n\nSo."),
    ("<figure><img src='a.png' alt='The button'><figcaption>Below</figcaption></figure>",
     "![The button](a.png)\n\nBelow"),
    ("Text<hr>more", "Text\n\nmore"),
    ("<iframe src='x'></iframe><nav><a href='/'>Home</a></nav><form><input name='q'></form>Kept",
     "Kept"),
    ("a <b>left open\n\nand </div> closed too often</p>", "a left open\n\nand closed too often"),
    ("<div align='center'>\n\n# Title\n\n</div>", "# Title"),
    ("> <details><summary>Q</summary>\n>\n> A\n> </details>\n\nAfter", "> **Q**\n>\n> A\n\nAfter"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), BLOCKS)
def test_block_tags_become_markdown(source, expected):
    assert clean(source) == expected


def test_a_table_becomes_a_pipe_table_with_spans_repeated_by_row():
    source = """<table>
      <thead><tr><th>Switch</th><th>Meaning</th></tr></thead>
      <tbody>
        <tr><td rowspan="2"><b>BOOT</b></td><td>on | off</td></tr>
        <tr><td><ul><li>first</li><li>second</li></ul></td></tr>
        <tr><td colspan="2">wide<br>cell</td></tr>
      </tbody></table>"""
    assert clean(source) == (
        "| Switch | Meaning |\n| --- | --- |\n| **BOOT** | on \\| off |\n"
        "| **BOOT** | • first • second |\n| wide cell | |"
    )


def test_a_table_that_only_lays_out_a_page_becomes_its_blocks():
    source = (
        "<table><tr><td>Windows</td><td><ol><li>Open</li><li>Close</li></ol></td></tr>"
        "<tr><td>Mac</td><td>Quit</td></tr></table>"
    )
    assert clean(source) == "**Windows**\n\n1. Open\n2. Close\n\n**Mac**\n\nQuit"


def test_a_table_in_a_step_stays_in_the_step():
    source = "1. Look:\n\n   <table><tr><th>A</th></tr><tr><td>b</td></tr></table>\n\n2. Go on"
    assert clean(source) == "1. Look:\n\n   | A |\n   | --- |\n   | b |\n\n2. Go on"


def test_tags_in_a_pipe_table_stay_within_their_row():
    source = "| a | b |\n|-------|:-----:|\n| <p>x<br>y</p> | <ul><li>c</li><li>d</li></ul> |"
    assert clean(source) == "| a | b |\n|---|:---:|\n| x y | • c • d |"


def test_components_keep_their_children_and_titles():
    source = """<Tabs groupId="os">
  <TabItem value="w" label="Windows">

  Run:

  ```
  dir
  ```

  </TabItem>
  <TabItem value="m" label={"Mac"}>Type *ls*.</TabItem>
</Tabs>
<Card title="Prices" href="/x" />
<my-note>Custom</my-note>"""
    assert clean(source, mdx=True) == (
        "**Windows**\n\nRun:\n\n```\ndir\n```\n\n**Mac**\n\nType *ls*.\n\nPrices\n\nCustom"
    )


def test_javascript_of_mdx_is_gone_and_plain_strings_stay():
    source = (
        "import useUrl from '@docs/useUrl';\nimport {\n  a,\n  b\n} from \"c\";\n\n"
        "export const meta = {\n  a: 1,\n\n  b: [2]\n};\n\n"
        "Total: {count + 1}{' '}{\"of many\"}.\n\n"
        "<img alt=\"The map\" src={useUrl('/img/map.png')} />\n\n"
        "<Chart data={[{a: 1}, {b: '>'}]} onClick={() => x > 1} />\n\nEnd"
    )
    assert clean(source) == "Total: of many.\n\n![The map](/img/map.png)\n\nEnd"


def test_braces_outside_of_mdx_are_the_writers_own():
    assert clean("Put {username} there.") == "Put {username} there."


@pytest.mark.slow
def test_deep_nesting_and_broken_tags_do_no_harm():
    assert "core" in clean("<div>" * 3000 + "core" + "</div>" * 3000)
    assert clean("<" * 2000) == "<" * 2000
    assert clean("<a href='never closed\n\nText") == "<a href='never closed\n\nText"
