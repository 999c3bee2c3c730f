"""The guard around all tests: no network but loopback."""

from __future__ import annotations

import socket

import pytest


def test_a_test_cannot_reach_an_outside_address():
    with socket.socket() as outside, pytest.raises(RuntimeError, match="loopback addresses only"):
        outside.connect(("192.0.2.1", 80))


def test_a_test_cannot_resolve_an_outside_name():
    with pytest.raises(RuntimeError, match="not help"):
        socket.getaddrinfo("help.example", 443)


def test_a_test_reaches_a_server_of_its_own():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("localhost", port)) as client:
            assert client.getpeername()[1] == port
