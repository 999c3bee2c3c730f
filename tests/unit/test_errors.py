"""Errors name the thing and the remedy, and stand in one tree."""

from __future__ import annotations

import inspect
import re

import pytest

from assistant import errors
from assistant.errors import AssistantError

TREE = {
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, AssistantError)
}


def test_the_drawn_tree_is_the_real_one() -> None:
    drawn = re.findall(r"^([│ ]*)[├└]── (\w+)", errors.__doc__ or "", re.MULTILINE)
    parents = {0: AssistantError}
    for indent, name in drawn:
        depth = len(indent) // 4 + 1
        found = getattr(errors, name)
        assert found.__bases__ == (parents[depth - 1],)
        parents[depth] = found
    assert {name for _, name in drawn} | {"AssistantError"} == {found.__name__ for found in TREE}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.UnknownThing("article", "x"), ["article", "'x'", "check the id"]),
        (errors.WrongStatus("c1", status="waiting", wanted=("resolved",)), ["c1", "resolved"]),
        (errors.UnreadableSource("a.md", "it is empty", remedy="write it"), ["a.md", "write it"]),
        (errors.TooLong(5000, limit=4000), ["5000", "at most 4000"]),
        (errors.TooManyRequests(7), ["again in 7 s"]),
        (errors.WrongSetting("ASSISTANT_X", "must be a number"), ["ASSISTANT_X", "a number"]),
        (errors.HomeBusy("/srv", "the server"), ["/srv", "the server", "ASSISTANT_HOME"]),
        (errors.StoreUnavailable("full", remedy="free some space"), ["full", "free some space"]),
    ],
)
def test_a_message_names_the_thing_and_what_to_do(error: AssistantError, words: list[str]) -> None:
    for word in words:
        assert word in str(error)
    assert str(error).endswith(".")
