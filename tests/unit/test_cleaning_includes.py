"""Transclusion: within the folder it is resolved, outside of it there is nothing."""

from __future__ import annotations

import pytest

from assistant.knowledge.cleaning import Includes, clean, clean_and_tell

DIRECTIVES = [
    "{% include hours.md %}",
    "{%- include_relative ../shared/hours.md -%}",
    '{% include "../shared/hours.md" %}',
    "[!INCLUDE [hours](../shared/hours.md)]",
    "[!INCLUDE[](../shared/hours.md)]",
    '{{< include "shared/hours.md" >}}',
    '--8<-- "shared/hours.md"',
    "{!shared/hours.md!}",
    "<!-- @include: ../shared/hours.md -->",
    "```{include} ../shared/hours.md\n```",
    "[!INCLUDE [x](/help/shared/hours.md)]",
]


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "center"
    for name in ("pages", "shared", "_includes"):
        (root / name).mkdir(parents=True)
    hours = "---\ntitle: Hidden\n---\nOpen **nine** to five.\n"
    (root / "shared" / "hours.md").write_text(hours)
    (root / "_includes" / "hours.md").write_text(hours)
    (tmp_path / "secret.md").write_text("secret")
    return root.resolve()


def cleaned(text, folder):
    return clean(text, includes=Includes(folder, folder / "pages" / "page.md"))


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_every_dialect_of_include_brings_its_text(directive, folder):
    assert cleaned(f"Before\n\n{directive}\n\nAfter", folder) == (
        "Before\n\nOpen **nine** to five.\n\nAfter"
    )


def test_an_include_in_mid_sentence_stays_in_its_line(folder):
    text = "- We are [!INCLUDE [x](../shared/hours.md)] All week."
    assert cleaned(text, folder) == "- We are Open **nine** to five. All week."


def test_an_include_in_a_step_keeps_the_indentation_of_the_step(folder):
    (folder / "shared" / "two.md").write_text("One\n\nTwo")
    assert cleaned("1. Do\n\n   {% include ../shared/two.md %}\n2. Next", folder) == (
        "1. Do\n\n   One\n\n   Two\n2. Next"
    )


def test_partials_of_mdx_stand_where_they_are_used(folder):
    (folder / "pages" / "_part.mdx").write_text("Part <b>one</b>")
    assert cleaned("import Part from './_part.mdx';\n\nA\n\n<Part />\n\nB", folder) == (
        "A\n\nPart **one**\n\nB"
    )


@pytest.mark.parametrize("path", ["../../secret.md", "/etc/hostname", "../link.md"])
def test_nothing_comes_from_outside_the_folder(path, folder, tmp_path):
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    assert cleaned(f"A\n\n[!INCLUDE [x]({path})]\n\nB", folder) == "A\n\nB"


def test_a_missing_include_is_noted(folder):
    places = Includes(folder, folder / "pages" / "page.md")
    told = clean_and_tell("A {% include gone.md %} B", includes=places)
    assert told.text == "A B"
    assert "“gone.md”, which is not in this source" in told.remarks[0].what


def test_includes_of_each_other_end(folder):
    (folder / "shared" / "a.md").write_text("A\n\n{% include b.md %}")
    (folder / "shared" / "b.md").write_text("B\n\n{% include a.md %}")
    assert cleaned("{% include shared/a.md %}", folder) == "A\n\nB"


def test_an_include_shown_as_code_stays_code(folder):
    assert cleaned("`{% include hours.md %}`", folder) == "`{% include hours.md %}`"
