"""What browsers are told to forbid, and who may call from where."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from fastapi import HTTPException, Request
from fastapi.testclient import TestClient

from assistant.server.security import is_https, require_own_origin
from tests.server.conftest import API, PASSWORD, Agent, Visitor, World

PAGES = ["/", "/help", "/help/en/return-a-gift", "/console/sign-in", "/widget"]
SHOP = "https://shop.example"


def directives(client: TestClient, path: str) -> dict[str, str]:
    policy = client.get(path).headers["content-security-policy"]
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


@pytest.mark.parametrize("path", PAGES)
def test_pages_allow_nothing_inline_and_nothing_from_outside(client: TestClient, path: str) -> None:
    policy = directives(client, path)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_to_their_own_policy(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<style" not in page
    for script in page.split("<script")[1:]:
        # From here, or data that is read and never run.
        attributes = script.split(">")[0]
        assert " src=" in attributes or re.search(r'type="application/(ld\+)?json"', attributes)
    assert 'src="http' not in page
    assert 'rel="stylesheet" href="http' not in page


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/widget"])
def test_no_other_site_may_frame_our_pages(client: TestClient, path: str) -> None:
    assert directives(client, path)["frame-ancestors"] == "'none'"


def test_the_widget_is_framed_by_the_allowed_origins_alone(
    make_world: Callable[..., World],
) -> None:
    with make_world(allowed_origins=f"{SHOP}/ https://b.example").client() as client:
        policy = directives(client, "/widget")
    assert policy["frame-ancestors"] == f"'self' {SHOP} https://b.example"


def test_the_widget_is_framed_by_any_where_none_is_named(client: TestClient) -> None:
    assert directives(client, "/widget")["frame-ancestors"] == "*"


@pytest.mark.parametrize(
    ("logo", "wanted"),
    [
        ("", "require-corp"),
        ("/help/images/logo.svg", "require-corp"),
        # That origin may not know of such pages.
        ("https://cdn.example/logo.svg", "credentialless"),
    ],
)
def test_the_widget_goes_into_pages_that_isolate_themselves(
    make_world: Callable[..., World], logo: str, wanted: str
) -> None:
    with make_world(logo_url=logo).client() as client:
        for path in ("/widget.js", "/widget/nudges.js", "/widget"):
            sent = client.get(path).headers
            assert sent["cross-origin-resource-policy"] == "cross-origin"
    assert sent["cross-origin-embedder-policy"] == wanted


@pytest.mark.parametrize(
    "path", [*PAGES, "/widget.js", "/static/console/console.js", f"{API}/search", "/nothing"]
)
def test_every_response_is_protected(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["content-security-policy"]
    assert headers["cache-control"]


@pytest.mark.parametrize("path", [f"{API}/conversations/x", "/console", "/console/sign-in"])
def test_what_is_private_is_not_kept(client: TestClient, path: str) -> None:
    response = client.get(path, follow_redirects=False)
    assert response.headers["cache-control"] == "no-store"


def test_an_allowed_origin_may_call_the_api(make_world: Callable[..., World]) -> None:
    with make_world(allowed_origins=SHOP).client() as client:
        asked = {
            "Origin": SHOP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
        }
        allowed = client.options(f"{API}/conversations", headers=asked)
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == SHOP
        answer = client.post(f"{API}/conversations", headers={"Origin": SHOP})
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert "access-control-allow-credentials" not in answer.headers
        large = client.post(
            f"{API}/conversations", headers={"Origin": SHOP}, content=b"x" * 100_000
        )
        assert large.status_code == 413
        assert large.headers["access-control-allow-origin"] == SHOP


@pytest.mark.parametrize("allowed", ["", SHOP])
def test_another_origin_may_not(make_world: Callable[..., World], allowed: str) -> None:
    with make_world(allowed_origins=allowed).client() as client:
        for path in (f"{API}/search?q=gift", "/help", "/console/sign-in"):
            response = client.get(path, headers={"Origin": "https://evil.example"})
            assert "access-control-allow-origin" not in response.headers


def test_the_console_is_shared_with_no_origin(make_world: Callable[..., World]) -> None:
    with make_world(allowed_origins=SHOP).client() as client:
        response = client.get("/console/sign-in", headers={"Origin": SHOP})
        assert "access-control-allow-origin" not in response.headers


def test_the_loader_may_be_loaded_from_anywhere_and_asked_again(client: TestClient) -> None:
    loader = client.get("/widget.js", headers={"Origin": SHOP})
    assert loader.headers["content-type"] == "text/javascript; charset=utf-8"
    assert loader.headers["access-control-allow-origin"] == "*"
    assert loader.headers["cache-control"] == "public, max-age=300"
    again = client.get("/widget.js", headers={"If-None-Match": loader.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize("path", ["/static/../../pyproject.toml", "/static/%2e%2e/%2e%2e/app.py"])
def test_static_files_end_at_their_folder(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_session_cookie_is_out_of_reach(new_agent: Callable[..., Agent]) -> None:
    agent = new_agent(signed_in=False)
    cookie = agent.signs_in().headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/console" in cookie
    assert "secure" not in cookie


def test_over_https_the_cookie_never_travels_without(
    make_world: Callable[..., World],
) -> None:
    world = make_world(public_url="https://help.example")
    world.assistant.people.add("kim@company.example", role="agent", password=PASSWORD)
    with world.client() as client:
        form = {"email": "kim@company.example", "password": PASSWORD}
        # As a proxy that ends https hands it on: the public name, and no https any more.
        headers = {"Origin": "https://help.example"}
        response = client.post(
            "/console/sign-in", data=form, headers=headers, follow_redirects=False
        )
    assert response.status_code == 303
    assert "secure" in response.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:8000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_form_from_elsewhere_does_nothing(
    world: World, visitor: Visitor, agent: Agent, headers: dict[str, str]
) -> None:
    visitor.calls_a_person()
    case = f"/console/conversations/{visitor.id}"
    for path in ("/console/sign-in", "/console/sign-out", f"{case}/claim",
                 f"{case}/messages", f"{case}/resolve"):  # fmt: skip
        response = agent.client.post(path, data={"text": "Hi"}, headers=headers)
        assert response.status_code == 403, path
    assert world.store.conversation(visitor.id).status == "waiting"
    assert agent.opens("/console").status_code == 200


def test_a_browser_that_sends_no_origin_may_vouch_otherwise() -> None:
    scope = {"type": "http", "headers": [(b"sec-fetch-site", b"same-origin"), (b"host", b"a")]}
    require_own_origin(Request(scope), public_url="")
    scope["headers"] = [(b"origin", b"https://help.example"), (b"host", b"10.0.0.1:8000")]
    require_own_origin(Request(scope), public_url="https://help.example/")
    scope["headers"] = [(b"origin", b""), (b"host", b"")]
    with pytest.raises(HTTPException):
        require_own_origin(Request(scope), public_url="")


def test_https_is_known_by_the_request_or_by_the_setting() -> None:
    request = SimpleNamespace(url=SimpleNamespace(scheme="http"))
    assert not is_https(request, public_url="")  # type: ignore[arg-type]
    assert is_https(request, public_url="https://help.example")  # type: ignore[arg-type]
