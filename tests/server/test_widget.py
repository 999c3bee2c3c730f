"""The widget as it travels: its weight, its policy, its colours."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from assistant.server.assets import lean, squeezed, squeezed_script
from assistant.server.colours import (
    DARK_GROUND,
    ENOUGH,
    LIGHT_GROUND,
    contrast,
    mixed,
    on_ground,
    parsed,
    style_sheet,
)
from assistant.server.pages import web
from tests.server.conftest import World

LOADER_LIMIT = 4_000
FIRST_LIMIT = 25_000
WHOLE_LIMIT = 42_000


def weight(client: TestClient, path: str) -> int:
    """Bytes that travel, compressed as every browser asks for."""
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.status_code == 200, path
        return sum(len(part) for part in response.iter_raw())


def first_load(client: TestClient, locale: str, look: str = "") -> list[str]:
    page = f"/widget?locale={locale}{look}"
    named = re.findall(r'(?:href|src)="((?:static/)?widget/[^"]+)"', client.get(page).text)
    assert len(named) > 10
    return ["/widget.js", page, *(f"/{path}" for path in named)]


def test_the_loader_weighs_at_most_4_kb(client: TestClient) -> None:
    assert weight(client, "/widget.js") <= LOADER_LIMIT


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_loader_and_frame_weigh_at_most_25_kb(client: TestClient, locale: str) -> None:
    assert sum(weight(client, path) for path in first_load(client, locale)) <= FIRST_LIMIT


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_with_all_that_a_site_can_set_they_weigh_no_more(
    make_world: Callable[..., World], locale: str
) -> None:
    look = "&theme=dark&colour=7b2d8b&name=SalesDepartmentHelp"
    with make_world(
        logo_url="https://cdn.example.com/images/logo-of-the-shop.svg"
    ).client() as client:
        paths = first_load(client, locale, look)
        assert "/widget/colour.css?colour=7b2d8b" in paths
        assert sum(weight(client, path) for path in paths) <= FIRST_LIMIT


def test_all_that_the_widget_can_ever_load_weighs_at_most_42_kb(client: TestClient) -> None:
    later = [f"/static/widget/later/{p.name}" for p in (web("static") / "widget/later").iterdir()]
    paths = [*first_load(client, "fr"), "/widget/wordings?locale=fr", "/widget/nudges.js", *later]
    assert sum(weight(client, path) for path in paths) <= WHOLE_LIMIT


def test_what_is_sent_lean_keeps_its_lines() -> None:
    code = '/**\n * What it is.\n */\n\nconst a = "// no comment";\n  // reason\n  call(a); // b\n'
    assert lean(code) == '\n\n\n\nconst a = "// no comment";\n\ncall(a); // b\n'
    assert lean("/* one line */\na { b: c; }\n") == "\na { b: c; }\n"


def test_a_style_sheet_is_sent_without_what_says_nothing() -> None:
    assert squeezed("a :is(b, c) {\n d: 1px + 2px;\n}\n\ne {}\n") == "a :is(b,c){d:1px + 2px}e{}"
    for path in web("static").rglob("*.css"):
        for text in re.findall(r'"[^"\n]*"', lean(path.read_text())):
            assert squeezed(text) == text, path.name


def test_a_script_is_sent_without_the_spaces_beside_its_marks() -> None:
    code = 'if (a === b) { say("a, b", `${ a } : c`); }\nconst at = /^a: ?b/;\nreturn { ...of };\n'
    sent = 'if(a===b){say("a, b",`${ a } : c`);}\nconst at = /^a: ?b/;\nreturn{...of};\n'
    assert squeezed_script(code) == sent
    for path in web("static").rglob("*.js"):
        text = lean(path.read_text())
        assert squeezed_script(text).count("\n") == text.count("\n"), path.name
        assert "".join(squeezed_script(text).split()) == "".join(text.split()), path.name
        # Quotes would be paired wrongly where a text in quotes holds another one.
        assert not re.search(r"`[^`]*\$\{[^}`]*`", text), path.name


def test_no_line_of_a_text_in_quotes_looks_like_a_comment() -> None:
    """What `lean` takes for one would be missing from the text."""
    for path in web("static").rglob("*.js"):
        for text in re.findall(r"`[^`]*`", path.read_text()):
            assert not re.search(r"^\s*(//|/\*)", text, re.MULTILINE), path.name


def test_a_file_that_the_browser_has_is_not_sent_again(client: TestClient) -> None:
    for path in ("/widget.js", "/static/widget/frame.js", "/static/widget/widget.css"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_what_is_meant_for_one_person_is_not_compressed(client: TestClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    public = client.get("/help", headers=headers)
    assert public.headers["content-encoding"] == "gzip"
    for path in ("/api/v1/topics", "/console/sign-in"):
        assert "content-encoding" not in client.get(path, headers=headers).headers


def test_the_longest_message_is_told_to_the_frame(make_world: Callable[..., World]) -> None:
    with make_world(max_message=777).client() as client:
        assert '"limit":777' in client.get("/widget").text


def test_the_wordings_of_later_parts_are_in_the_visitors_language(client: TestClient) -> None:
    assert client.get("/widget/wordings?locale=fr").json()["back"] == "Retour"
    assert client.get("/widget/wordings?locale=de").json()["back"] == "Back"


# -- a site's own look


def test_the_page_chooses_light_or_dark(client: TestClient) -> None:
    assert '<html lang="en" data-theme="dark">' in client.get("/widget?theme=dark").text
    assert '<html lang="en">' in client.get("/widget?theme=x%22onload").text


@pytest.mark.parametrize("colour", ["ffd400", "ff0000", "000000", "ffffff", "7b2d8b", "00ff88"])
def test_every_pair_of_a_sites_colour_can_be_read(colour: str) -> None:
    wanted = parsed(colour)
    assert wanted is not None
    for ground in (LIGHT_GROUND, DARK_GROUND):
        made = on_ground(wanted, ground)
        assert contrast(made.accent, ground) >= ENOUGH
        assert contrast(made.accent, made.soft) >= ENOUGH
        assert contrast(made.on_accent, made.accent) >= ENOUGH
        assert contrast(made.on_accent, made.hover) >= ENOUGH


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert on_ground((28, 93, 74), LIGHT_GROUND).accent == (28, 93, 74)
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert mixed((0, 0, 0), (100, 200, 40), 0.5) == (50, 100, 20)


def test_the_style_sheet_holds_numbers_alone(client: TestClient) -> None:
    sheet = client.get("/widget/colour.css?colour=7b2d8b")
    assert sheet.headers["content-type"].startswith("text/css")
    assert "--accent: #7b2d8b;" in sheet.text
    assert sheet.text == style_sheet((123, 45, 139))
    for wrong in ("red", "12345", "7b2d8b;}", "%23%23%23%23%23%23"):
        assert client.get("/widget/colour.css", params={"colour": wrong}).status_code == 422


def test_a_logo_of_another_origin_is_allowed_by_name(make_world: Callable[..., World]) -> None:
    with make_world(logo_url="https://cdn.example.com/logo.svg").client() as client:
        page = client.get("/widget")
        policy = page.headers["content-security-policy"]
        assert '<img src="https://cdn.example.com/logo.svg"' in page.text
        assert "img-src 'self' data: https://cdn.example.com blob:;" in policy
