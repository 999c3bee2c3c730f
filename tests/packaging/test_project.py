"""The project's frame: pins, commands, and no trace of the machine that it was written on."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT
from tests.packaging.conftest import run

pytestmark = pytest.mark.packaging

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REQUIREMENTS = [
    Requirement(line)
    for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in lines
]
COMPANIONS = {"starlette": "of fastapi", "pydantic": "of pydantic-settings"}
OPTIONAL = {"pyarrow": "the extra parquet"}
COMPANIONS |= {"langsmith": "of langchain", "scikit-learn": "of sentence-transformers"}
USED_BY_OTHERS = {"psycopg": "by SQLAlchemy", "python-multipart": "by fastapi"}
USED_BY_OTHERS |= {"pystemmer": "by snowballstemmer", "onnx": "by torch's exporter"}


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): pinned for name, pinned in pairs}


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda each: each.name)
def test_every_requirement_is_pinned_within_its_range(requirement: Requirement):
    assert _pins()[canonicalize_name(requirement.name)] in requirement.specifier


def test_what_is_installed_is_what_is_pinned():
    elsewhere = [Requirement(line).name for line in PROJECT["optional-dependencies"]["training"]]
    named = {canonicalize_name(each.name) for each in REQUIREMENTS if each.name not in elsewhere}
    installed = {name: version(name).split("+")[0] for name in named}
    assert installed == {name: _pins()[name] for name in named}


def test_what_the_code_imports_is_a_declared_dependency():
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    names = packages_distributions()
    imported = {
        canonicalize_name(names[name][0])
        for name in _imports(ROOT / "assistant")
        if name in names and name != "assistant"
    }
    assert imported - declared <= {*COMPANIONS, *OPTIONAL}
    assert declared - imported <= set(USED_BY_OTHERS)


def test_torch_is_pinned_for_every_build():
    assert "+" not in _pins()["torch"]


def test_the_version_is_told_once_the_same():
    assert run(["git", "grep", "-n", "__version__ =", "--", "assistant"], cwd=ROOT).count("\n") == 1
    assert f'"{PROJECT["version"]}"' in (ROOT / "assistant" / "__init__.py").read_text("utf-8")


def test_help_lists_every_command_of_the_makefile():
    text = (ROOT / "Makefile").read_text("utf-8")
    commands = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert commands
    listed = run(["make", "help"], cwd=ROOT)
    missing = [name for name in commands[1].split() if f"make {name} " not in listed]
    assert missing == []


def test_ci_runs_the_readmes_test_command_and_skips_nothing():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "\nmake check\n" in script
    assert "\nmake test" in script
    for name in ("ASSISTANT_REQUIRE_POSTGRES=1", "ASSISTANT_REQUIRE_BROWSER=1"):
        assert name in script


def test_no_file_names_a_folder_of_the_machine_it_was_written_on():
    places = "/" + "work/|/" + "home/[a-z]+/|/" + "root/|[.]" + "library/"
    found = subprocess.run(
        ["git", "grep", "-nIE", places], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.stdout == ""


def test_the_licence_is_the_one_that_the_project_names():
    assert PROJECT["license"] == "Apache-2.0"
    assert "Apache License" in Path(ROOT / "LICENSE").read_text("utf-8")[:400]


def _imports(folder: Path) -> set[str]:
    """Top-level names of all imports, those inside functions too; contracts may use pytest."""
    found = set()
    for path in set(folder.rglob("*.py")) - set((folder / "testing").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.split(".")[0])
    return found
