"""HTTP to addresses that somebody typed: a name is resolved once, its addresses are judged, and the
connection is made to one of these. So neither a redirect nor a name that answers differently the
second time leads into a private network.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult

_ASSIGNED = IPv6Network("2000::/3")
"""Nothing else is anybody's in public: it leads nowhere, or back into a private network."""
_TRANSLATED = IPv6Network("64:ff9b::/96")

Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) → its addresses; OSError where there is none."""


class PrivateAddress(Exception):
    """A host has one, and none may be reached. Callers tell it in their own words."""


def resolve(host: str, port: int) -> Sequence[str]:
    """As this machine resolves names."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def connection_to(
    parts: SplitResult, *, allow_private: bool, timeout_s: float, resolve: Resolve = resolve
) -> http.client.HTTPConnection:
    """Not yet open. OSError where the host has no address, PrivateAddress where one of its
    addresses is private and none may be."""
    host, port = parts.hostname or "", port_of(parts)
    try:
        addresses = resolve(host, port)
    except UnicodeError as error:
        raise OSError("it is no name of a host") from error
    if not addresses:
        raise OSError("it has no address")
    if not allow_private and not all(map(_is_public, addresses)):
        raise PrivateAddress(host)
    kind = _SecureConnection if parts.scheme == "https" else _Connection
    return kind(host, port, addresses=addresses, timeout=timeout_s)


def port_of(parts: SplitResult) -> int:
    """ValueError where it is none."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def target_of(parts: SplitResult) -> str:
    """What is asked of the host."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Connection(http.client.HTTPConnection):
    """Reaches an address that was judged, whatever its name means by now."""

    def __init__(self, host: str, port: int, *, addresses: Sequence[str], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._addresses = addresses

    def connect(self) -> None:
        # A machine without IPv6 is often told an address of that kind first.
        *others, last = self._addresses
        for address in others:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
                return
            except OSError:
                continue
        self.sock = socket.create_connection((last, self.port), self.timeout)


class _SecureConnection(_Connection):
    """The same; the certificate must be of the name."""

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _is_public(address: str) -> bool:
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        # An address of the old kind within one of the new leads where the old one does.
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _TRANSLATED:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is None and ip not in _ASSIGNED:
            return False
        ip = inner or ip
    return ip.is_global and not ip.is_multicast
