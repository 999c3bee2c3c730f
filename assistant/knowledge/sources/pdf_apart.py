"""PDF files, read in a process of its own with bounded memory and time: one that was made to fill
both costs that process, and is named."""

from __future__ import annotations

import atexit
import json
import os
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO

from assistant.errors import UnreadableSource
from assistant.knowledge.sources.converted import Converted
from assistant.knowledge.sources.pdf import read_pdf

SECONDS = 300.0
MEGABYTES = 1500
_LENGTH = struct.Struct(">Q")
_SPLIT = "split it into several documents, or print it anew"


class PdfProcess:
    """Starts with the first document and lives on for the next ones. Thread-safe."""

    def __init__(self, *, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds, self._megabytes = seconds, megabytes
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str) -> Converted:
        """As `read_pdf` does; UnreadableSource too for what takes more than it may."""
        with self._lock:
            answer = self._asked(data)
        if answer is None:
            raise UnreadableSource(
                name,
                f"reading it takes more than {self._seconds:g} seconds or {self._megabytes} MB",
                remedy=_SPLIT,
            )
        if "reason" in answer:
            raise UnreadableSource(name, answer["reason"], remedy=answer["remedy"])
        return Converted(body=answer["body"], title=answer["title"])

    def close(self) -> None:
        """It starts again when it is needed."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout)):
                with suppress(OSError):
                    pipe.close()

    def _asked(self, data: bytes) -> dict[str, str] | None:
        """None where it ended over the document, or had to be ended."""
        process = self._process or self._started()
        ended = threading.Timer(self._seconds, process.kill)
        ended.start()
        answer = None
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            _send(process.stdin, data)
            answer = _received(process.stdout)
        except OSError:
            pass  # It ended before it had read everything.
        finally:
            ended.cancel()
        if answer is None:
            self.close()
            return None
        told: dict[str, str] = json.loads(answer)
        return told

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", __name__, str(self._megabytes)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, **pipes)  # type: ignore[call-overload]
        return self._process


_process = PdfProcess()
read_pdf_apart = _process.read
"""As `read_pdf` does, within bounds."""
atexit.register(_process.close)


def _serve(megabytes: int) -> None:
    """In the other process: documents from standard input, answers to what was standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Whatever prints must not be taken for an answer.
    _limit(megabytes)
    while (data := _received(sys.stdin.buffer)) is not None:
        _send(answers, json.dumps(_answer(data)).encode())


def _answer(data: bytes) -> dict[str, str]:
    try:
        found = read_pdf(data, "")
    except MemoryError:
        os._exit(1)  # Whatever is left of it must not burden the next one.
    except UnreadableSource as error:
        return {"reason": error.reason, "remedy": error.remedy}
    return {"body": found.body, "title": found.title}


def _limit(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # No such limits on this system.
        return
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _received(pipe: IO[bytes]) -> bytes | None:
    """None where nothing comes any more."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    return data if len(data) == length else None


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
