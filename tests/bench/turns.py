"""Contestants in processes of their own that take turns.

Within one process the threads of one runtime still spin while the next one is timed, and a warm
cache of one serves the other; so each has its own, and only one of them works at a time.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from typing import Any

_REST_S = 0.02
"""Longer than the threads of onnxruntime and OpenMP spin before they sleep."""


class Contestant:
    """Runs methods of what `make` made, in its own process, one after the other."""

    def __init__(self, make: Callable[..., Any], *args: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, args), daemon=True)
        self._process.start()
        theirs.close()

    def __call__(self, method: str, *args: Any) -> Any:
        """What the method returned; what it raised is raised here."""
        time.sleep(_REST_S)
        self._pipe.send((method, args))
        raised, found = self._pipe.recv()
        if raised:
            raise found
        return found

    def close(self) -> None:
        """Let it close what it opened, and end."""
        self._pipe.send(None)
        self._process.join()


@contextmanager
def contestants(**made: tuple[Any, ...]) -> Iterator[dict[str, Contestant]]:
    """By name, each from (make, *arguments); all closed at the end."""
    with ExitStack() as stack:
        found = {}
        for name, (make, *args) in made.items():
            found[name] = Contestant(make, *args)
            stack.callback(found[name].close)
        yield found


def rounds(names: Sequence[str], count: int) -> Iterator[tuple[int, str]]:
    """(round, name): all in every round, another one first each time."""
    for number in range(count):
        first = number % len(names)
        for name in (*names[first:], *names[:first]):
            yield number, name


def _serve(pipe: Connection, make: Callable[..., Any], args: Sequence[Any]) -> None:
    thing = make(*args)
    while (call := pipe.recv()) is not None:
        method, given = call
        try:
            pipe.send((False, getattr(thing, method)(*given)))
        except Exception as error:
            pipe.send((True, error))
    thing.close()
