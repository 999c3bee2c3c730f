"""The one way from async code into a synchronous block (SQL, retrieval)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import to_thread

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(block: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run it in a worker thread; it runs to its end even if the caller is cancelled."""
    return await to_thread.run_sync(partial(block, *args, **kwargs))
