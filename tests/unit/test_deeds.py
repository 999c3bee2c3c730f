"""Whatever people did is named in the audit log, in either language."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

import assistant
from assistant.resources import shipped

CODE = Path(assistant.__file__).parent


def actions() -> set[str]:
    """Written out where a deed is made, or given to the function that makes it."""
    found = set()
    for path in (*CODE.glob("support/*.py"), *CODE.glob("writing/*.py")):
        text = path.read_text(encoding="utf-8")
        if "Deed(" in text:
            found |= set(_in(ast.parse(text)))
    return found


def _in(tree: ast.Module) -> Iterator[str]:
    everything = list(ast.walk(tree))
    calls = [node for node in everything if isinstance(node, ast.Call)]
    for function in (node for node in everything if isinstance(node, ast.FunctionDef)):
        for call in _of("Deed", filter(_is_call, ast.walk(function))):
            match call.args[2]:
                case ast.Constant(value=str(action)):
                    yield action
                case ast.Name():
                    for made in _of(function.name, calls):
                        given = (*made.args, *(keyword.value for keyword in made.keywords))
                        yield from (
                            each.value
                            for each in given
                            if isinstance(each, ast.Constant) and isinstance(each.value, str)
                        )


def _of(name: str, calls: Iterable[ast.Call]) -> Iterator[ast.Call]:
    for call in calls:
        called = call.func.attr if isinstance(call.func, ast.Attribute) else call.func
        if name == (called.id if isinstance(called, ast.Name) else called):
            yield call


def _is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


@pytest.mark.slow
@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_deed_has_a_wording(locale: str) -> None:
    path = shipped("web") / "locales" / f"console.{locale}.json"
    told = json.loads(path.read_text(encoding="utf-8"))["deeds"]
    done = actions()
    assert {"experiment_started", "experiment_adopted", "nudge_saved"} <= done
    assert done - set(told) == set()
