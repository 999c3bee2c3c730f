"""The widget stays light, speaks both languages alike and keeps to its policy. Needs no browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from assistant.domain.conversation import Status

WEB = Path(__file__).resolve().parents[2] / "web"
WIDGET = WEB / "static" / "widget"
LATER = WIDGET / "later"
TEMPLATES = [
    WEB / "templates" / "widget" / "frame.html",
    WEB / "templates" / "sample" / "shop.html",
]


def test_every_wording_that_is_asked_for_is_there_and_no_other() -> None:
    page, scripts = wordings("widget", "en").values()
    frame = TEMPLATES[0].read_text()
    assert set(re.findall(r"strings\.page\.(\w+)", frame)) == set(page)
    first = set(scripts)
    later = set(wordings("widget_later", "en"))
    assert first & later == set()
    at_once = asked_in(WIDGET.glob("*.js"))
    at_once |= set(re.findall(r"strings\.scripts\.(\w+)", frame))
    at_once |= {
        "source",
        "sources",
        "customer",
        "assistant",
        "agent",
        "system",
        "helpful",
        "unhelpful",
        "copy",
        "show_all",
        "show_less",
    }
    at_once |= {"waiting_title", "joined", "closed", "copied", "not_copied", "looking", "writing"}
    at_once |= {f"problem_{kind}" for kind in ("offline", "gone", "busy", "refused", "failed")}
    assert at_once == first
    afterwards = asked_in(LATER.glob("*.js")) - first
    afterwards |= {f"reason_{each}" for each in ("off_topic", "wrong", "incomplete", "unclear")}
    afterwards |= {f"status_{status}" for status in Status}
    afterwards |= {
        f"{scale}_{end}" for scale in ("csat", "ces", "useful", "nps") for end in ("low", "high")
    }
    afterwards |= {"problem_file", "problem_link", "file_too_large", "file_wrong_type"}
    afterwards |= {"useful", "easy", "enjoyable", "yes", "no", "email_wrong", "email_kept"}
    assert afterwards == later


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_page_holds_inline_code_or_style(template: Path) -> None:
    html = template.read_text()
    assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:", html)
    for script in re.findall(r"<script([^>]*)>", html):
        assert "src=" in script or "application/json" in script


def test_nothing_is_loaded_from_elsewhere() -> None:
    static = [path for path in (WEB / "static").rglob("*") if path.is_file()]
    for path in [*static, *TEMPLATES]:
        foreign = re.findall(r"https?://[^\s\"'`)]+", path.read_text())
        assert [url for url in foreign if not url.startswith(ALLOWED)] == [], path.name


# An XML namespace is a name, not an address; the other stands in a comment that shows how to embed.
ALLOWED = ("http://www.w3.org/2000/svg", "https://help.example.com/widget.js")


def test_each_message_between_frame_and_page_names_the_origin_it_is_for() -> None:
    scripts = [path.read_text() for path in WIDGET.rglob("*.js")]
    targets = [found for code in scripts for found in re.findall(r"postMessage\(.*, (.+)\)", code)]
    assert sorted(targets) == ["frameUrl.origin", "this.#origin"]


def test_the_frame_preloads_all_its_modules() -> None:
    modules = {path.stem for path in WIDGET.glob("*.js")} - OUTSIDE - {"frame"}
    preloaded = re.search(r"for module in \[(.*?)\]", TEMPLATES[0].read_text(), re.DOTALL)
    assert preloaded is not None
    assert set(re.findall(r"\w+", preloaded[1])) == modules


def test_in_a_page_the_loader_alone_keeps_clear_of_notch_and_home_bar() -> None:
    # Safari tells a frame the insets of its page, wherever the frame lies; Chromium tells it none.
    sheet = (WIDGET / "widget.css").read_text() + (LATER / "later.css").read_text()
    assert re.findall(r"([^\n]+) \{[^}]*env\(", sheet) == ["body.alone"]


# They run on the page of a site, not in the frame.
OUTSIDE = {"loader", "nudges"}


def asked_in(scripts: Iterable[Path]) -> set[str]:
    code = "".join(path.read_text() for path in scripts if path.name != "loader.js")
    return set(re.findall(r"\bt\(\s*\"(\w+)\"", code))


def wordings(section: str, locale: str) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(
        (WEB / "locales" / f"{section}.{locale}.json").read_text()
    )
    return loaded
