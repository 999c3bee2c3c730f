"""docs/customers-side.md leads from each promise to tests that exist, and in both languages.

Every test is there, or the row says "not yet"; a story in a browser is told in English and in
French, or the row says why that makes no difference.
"""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.packaging

TABLE = (ROOT / "docs" / "customers-side.md").read_text("utf-8")
ROWS = re.findall(r"^\| (?!promise|-)(.+?) \| (.+?) \|$", TABLE, re.MULTILINE)
EACH_ROW = pytest.mark.parametrize(("promise", "held_by"), ROWS, ids=[row[0] for row in ROWS])
NO_MATTER = "*one language:"
"""What a row says before its reason, where a story of one language is enough."""


@EACH_ROW
def test_each_promise_is_held_by_a_test_that_exists(promise: str, held_by: str):
    named = re.findall(r"`(\w+/\w+\.py)::(\w+)`", held_by)
    assert named or "*not yet*" in held_by, f"{promise}: name a test, or say *not yet*"
    for file, test in named:
        assert test in functions(file), f"there is no {file}::{test}"


@EACH_ROW
def test_each_story_is_told_in_both_languages_or_the_row_says_why_not(promise: str, held_by: str):
    stories = re.findall(r"`(browser/\w+\.py)::(\w+)`", held_by)
    of_one = [test for file, test in stories if not is_in_both_languages(file, test)]
    told = NO_MATTER in held_by
    assert bool(of_one) == told, f"{promise}: {of_one} against {told=}"


def test_a_story_of_one_language_is_recognised():
    assert not is_in_both_languages(
        "browser/test_assets.py", "test_nothing_is_loaded_from_elsewhere"
    )
    by_mark = ("browser/test_keyboard.py", "test_asks_and_leaves_by_keyboard_alone")
    by_fixture = ("browser/test_other_site.py", "test_the_page_opens_closes_and_asks")
    by_table = ("browser/test_handoff.py", "test_who_joins_is_named")
    assert all(is_in_both_languages(*each) for each in (by_mark, by_fixture, by_table))


def test_the_table_is_as_long_as_what_was_promised():
    assert len(ROWS) >= 125


def is_in_both_languages(file: str, test: str) -> bool:
    """Whether it is parametrized over both, itself or by a fixture that it stands on."""
    known = {**functions("browser/conftest.py"), **functions(file)}
    needed, seen = [test], set[str]()
    while needed:
        name = needed.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        if any(is_over_both(each, file) for each in known[name].decorator_list):
            return True
        needed += [argument.arg for argument in known[name].args.args]
    return False


def is_over_both(decorator: ast.expr, file: str) -> bool:
    """Of a test or a fixture: it names both languages, or a mark or table of the file does."""
    shown = ast.unparse(decorator)
    if shown == "IN_BOTH_LANGUAGES":
        return True
    if "locale" not in shown and "params" not in shown:
        return False
    names = re.findall(r"\b[A-Z_]{3,}\b", shown)
    shown += "".join(re.findall(rf"^{name} = .*$", source(file), re.MULTILINE)[0] for name in names)
    return all(re.search(rf"['\"]{locale}", shown) for locale in ("en", "fr"))


@cache
def functions(file: str) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(source(file))
    return {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}


def source(file: str) -> str:
    return (ROOT / "tests" / file).read_text("utf-8")
