"""Turn what the database drivers raise into StoreUnavailable, with what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, StatementError, TimeoutError

from assistant.errors import StoreUnavailable

# (what the driver's message holds, what it means, the remedy), first match counts.
_KNOWN = (
    ("disk is full", "the disk is full", "free some space on it"),
    ("no space left", "the disk is full", "free some space on it"),
    ("file size limit", "the disk is full", "free some space on it"),
    ("disk i/o", "the disk failed or is full", "free some space, then check the disk"),
    ("readonly", "it may not be written", "give this user the right to write the file and folder"),
    ("read-only", "it may not be written", "use a server or file that accepts writes"),
    ("locked", "another process keeps it locked", "wait for that process, or stop it"),
    ("unable to open", "the file cannot be opened", "check that its folder exists and is yours"),
    ("malformed", "the file is damaged", "restore a backup with `assistant restore FILE`"),
    ("not a database", "the file is no database", "name another file, or restore a backup"),
    ("no such table", "its tables are missing", "run `assistant migrate`"),
    ("does not exist", "something in it is missing", "check the URL, then run `assistant migrate`"),
    ("password", "the server refuses the password", "correct ASSISTANT_DATABASE_URL"),
    ("constraint", "two records contradict each other", "try again, then report it as a mistake"),
    ("connection", "the server cannot be reached", "check that it runs at that address"),
)


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Errors of the driver inside the block come out as ours; `url` names the database."""
    try:
        yield
    except DBAPIError as error:
        raise _unavailable(str(error.orig), url) from error
    except StatementError as error:
        # A value that a column type of ours refused: the caller's mistake, not the database's.
        raise (error.orig or error) from error
    except (OSError, sqlite3.Error) as error:
        raise _unavailable(str(error), url) from error
    except TimeoutError as error:
        reason = f"all connections to {url} are in use"
        raise StoreUnavailable(reason, remedy="try again, with fewer requests at once") from error


def _unavailable(message: str, url: str) -> StoreUnavailable:
    first_line = message.strip().partition("\n")[0]
    for sign, meaning, remedy in _KNOWN:
        if sign in message.lower():
            return StoreUnavailable(f"{url}: {meaning} ({first_line})", remedy=remedy)
    return StoreUnavailable(f"{url}: {first_line}", remedy="see the database's own log")
