"""Open what one command needs: the assistant of the settings, a store alone, an encoder that keeps
its vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.adapters.home import HomeLock
from assistant.adapters.sql.store import SqlStore
from assistant.case_ports import WholeStore
from assistant.evaluation.remembering import RememberingEmbedder
from assistant.ports import Clock, Embedder
from assistant.settings import Settings, load
from assistant.wiring import Assistant, utc_now


def home_owner(settings: Settings) -> dict[str, Any] | None:
    """Which process owns the home now: {pid, purpose, url, secret}; None when nobody does."""
    return HomeLock(settings.home).owner()


@contextmanager
def opened(purpose: str, *, needs_index: bool = True) -> Iterator[Assistant]:
    """The assistant of the settings, for one command. A command that can do without the vector
    index leaves the home to a running server, which follows what is written to the database."""
    settings = load()
    own_home = needs_index or home_owner(settings) is None
    assistant = Assistant(settings, purpose=purpose, own_home=own_home)
    try:
        yield assistant
    finally:
        assistant.close()


@contextmanager
def remembering(embedder: Embedder, file: Path) -> Iterator[Embedder]:
    """The encoder, with every vector kept in this database file; several processes may share it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with store_at(f"sqlite:///{file}", utc_now) as store:
        yield RememberingEmbedder(embedder, store=store)


@contextmanager
def store_at(database: str, clock: Clock) -> Iterator[WholeStore]:
    """The store at this URL under a clock of its own, as for what is told of the past."""
    store = SqlStore(database, now=clock)
    try:
        store.migrate()
        yield store
    finally:
        store.close()
