"""Wordings, locales and limits, on their own."""

from __future__ import annotations

import re

import pytest

from assistant.errors import TooManyRequests
from assistant.server.limits import RateLimit
from assistant.server.pages import LOCALES, _accepted, _translator, decimal, nearest, strings, web


@pytest.mark.parametrize("section", ["console", "help_center"])
@pytest.mark.parametrize("locale", LOCALES)
def test_every_wording_is_used_and_every_used_one_is_there(section: str, locale: str) -> None:
    texts = strings(section, locale)
    folder = web("templates")
    files = [*(folder / section).glob("*.html"), *(folder / "shared").glob("*.html")]
    pages = "\n".join(file.read_text(encoding="utf-8") for file in files)
    package = web("static").parent.parent / "assistant"
    server = "\n".join(
        file.read_text(encoding="utf-8") for file in (package / "server").glob("*.py")
    )
    summary = (package / "support" / "summarising.py").read_text(encoding="utf-8")
    used = set(re.findall(r'\bt\(\s*"(\w+)"', pages)) | set(re.findall(r"strings\.(\w+)", pages))
    if section == "console":
        used |= set(re.findall(r'"(summary_\w+)"', summary))
    for name in used:
        assert name in texts or {f"{name}_one", f"{name}_other"} <= set(texts), name
    for name in texts:
        base = re.sub(r"_(one|other)$", "", name)
        # A key that code chooses, such as the name of a problem, stands there in quotes.
        found = {name, base} & used or f'"{name}"' in server or f'"{name}"' in pages
        assert found, name


@pytest.mark.parametrize(("locale", "written"), [("en", "0.65"), ("fr", "0,65"), ("fr-CA", "0,65")])
def test_numbers_are_written_as_the_reader_writes_them(locale: str, written: str) -> None:
    assert decimal(0.6549, 2, locale) == written


def test_french_counts_nought_as_one() -> None:
    texts = {"n_one": "{count} un", "n_other": "{count} plusieurs"}
    assert [_translator(texts, "fr")("n", n) for n in (0, 1, 2)] == ["0 un", "1 un", "2 plusieurs"]
    assert [_translator(texts, "en")("n", n)[2:] for n in (0, 1, 2)] == [
        "plusieurs",
        "un",
        "plusieurs",
    ]


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("", [""]),
        ("fr", ["fr"]),
        ("en;q=0.1, fr-FR, de;q=0.5", ["fr-FR", "de", "en"]),
        ("en;q=x, fr", ["fr"]),
    ],
)
def test_accepted_languages_come_in_order(header: str, languages: list[str]) -> None:
    assert _accepted(header) == languages


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("en", "en"), ("en_GB", "en-GB"), ("en-US", "en"), ("FR", "fr"), ("xx", None), ("", None)],
)
def test_the_nearest_locale(wanted: str, found: str | None) -> None:
    assert nearest(wanted, ["en", "en-GB", "fr"]) == found


def test_a_window_of_tries_moves_on() -> None:
    moment = [0.0]
    limit = RateLimit(2, 10, now=lambda: moment[0])
    limit.count("kim")
    moment[0] = 4
    limit.count("kim")
    limit.count("lou")
    with pytest.raises(TooManyRequests) as refused:
        limit.count("kim")
    assert refused.value.retry_after == 6
    moment[0] = 10
    limit.count("kim")
    moment[0] = 30
    limit.count("noa")
    assert set(limit._times) == {"noa"}
