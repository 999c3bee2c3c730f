"""The widget stays light, speaks both languages alike and keeps to its policy. Needs no browser."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
WIDGET = WEB / "static" / "widget"
TEMPLATES = [
    WEB / "templates" / "widget" / "frame.html",
    WEB / "templates" / "sample" / "shop.html",
]


def test_the_loader_weighs_at_most_4_kib() -> None:
    assert weight(WIDGET / "loader.js") <= 4 * 1024


def test_loader_and_frame_weigh_at_most_25_kib() -> None:
    texts = max(weight(path) for path in (WEB / "locales").glob("widget.*.json"))
    assert sum(weight(path) for path in [*WIDGET.iterdir(), TEMPLATES[0]]) + texts <= 25 * 1024


@pytest.mark.parametrize("section", ["widget", "sample"])
def test_both_languages_have_the_same_wordings(section: str) -> None:
    english, french = wordings(section, "en"), wordings(section, "fr")
    assert shape(english) == shape(french)


def test_every_wording_that_is_asked_for_is_there_and_no_other() -> None:
    scripts = "".join(path.read_text() for path in WIDGET.glob("*.js") if path.name != "loader.js")
    asked = set(re.findall(r"\bt\(\s*(?:[^\"()]*\? )?\"(\w+)\"", scripts))
    asked |= set(re.findall(r"strings\.(\w+)", TEMPLATES[0].read_text()))
    asked |= {"source", "customer", "assistant", "agent", "system"}
    asked |= {f"problem_{kind}" for kind in ("offline", "gone", "busy", "refused", "failed")}
    assert asked == set(wordings("widget", "en"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_page_holds_inline_code_or_style(template: Path) -> None:
    html = template.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", html)
    for script in re.findall(r"<script([^>]*)>", html):
        assert "src=" in script or "application/json" in script


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in [*WIDGET.iterdir(), *(WEB / "static" / "sample").iterdir(), *TEMPLATES]:
        foreign = re.findall(r"https?://[^\s\"'`)]+", path.read_text())
        assert [url for url in foreign if not url.startswith(ALLOWED)] == [], path.name


# An XML namespace is a name, not an address; the other stands in a comment that shows how to embed.
ALLOWED = ("http://www.w3.org/2000/svg", "https://help.example.com/widget.js")


def test_the_frame_preloads_all_its_modules() -> None:
    modules = {path.stem for path in WIDGET.glob("*.js")} - {"loader", "frame"}
    preloaded = re.search(r"for module in \[(.*?)\]", TEMPLATES[0].read_text(), re.DOTALL)
    assert preloaded is not None
    assert set(re.findall(r"\w+", preloaded[1])) == modules


def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def wordings(section: str, locale: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(
        (WEB / "locales" / f"{section}.{locale}.json").read_text()
    )
    return loaded


def shape(texts: object) -> object:
    """The names and places without the words; the same `{values}` are filled in."""
    if isinstance(texts, dict):
        return {name: shape(value) for name, value in texts.items()}
    if isinstance(texts, list):
        return [shape(value) for value in texts]
    return sorted(re.findall(r"\{\w+\}", str(texts)))
