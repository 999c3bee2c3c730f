"""Words with places: what is known is put in, what is not leaves no trace, and no value is code."""

from __future__ import annotations

import pytest

from assistant.support.placeholders import filled, names, stray


@pytest.mark.parametrize(
    ("text", "values", "read"),
    [
        ("Hello {name}!", {"name": "Anna"}, "Hello Anna!"),
        ("Hello {name}!", {}, "Hello!"),
        ("Hello {name}!", {"name": ""}, "Hello!"),
        ("As a {plan|valued} customer", {"plan": "gold"}, "As a gold customer"),
        ("As a {plan|valued} customer", {}, "As a valued customer"),
        ("{first-name|You}, hello", {"first-name": "Zoé"}, "Zoé, hello"),
    ],
)
def test_a_place_is_filled_or_leaves_other_words_or_none(
    text: str, values: dict[str, str], read: str
) -> None:
    assert filled(text, values) == read


def test_a_value_is_never_read_as_a_place_nor_as_a_format() -> None:
    assert filled("Hello {name}!", {"name": "{plan}", "plan": "gold"}) == "Hello {plan}!"
    assert filled("{name.__class__} {0}", {"name": "Anna"}) == "{name.__class__}"


def test_what_is_asked_for_and_what_is_no_place_is_told() -> None:
    assert names("{name}, {plan|valued}") == {"name", "plan"}
    assert stray("{name}, {plan|valued}") == ""
    assert stray("Hello {name") == "{name"
    assert stray("{{name}}").startswith("{")
    assert stray("{name.__class__}").startswith("{name.__class__")
