"""Whatever people did is named in the audit log, in either language."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant
from assistant.resources import shipped

CODE = Path(assistant.__file__).parent


def actions() -> set[str]:
    """Written out where a deed is made, or given to the function that makes it."""
    found = set()
    for path in (*CODE.glob("support/*.py"), *CODE.glob("writing/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                found |= set(_in(function, tree))
    return found


def _in(function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    for call in _calls(function, "Deed"):
        match call.args[2]:
            case ast.Constant(value=str(action)):
                yield action
            case ast.Name():
                for made in _calls(tree, function.name):
                    given = (*made.args, *(keyword.value for keyword in made.keywords))
                    yield from (
                        each.value
                        for each in given
                        if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    )


def _calls(node: ast.AST, name: str) -> list[ast.Call]:
    calls = (each for each in ast.walk(node) if isinstance(each, ast.Call))
    return [each for each in calls if ast.unparse(each.func).split(".")[-1] == name]


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_deed_has_a_wording(locale: str) -> None:
    path = shipped("web") / "locales" / f"console.{locale}.json"
    told = json.loads(path.read_text(encoding="utf-8"))["deeds"]
    done = actions()
    assert {"experiment_started", "experiment_adopted", "nudge_saved"} <= done
    assert done - set(told) == set()
