"""One owner for ASSISTANT_HOME: an exclusive lock that the kernel drops when its process ends."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import IO, Any

from assistant.errors import HomeBusy


class HomeLock:
    """Held from `take` to `release` or the process's end, kill -9 included."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._file: IO[str] | None = None

    def take(self, purpose: str, *, url: str = "", secret: str = "") -> None:
        """Own the home, or HomeBusy that names the owner. `url`: where the owner serves, and
        `secret` what opens its maintenance calls; only the home's owner can read it."""
        self._home.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        while not _locked(file, fcntl.LOCK_EX):
            owner = self.owner()
            if owner is not None:
                file.close()
                named = f"{owner['purpose']} (process {owner.get('pid', '?')})"
                raise HomeBusy(str(self._home), named)
            # Somebody was only asking who owns it, or has just left.
            time.sleep(0.01)
        file.truncate(0)
        self._path.chmod(0o600)
        json.dump({"pid": os.getpid(), "purpose": purpose, "url": url, "secret": secret}, file)
        file.flush()
        self._file = file

    def release(self) -> None:
        """Harmless when not held."""
        if self._file is not None:
            self._file.truncate(0)
            self._file.close()
            self._file = None

    @property
    def held(self) -> bool:
        """Whether this object owns the home."""
        return self._file is not None

    def owner(self) -> dict[str, Any] | None:
        """Who owns the home now: {pid, purpose, url, secret}; None when nobody does."""
        try:
            with self._path.open("r+", encoding="utf-8") as file:
                if _locked(file, fcntl.LOCK_SH):
                    return None
                text = file.read()
                return dict(json.loads(text)) if text else {"purpose": "another process"}
        except FileNotFoundError:
            return None

    @property
    def _path(self) -> Path:
        return self._home / "owner.lock"


def _locked(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
