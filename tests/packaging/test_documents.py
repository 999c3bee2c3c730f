"""The documents agree with the code: what is rendered is fresh, what is named exists."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
import pytest

from assistant.settings import Settings
from tests.conftest import ROOT
from tests.packaging.conftest import run

sys.path.insert(0, str(ROOT / "docs"))
import render

pytestmark = pytest.mark.packaging

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES += [ROOT / "evals" / "README.md", ROOT / "models" / "README.md"]
NOT_SETTINGS = {"ASSISTANT_TEST_DATABASE_URL", "ASSISTANT_TEST_IMAGE", "ASSISTANT_LOG"}
NOT_SETTINGS |= {"ASSISTANT_REQUIRE_POSTGRES", "ASSISTANT_REQUIRE_BROWSER"}
DRAWN = ["", "domain", "knowledge", "retrieval", "answering", "support", "writing", "insights"]
DRAWN += ["adapters"]


@pytest.mark.parametrize("name", ["cli.md", "settings.md", "openapi.json"])
def test_what_the_code_says_of_itself_is_rendered_afresh(name: str):
    written = (ROOT / "docs" / name).read_text("utf-8")
    assert written == render.rendered()[name], f"docs/{name} is stale; run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?:|mailto:|#|/)([^)\s#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_setting_that_a_document_names_exists(page: Path):
    known = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | NOT_SETTINGS
    named = set(re.findall(r"\bASSISTANT_[A-Z_]*[A-Z]", page.read_text("utf-8")))
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_document_names_exists(page: Path):
    from assistant.cli import main

    code = re.findall(r"```.*?```|`[^`\n]+`", page.read_text("utf-8"), re.DOTALL)
    named = set(re.findall(r"(?<![\w-])assistant (?!assistant)([a-z]+)", "\n".join(code)))
    assert named <= set(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_command_that_a_document_names_exists(page: Path):
    listed = set(re.findall(r"^  make (\w+)", run(["make", "help"], cwd=ROOT), re.M))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.M)) <= listed


def test_the_changelog_has_a_place_for_what_is_not_released():
    assert "\n## [Unreleased]\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_start_page_leads_to_every_document():
    start = (ROOT / "docs" / "README.md").read_text("utf-8")
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert sorted(name for name in pages if f"({name})" not in start) == []


@pytest.mark.parametrize("folder", DRAWN)
def test_the_picture_of_the_layout_names_every_module(folder: str):
    words = set(re.findall(r"\w+", drawn_of(folder)))
    modules = {path.stem for path in (ROOT / "assistant" / folder).glob("[a-z]*.py")}
    assert modules - words == set()


def drawn_of(folder: str) -> str:
    """The folder's own lines of the picture: elsewhere its modules' names are words like others."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    package = re.search(r"^assistant/\n(.*?)^\w", text, re.DOTALL | re.MULTILINE)
    assert package
    _, *parts = re.split(r"^  (?=\S)(?:(\w+)/)?", package[1], flags=re.MULTILINE)
    return {name or "": drawn for name, drawn in zip(parts[::2], parts[1::2], strict=True)}[folder]


def test_the_map_of_concerns_names_nothing_that_is_not_there():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = re.findall(r"`([a-z_]+/[a-z_]+)`", text)
    there = [name for name in named if list((ROOT / "assistant").glob(f"{name}.py"))]
    assert named == there
