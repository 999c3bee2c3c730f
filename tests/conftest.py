"""What all tests share: no network but loopback, no settings inherited, what a machine may lack.

Something that is absent (PostgreSQL, Chromium, the shared material) skips a test with the reason;
with ASSISTANT_REQUIRE_POSTGRES=1 or ASSISTANT_REQUIRE_BROWSER=1, as in .ci/run, it fails the test.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest

# Before its first import, whichever folder comes first.
pytest.register_assert_rewrite("assistant.testing")

# What is imported and collected stays to the end: looking through it for garbage every few
# hundred objects took a sixth of the unit tests' time.
gc.set_threshold(100_000)

ROOT = Path(__file__).resolve().parent.parent
KINDS = ("unit", "contracts", "server", "evaluation", "packaging", "browser")
"""The folders of tests, in the order of running: what is quick tells first."""


def _waited_for_disk() -> float:
    """Seconds since the start in which all of the machine waited for its disk; 0 where untold."""
    try:
        full = Path("/proc/pressure/io").read_text(encoding="ascii").split("full", 1)[1]
        return int(full.split("total=", 1)[1]) / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0


_started = time.monotonic()
_waited_before = _waited_for_disk()
_LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::")


class OutsideNetwork(RuntimeError):
    """A test reached for the network. Not an OSError, which our own code may rightly survive."""


def _only_loopback(event: str, args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto"):
        host = args[1][0] if isinstance(args[1], tuple) else ""
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host and not host.startswith(_LOOPBACK):
        raise OutsideNetwork(f"Tests may reach loopback addresses only, not {host}.")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--within", type=float, help="Fail where the run takes longer, in seconds.")


def pytest_configure(config: pytest.Config) -> None:
    kept = ("ASSISTANT_TEST_", "ASSISTANT_REQUIRE_", "ASSISTANT_SAVE_")
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        if not name.startswith(kept):
            del os.environ[name]
    sys.addaudithook(_only_loopback)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where slow tests are not wanted, files of nothing else are not even imported."""
    if config.getoption("markexpr") != "not slow" or collection_path.suffix != ".py":
        return None
    text = collection_path.read_text(encoding="utf-8")
    return True if "\npytestmark = pytest.mark.slow\n" in text else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        kind = item.path.relative_to(ROOT / "tests").parts[0]
        return KINDS.index(kind) if kind in KINDS else len(KINDS)

    items.sort(key=rank)


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    within = session.config.getoption("within")
    # Of a machine with other work to do, or a cold disk, no more is asked than of a free one.
    took = time.monotonic() - _started - (_waited_for_disk() - _waited_before)
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    if within and took > within * busy and session.exitstatus == pytest.ExitCode.OK:
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        told = f"The run took {took:.1f} s, the machine {busy:.1f} times busy; allowed: {within:g}."
        reporter.write_line(f"\n{told}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def shared() -> Path:
    """The folder of shared material beside the checkout: corpora and question sets."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("there is no folder of shared material beside the checkout")
    return folder


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database of the test's own."""
    import psycopg

    server = os.environ.get("ASSISTANT_TEST_DATABASE_URL", "").replace("+psycopg", "")
    if not server:
        _absent("ASSISTANT_TEST_DATABASE_URL is not set", required_by="ASSISTANT_REQUIRE_POSTGRES")
    name = f"assistant_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is, for Playwright's `executable_path`."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        _absent("there is no Chromium on the PATH", required_by="ASSISTANT_REQUIRE_BROWSER")
    return found


@pytest.fixture(scope="session")
def encoder_cache() -> Path:
    """Where the exported encoder stays from one run of the tests to the next."""
    return ROOT / "build" / "encoder"


@pytest.fixture(scope="session")
def encoder(encoder_cache: Path) -> Any:
    """The real built-in encoder."""
    from assistant.adapters.sentence_transformer import (
        SentenceTransformerEmbedder,
        built_in_folder,
    )

    return SentenceTransformerEmbedder(built_in_folder(), cache=encoder_cache)


def _absent(reason: str, *, required_by: str) -> NoReturn:
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{reason}, and {required_by}=1 asks for it", pytrace=False)
    pytest.skip(reason)
