"""HTTP to addresses that somebody typed: a name is resolved once, its addresses are judged, and the
connection is made to one of these. So neither a redirect nor a name that answers differently the
second time leads into a private network.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

_ASSIGNED = IPv6Network("2000::/3")
"""Nothing else is anybody's in public: it leads nowhere, or back into a private network."""
_TRANSLATED = IPv6Network("64:ff9b::/96")

LONGEST_WAIT_S = 3600
TOO_SLOW = "it answers too slowly"

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
) -> GuardedConnection:
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
    kind = _SecureConnection if parts.scheme == "https" else GuardedConnection
    return kind(host, port, addresses=addresses, timeout=timeout_s)


def port_of(parts: SplitResult) -> int:
    """ValueError where it is none."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def target_of(parts: SplitResult) -> str:
    """What is asked of the host."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class Limits:
    """Seconds for a single read, and for all of it however many drops it comes in; bytes that are
    read of what is answered."""

    timeout_s: float = 10.0
    whole_s: float = 20.0
    most: int = 0


@dataclass(frozen=True)
class Response:
    """What came back whole; header names as `Retry-After` is written."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def exchange(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    limits: Limits,
) -> Response:
    """One request, no redirect followed, within its limits. OSError,
    HTTPException, or PrivateAddress."""
    parts = urlsplit(url)
    connection = connection_to(parts, allow_private=allow_private, timeout_s=limits.timeout_s)
    try:
        with connection.within(limits.whole_s):
            connection.request(method, target_of(parts), body, dict(headers))
            with closing(connection.getresponse()) as response:
                content = response.read(limits.most) if limits.most else b""
                given = {name.title(): value for name, value in response.getheaders()}
                return Response(response.status, given, content)
    finally:
        connection.close()


def asked_to_wait(header: str | None) -> int:
    """The seconds of a `Retry-After`, an hour at most; 0 where it names none."""
    return min(int(header), LONGEST_WAIT_S) if header and header.strip().isdecimal() else 0


class GuardedConnection(http.client.HTTPConnection):
    """Reaches an address that was judged, whatever its name means by now."""

    def __init__(self, host: str, port: int, *, addresses: Sequence[str], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._addresses, self._until = addresses, float("inf")
        # The response outlives `sock`, which http.client forgets once it has begun.
        self._reached: socket.socket | None = None

    def connect(self) -> None:
        # A machine without IPv6 is often told an address of that kind first.
        *others, last = self._addresses
        for address in others:
            try:
                self.sock = self._reached = self._reach(address)
                return
            except OSError:
                continue
        self.sock = self._reached = self._reach(last)

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """All that is done in the block takes so long at most, or TimeoutError: a timeout of each
        single read lets one through who answers drop by drop."""
        self._until = time.monotonic() + seconds
        inside, cut = threading.Lock(), threading.Event()
        timer = threading.Timer(seconds, self._cut, (inside, cut))
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            if not cut.is_set():
                raise
            raise TimeoutError(TOO_SLOW) from error
        finally:
            timer.cancel()
            # Held for good: what is closed from now on is nobody's to cut.
            inside.acquire()
        if cut.is_set():
            raise TimeoutError(TOO_SLOW)

    def _reach(self, address: str) -> socket.socket:
        left = min(float(self.timeout or 0), self._until - time.monotonic())
        if left <= 0:
            raise TimeoutError(TOO_SLOW)
        reached = socket.create_connection((address, self.port), left)
        reached.settimeout(self.timeout)
        return reached

    def _cut(self, inside: threading.Lock, cut: threading.Event) -> None:
        with inside:
            cut.set()
            if self._reached is None or self._reached.fileno() < 0:
                return
            # By a copy: a TLS socket that is shut down while it is read fails in ways of its own.
            copy = socket.socket(fileno=os.dup(self._reached.fileno()))
        with copy, suppress(OSError):
            copy.shutdown(socket.SHUT_RDWR)


class _SecureConnection(GuardedConnection):
    """The same; the certificate must be of the name."""

    def connect(self) -> None:
        super().connect()
        context = ssl.create_default_context()
        # Known before the handshake begins, which may take its time too.
        self.sock = self._reached = context.wrap_socket(
            self.sock, server_hostname=self.host, do_handshake_on_connect=False
        )
        self.sock.do_handshake()


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
