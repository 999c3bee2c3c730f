"""AsciiDoc becomes articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.article import Article
from assistant.errors import HalfUnderstood, UnreadableSource
from assistant.knowledge.reader import read_source

pytestmark = pytest.mark.slow

PAGE = """\
= Return a *gift*
Jane Doe <jane@shop.example>
:lang: en
:days: 30
:shop: https://shop.example

// a draft
You have {days} days. See <<costs>>, xref:delivery.adoc#late[late parcels] and {shop}/x[the shop].

NOTE: Only _unused_ items; `a*b` and pass:[*stars*].

[[costs]]
== What it costs

.Prices
[cols="1,2",options="header"]
|===
| Country | Price

| France
| free
.2+| Italy | 5 € \\| 6 €
| 7 €
|===

* One
** Two
* Three
+
[source,sh]
----
do *it* <1>
----

Then:

. First
. Second

Words:

Term:: Its meaning
Other::
  Its own meaning.

[WARNING]
====
Careful.

* very
====

image::menu.png[The menu, 300]
Press kbd:[Ctrl+C], then menu:File[Save > As].

ifdef::print[]
On paper only.
endif::[]
ifndef::print[]
On screen.
endif::[]

include::parts/end.adoc[]
"""
BODY = """\
You have 30 days. See What it costs, [late parcels](delivery#late) and [the shop](https://shop.example/x).

Only *unused* items; `a*b` and \\*stars\\*.

## What it costs

**Prices**

| Country | Price |
| --- | --- |
| France | free |
| Italy | 5 € \\| 6 € |
| Italy | 7 € |

- One
  - Two
- Three

  ```
  do *it*
  ```

Then:

1. First
2. Second

Words:

**Term**

Its meaning

**Other**

Its own meaning.

Careful.

- very

![The menu](menu.png)

Press **Ctrl+C**, then **File → Save → As**.

On screen.

The end."""


def read(path: Path, text: str) -> tuple[Article, list[str]]:
    path.write_text(text)
    *noticed, article = read_source(path)
    assert isinstance(article, Article), article
    assert all(isinstance(entry, HalfUnderstood) for entry in noticed)
    return article, [str(entry) for entry in noticed]


def test_a_page_reads_as_its_readers_see_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/end.adoc").write_text("The end.\n")
    article, noticed = read(tmp_path / "gift.adoc", PAGE)
    assert (article.title, article.locale) == ("Return a gift", "en")
    assert article.body == BODY
    assert noticed == []


def test_what_is_not_understood_is_named_and_its_text_kept(tmp_path: Path) -> None:
    article, noticed = read(
        tmp_path / "x.adoc", "= T\n\nstrange::thing[Words of it]\n\ninclude::no.adoc[]\n"
    )
    assert article.body == "Words of it"
    assert [n.split(": ")[1].split(";")[0] for n in noticed] == [
        "it includes “no.adoc”, which is not in this source",
        "the macro “strange” is not known",
    ]


def test_a_title_that_refers_to_itself_is_read(tmp_path: Path) -> None:
    article, _ = read(tmp_path / "x.adoc", "= T\n\n[[a]]\n== See <<a>>\n\nText of <<a>>.\n")
    assert article.body == "## See See a\n\nText of See a."


def test_blocks_nested_beyond_reason_are_named(tmp_path: Path) -> None:
    fences = ["=" * (4 + depth) for depth in range(900)]
    (tmp_path / "x.adoc").write_text("\n".join([*fences, "Text.", *reversed(fences)]))
    (error,) = read_source(tmp_path / "x.adoc")
    assert isinstance(error, UnreadableSource)
    assert "nested" in error.reason


def test_nothing_outside_of_the_source_is_included(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (tmp_path / "secret.adoc").write_text("hunter2")
    article, noticed = read(folder / "x.adoc", "Text.\n\ninclude::../secret.adoc[]\n")
    assert (article.body, len(noticed)) == ("Text.", 1)


def test_a_page_that_includes_itself_comes_to_an_end(tmp_path: Path) -> None:
    (tmp_path / "a.adoc").write_text("Text.\n\ninclude::a.adoc[]\n")
    assert list(read_source(tmp_path / "a.adoc"))


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("a\\*b* and 2 * 3 * 4", "a\\*b\\* and 2 \\* 3 \\* 4"),
        ("snake_case_name stays", "snake_case_name stays"),
        ("C{pp}, +*raw*+", "C++, \\*raw\\*"),
        ("https://a.example/b_c_d.", "[https://a.example/b_c_d](https://a.example/b_c_d)."),
        ("mailto:a@b.example[Write]", "[Write](mailto:a@b.example)"),
        ("H~2~O and x^2^", "H2O and x²"),
        ("{unknown} stays", "{unknown} stays"),
        ("[.red]#marked# words", "marked words"),
        ("a footnote:[Small print.] b", "a (Small print.) b"),
        ("one +\ntwo", "one  \ntwo"),
        ("type <name> here", "type <name> here"),
        ("```js\nlet a\n```", "```\nlet a\n```"),
        ("|===\n|a|b\n|c|d\n|===", "| a | b |\n| --- | --- |\n| c | d |"),
        (',===\na,"b, c"\n,===', "| a | b, c |\n| --- | --- |"),
        ("[quote]\n____\nSaid.\n____", "> Said."),
    ],
)
def test_marks_within_a_line_and_blocks(tmp_path: Path, text: str, body: str) -> None:
    article, _ = read(tmp_path / "x.adoc", f"= T\n\n{text}\n")
    assert article.body == body
