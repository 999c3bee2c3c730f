"""docs/customers-side.md leads from each promise to a test that exists, or says "not yet"."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.packaging

TABLE = (ROOT / "docs" / "customers-side.md").read_text("utf-8")
ROWS = re.findall(r"^\| (?!promise|-)(.+?) \| (.+?) \|$", TABLE, re.MULTILINE)


@pytest.mark.parametrize(("promise", "held_by"), ROWS, ids=[row[0] for row in ROWS])
def test_each_promise_is_held_by_a_test_that_exists(promise: str, held_by: str):
    named = re.findall(r"`(\w+/\w+\.py)::(\w+)`", held_by)
    assert named or "*not yet*" in held_by, f"{promise}: name a test, or say *not yet*"
    for file, test in named:
        code = (ROOT / "tests" / file).read_text("utf-8")
        assert re.search(rf"^def {test}\(", code, re.MULTILINE), f"there is no {file}::{test}"


def test_the_table_is_as_long_as_what_was_promised():
    assert len(ROWS) >= 125
