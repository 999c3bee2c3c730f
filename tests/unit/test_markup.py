"""Whatever an article or a customer writes, what is shown is harmless."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.markup import resolve_links, to_html

HARMLESS = {
    *("a", "p", "br", "strong", "em", "del", "code", "pre", "blockquote", "hr", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td", "h1", "h2", "h3", "h4", "h5", "h6"),
}


def tags(html: str) -> set[str]:
    return set(re.findall(r"</?([a-zA-Z][^\s/>]*)", html))


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<a href='https://x' onclick='alert(1)'>x</a>",
        '<https://x.example/"onmouseover=alert(1)>',
        "<style>body{display:none}</style>",
        "<form action=/x><input></form>",
        "<iframe src=//evil.example></iframe>",
        "```html\n<script>alert(1)</script>\n```",
        "| <script> |\n|---|\n| <b onclick=x>y</b> |",
        "<svg/onload=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_no_attack_survives(attack: str) -> None:
    html = to_html(attack)
    assert tags(html) <= HARMLESS
    for found in re.findall(r"<[^>]+>", html):
        assert not re.search(r"\bon\w+\s*=|javascript:|data:", found, re.IGNORECASE)


@given(st.text("<>/!\"'= \n[]()#*`|-:&;aszcriptonx\x00\u202e👍", max_size=120))
def test_any_text_makes_harmless_html(text: str) -> None:
    assert tags(to_html(text)) <= HARMLESS


def test_html_that_a_customer_sees_is_the_text_that_was_written() -> None:
    assert to_html("<b>5 < 6</b>") == "<p>&lt;b&gt;5 &lt; 6&lt;/b&gt;</p>\n"


def test_an_amount_stays_on_its_line_and_a_french_mark_with_its_word() -> None:
    shown = to_html("De 9,90 € à 5 % : « oui » ? Non `a ? b : c`")
    assert shown.replace("&nbsp;", "~") == (
        "<p>De 9,90~€ à 5~%~: «~oui~»~? Non <code>a ? b : c</code></p>\n"
    )


def test_links_open_without_a_referrer() -> None:
    html = to_html("[shop](https://shop.example) [mail](mailto:a@b.example) [tel](tel:+33123)")
    assert html.count('rel="noopener noreferrer nofollow"') == 3
    assert to_html("[in](/help/en/returns#how)").count('href="/help/en/returns#how"') == 1


@pytest.mark.parametrize("long", ["a" * 10_000, "[" * 2_000, "*" * 5_000, "> " * 500, "|a" * 3_000])
def test_endless_text_ends(long: str) -> None:
    assert to_html(long)


def url_of(id: str) -> str | None:
    known = {
        "en/returns": "/help/en/returns",
        "en/fees": "https://shop.example/fees",
        "en/two words": "/help/en/two-words",
    }
    return known.get(id)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[R](returns.md)", "[R](/help/en/returns)"),
        ("[R](./returns.md#how)", "[R](/help/en/returns#how)"),
        ("[R](../en/returns)", "[R](/help/en/returns)"),
        ("[F](fees.mdx 'a title')", "[F](https://shop.example/fees)"),
        ("[Gone](gone.md)", "Gone"),
        ("[T](two%20words.md)", "[T](/help/en/two-words)"),
        ("`[R](returns.md)` [R](returns.md)", "`[R](returns.md)` [R](/help/en/returns)"),
        ("```\n[R](returns.md)\n```", "```\n[R](returns.md)\n```"),
        ("a ` alone [R](returns.md)", "a ` alone [R](/help/en/returns)"),
        ("[Out](../../../etc/passwd)", "Out"),
        ("![Picture](returns.md)", "Picture"),
        ("[Web](https://x.example/a.md)", "[Web](https://x.example/a.md)"),
        ("[Here](#how)", "[Here](#how)"),
        ("[Mail](mailto:a@b.example)", "[Mail](mailto:a@b.example)"),
        ("no link [at all] (here)", "no link [at all] (here)"),
    ],
)
def test_links_between_articles_lead_to_their_pages(written: str, shown: str) -> None:
    assert resolve_links(written, article_id="en/delivery", url_of=url_of) == shown
