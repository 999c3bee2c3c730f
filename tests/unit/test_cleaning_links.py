"""Links and images in one plain form."""

from __future__ import annotations

import pytest

from assistant.knowledge.cleaning import clean

LINKS = [
    ("[a](<b c.md>)", "[a](b%20c.md)"),
    ('[a](b.md "A title")', "[a](b.md)"),
    ("[a](b_(c).md)", "[a](b_%28c%29.md)"),
    ("[over\ntwo lines](a.md)", "[over two lines](a.md)"),
    ("[a][r] and [r]\n\n[R]: https://x.y 'T'", "[a](https://x.y) and [r](https://x.y)"),
    ("[b][] too\n\n[b]: <z.md>", "[b](z.md) too"),
    ("[not a link] and [ ] and [x][unknown]", "[not a link] and [ ] and [x][unknown]"),
    ("<https://x.y/z_1>", "[https://x.y/z_1](https://x.y/z_1)"),
    ("<me@x.org>", "[me@x.org](mailto:me@x.org)"),
    ("[](https://x.y)gone", "gone"),
    ("[js](javascript:alert(1))", "js"),
    ("[empty]()", "empty"),
    ("[a [b] c](d.md)", "[a [b] c](d.md)"),
    ("\\[not\\](a link)", "\\[not\\](a link)"),
    ("Note.[^1]\n\n[^1]: Said below.", "Note.[1]\n\n[1] Said below."),
]  # fmt: skip

IMAGES = [
    ("![](a.png)Text", "Text"),
    ("![image](a.png) Text", "Text"),
    ("![Screenshot 2021-03-04](a.png) Text", "Text"),
    ("![IMG_20210304.png](a.png) Text", "Text"),
    ("![ ](<a b (1).png>)Text", "Text"),
    ("![The Save button](<a b (1).png> \"t\")", "![The Save button](a%20b%20%281%29.png)"),
    ("[![](badge.svg)](https://x.y) Text", "Text"),
    ("[![The map](a.png)](b.md)", "[![The map](a.png)](b.md)"),
    ('<img src="a.png"> Text', "Text"),
    ('<img src="a.png" alt="The map">', "![The map](a.png)"),
    ("![The map][m]\n\n[m]: a.png", "![The map](a.png)"),
]  # fmt: skip


def test_an_item_of_nothing_but_an_image_goes_with_it():
    assert clean("* ![](a.png)\n* Text\n1. ![](b.png)\n2. Next") == "* Text\n2. Next"


@pytest.mark.parametrize(("source", "expected"), LINKS)
def test_every_link_ends_up_inline(source, expected):
    assert clean(source) == expected


@pytest.mark.parametrize(("source", "expected"), IMAGES)
def test_images_stay_where_their_text_says_something(source, expected):
    assert clean(source) == expected
