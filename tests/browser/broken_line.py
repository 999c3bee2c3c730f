"""A line between a customer and the assistant that a story can cut in the middle of a stream."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class BrokenLine:
    """Carries bytes to the server and back, on a port of its own, until it is `cut`; while it is
    `down` nobody gets through."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (str(parts.hostname), int(parts.port or 80))
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._ear.getsockname()[1]}"
        self._down = False
        self._lock = threading.Lock()
        self._open: dict[socket.socket, bytes] = {}
        self.told = bytearray()
        """What the server said, for a story to look at and to clear."""
        threading.Thread(target=self._answer, daemon=True).start()

    def cut(self, *, only: bytes = b"", down: bool = True) -> int:
        """Cut what is open now, or of it only what asked for `only`; how many that were."""
        with self._lock:
            self._down = down
            cut = [line for line, asked in self._open.items() if only in asked]
        for line in cut:
            _shut(line)
        return len(cut)

    def mend(self) -> None:
        """Who tries again gets through."""
        with self._lock:
            self._down = False

    def close(self) -> None:
        """Nobody is answered any more."""
        self._ear.close()
        self.cut()

    def _answer(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._ear.accept()
                threading.Thread(target=self._carry, args=(line,), daemon=True).start()

    def _carry(self, line: socket.socket) -> None:
        with self._lock:
            if not self._down:
                self._open[line] = b""
        with line, suppress(OSError):
            if line in self._open:
                self._join(line)
        with self._lock:
            self._open.pop(line, None)

    def _join(self, line: socket.socket) -> None:
        with socket.create_connection(self._server) as beyond:
            back = threading.Thread(target=self._tell, args=(beyond, line), daemon=True)
            back.start()
            with suppress(OSError):
                while data := line.recv(65536):
                    if data.startswith((b"GET ", b"POST ")):
                        # What it asks for now: a line carries one request after another.
                        self._open[line] = data
                    beyond.sendall(data)
            _shut(beyond)
            back.join()

    def _tell(self, beyond: socket.socket, line: socket.socket) -> None:
        with suppress(OSError):
            while data := beyond.recv(65536):
                self.told += data
                line.sendall(data)
        _shut(line)


def _shut(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
