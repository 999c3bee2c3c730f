"""One owner of the home at a time, and none once its process is gone."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assistant.adapters.home import HomeLock
from assistant.errors import HomeBusy

pytestmark = pytest.mark.slow

OWNER = """
import sys
from pathlib import Path
from assistant.adapters.home import HomeLock
lock = HomeLock(Path(sys.argv[1]))
lock.take("the server", url="http://127.0.0.1:1", secret="s")
print("taken", flush=True)
sys.stdin.read()
"""


def test_a_second_owner_is_refused_with_the_first_ones_name(tmp_path: Path) -> None:
    first, second = HomeLock(tmp_path / "home"), HomeLock(tmp_path / "home")
    first.take("assistant sync", url="http://localhost:8000", secret="s")
    assert first.held
    with pytest.raises(HomeBusy, match=rf"assistant sync \(process {os.getpid()}\)"):
        second.take("the server")
    assert not second.held
    assert second.owner() == {
        "pid": os.getpid(),
        "purpose": "assistant sync",
        "url": "http://localhost:8000",
        "secret": "s",
    }
    first.release()


def test_a_home_that_was_released_may_be_taken(tmp_path: Path) -> None:
    first, second = HomeLock(tmp_path), HomeLock(tmp_path)
    first.take("one")
    first.release()
    assert not first.held
    assert second.owner() is None
    second.take("two")
    first.release()
    assert (first.owner() or {})["purpose"] == "two"
    second.release()


def test_nobody_owns_a_home_that_is_not_there(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path / "none")
    assert lock.owner() is None
    assert not (tmp_path / "none").exists()
    lock.release()


def test_what_opens_maintenance_is_for_the_owner_alone(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    lock.take("the server", secret="s3cret")
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    lock.release()
    assert "s3cret" not in kept.read_text()


def test_who_only_asks_for_the_owner_keeps_nobody_out(tmp_path: Path) -> None:
    lock = HomeLock(tmp_path)
    lock.take("a process that died")
    (path,) = tmp_path.iterdir()
    left = path.read_text()
    lock.release()
    path.write_text(left)
    with path.open("r+") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        timer = threading.Timer(0.1, lambda: fcntl.flock(asking, fcntl.LOCK_UN))
        timer.start()
        lock.take("the server")
        timer.join()
    assert lock.held
    lock.release()


def test_a_killed_owner_leaves_the_home_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "taken\n"
        lock = HomeLock(tmp_path)
        try:
            with pytest.raises(HomeBusy, match=rf"the server \(process {owner.pid}\)"):
                lock.take("assistant ask")
        finally:
            owner.send_signal(signal.SIGKILL)
            owner.wait()
        assert lock.owner() is None
        lock.take("assistant ask")
        lock.release()
