"""No answer leads where no article leads."""

from __future__ import annotations

import pytest

from assistant.answering.links import keep_links_to, keep_reachable_links, targets
from assistant.markup import to_html

SHOP = "https://shop.example/returns"


def test_links_between_the_writers_files_become_words() -> None:
    text = f"See [returns](../returns.md#how), [form]({SHOP}) and ![a box](box.png)."
    assert keep_reachable_links(text) == f"See returns, [form]({SHOP}) and a box."


def test_mail_and_telephone_links_stay() -> None:
    text = "[Write](mailto:help@shop.example) or [call](tel:+33123456789)"
    assert keep_reachable_links(text) == text


def test_only_links_that_the_passages_hold_stay() -> None:
    text = f"[form]({SHOP}), [prize](https://evil.example), <https://evil.example/x>, <{SHOP}>"
    kept = keep_links_to(text, targets(f"[the form]({SHOP})"))
    assert kept == f"[form]({SHOP}), prize, https://evil.example/x, <{SHOP}>"


def test_a_definition_of_a_link_goes() -> None:
    assert keep_links_to("Good.\n\n[x]: https://evil.example\n", set()) == "Good.\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "[a [b] c](https://evil.example)",
        "[a\\]b](https://evil.example)",
        "[![img](https://evil.example/i.png)](https://evil.example)",
        "[x]\n\n- a\n\n  [x]: https://evil.example",
        '[x](https://evil.example "a (b)")',
    ],
)
def test_whatever_form_is_not_rewritten_is_still_seen(text: str) -> None:
    kept = keep_links_to(text, set())
    assert targets(text) >= {"https://evil.example"}
    assert bool(targets(kept)) == ("evil.example" in to_html(kept) and "href" in to_html(kept))


def test_text_without_links_is_left_as_it_is() -> None:
    text = "Press [Enter] (twice), then a[1](2) < 3 > 2."
    assert targets("Press [Enter] (twice)") == set()
    assert keep_links_to("Press [Enter] (twice).", set()) == "Press [Enter] (twice)."
    assert "Enter" in keep_links_to(text, set())
