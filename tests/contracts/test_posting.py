"""Webhooks are posted over HTTP, and to no address that an operator would not want reached."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from assistant.adapters.http_post import HttpPoster
from assistant.errors import NeverDelivered, NotDelivered
from assistant.ports.webhooks import Poster
from assistant.testing import PosterContract
from tests.hook_server import Hook, dripping_server, hook_server
from tests.server.test_process import on_this_machine


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as hook:
        yield hook


@pytest.fixture
def url(hook: Hook) -> str:
    return hook.url


class TestHttpPoster(PosterContract):
    @pytest.fixture
    def poster(self) -> Poster:
        return HttpPoster(allow_private=True, timeout_s=5)

    @pytest.fixture
    def received(self, hook: Hook) -> Callable[[], list[Any]]:
        return lambda: hook.posted

    @pytest.fixture
    def answer(self, hook: Hook) -> Callable[[int], None]:
        def answer(status: int) -> None:
            hook.status = status
            if not status:
                hook.stop()

        return answer


def test_a_redirect_is_not_followed(hook: Hook) -> None:
    hook.status = 307
    with pytest.raises(NotDelivered, match="307"):
        HttpPoster(allow_private=True).post(hook.url, b"{}", {})
    assert len(hook.posted) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "::1", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1",
        "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a01:203", "fec0::1",
    ],
)  # fmt: skip
def test_private_addresses_are_not_reached_whatever_their_name(
    hook: Hook, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 443))]
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: public + found)
    with pytest.raises(NeverDelivered, match="ASSISTANT_WEBHOOK_PRIVATE"):
        HttpPoster(allow_private=False).post("https://hooks.example/x", b"{}", {})
    assert hook.posted == []


def test_the_name_is_looked_up_once(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers with another address the second time gains nothing."""
    asked: list[str] = []
    looked_up = socket.getaddrinfo

    def answers(host: str, *more: Any, **options: Any) -> Any:
        asked.append(host)
        return looked_up("127.0.0.1", *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    port = hook.url.rpartition(":")[2]
    HttpPoster(allow_private=True).post(f"http://hooks.example:{port}/x", b"{}", {})
    assert asked[0] == "hooks.example"
    assert asked.count("hooks.example") == 1
    assert hook.posted[0][2]["host"] == f"hooks.example:{port}"


def test_another_sides_certificate_must_be_good(hook: Hook) -> None:
    with pytest.raises(NotDelivered):
        HttpPoster(allow_private=True, timeout_s=2).post(
            hook.url.replace("http:", "https:"), b"{}", {}
        )
    assert hook.posted == []


def test_who_answers_drop_by_drop_holds_nobody_up() -> None:
    """Each drop comes in time for a timeout that counts from the last one."""
    with dripping_server("head") as url:
        started = time.monotonic()
        with pytest.raises(NotDelivered, match="TimeoutError"):
            HttpPoster(allow_private=True, timeout_s=5, whole_s=0.3).post(url, b"{}", {})
        assert time.monotonic() - started < on_this_machine(2)


def test_who_asks_for_time_is_given_it() -> None:
    with hook_server() as hook:
        hook.status, hook.headers = 429, {"Retry-After": "120"}
        with pytest.raises(NotDelivered) as caught:
            HttpPoster(allow_private=True).post(hook.url, b"{}", {})
    assert caught.value.retry_after == 120
