"""What the tests of sudden death need: real processes over one home, a help center that changes
edition by edition, and customers who remember what they were told."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from assistant.adapters.sql.store import SqlStore
from tests.server.conftest import utc_now
from tests.server.test_process import WITHIN_S, Process

ROOT = Path(__file__).resolve().parents[2]

_COMMAND = [sys.executable, "-c", "from assistant.cli import main; main()"]
_EDITION = re.compile(r"[eé]dition (\d+)", re.IGNORECASE)


@dataclass
class Home:
    """An ASSISTANT_HOME with the commands that work on it."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @classmethod
    def prepared(cls, folder: Path, *, encoder_cache: Path) -> Home:
        """With the encoder as its first start would leave it."""
        shutil.copytree(encoder_cache, folder / "encoder")
        return cls(folder)

    def begins(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The command, in work."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "ASSISTANT_HOME": str(self.folder),
            "ASSISTANT_MESSAGES_PER_MINUTE": "10000",
            "ASSISTANT_CONVERSATIONS_PER_MINUTE": "10000",
        }
        with (self.folder / "commands.log").open("ab") as log:
            popen = subprocess.Popen(
                [*_COMMAND, *arguments], env=environment, cwd=self.folder, stdout=log, stderr=log
            )
        self.running.append(popen)
        return popen

    def does(self, *arguments: str) -> None:
        """The command, to a good end."""
        status = self.begins(*arguments).wait(timeout=WITHIN_S)
        assert status == 0, f"{arguments} ended with {status}:\n{self.log()}"

    def serves(self, *, until: str = "/readyz") -> Process:
        """A server that answers `until`."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        began = time.monotonic()
        process = Process(self.folder, port, self.begins("serve", "--port", str(port)), began)
        process.waits_for(until, within=WITHIN_S)
        return process

    def store(self) -> SqlStore:
        """The database, beside whoever else has it open."""
        return SqlStore(f"sqlite:///{self.folder / 'assistant.db'}", now=utc_now)

    def log(self) -> str:
        """The last of what the commands said."""
        return (self.folder / "commands.log").read_text(encoding="utf-8")[-4000:]

    def ends(self) -> None:
        """Nothing of it runs on."""
        for popen in self.running:
            if popen.poll() is None:
                popen.kill()
            popen.wait()


def killed(popen: subprocess.Popen[bytes]) -> bool:
    """`kill -9`; whether it was still alive."""
    alive = popen.poll() is None
    popen.kill()
    popen.wait()
    return alive


# -- a help center


THINGS = {
    "en": "kettle toaster blender fridge oven lamp heater radio clock scale mixer juicer grill "
    "freezer dryer iron vacuum fan printer camera phone tablet speaker drill saw ladder tent "
    "bicycle scooter piano",
    "fr": "bouilloire théière cafetière armoire lampe radiateur pendule balance batteur friteuse "
    "sécheuse aspirateur ventilateur imprimante caméra tablette enceinte perceuse scie échelle "
    "tente bicyclette trottinette piano guitare violon parasol hamac brouette tondeuse",
}
_WORDING = {
    "en": ("Looking after your {}, edition {}", "Step {}", "Edition {} of the {} leaflet, part {}. "
           "Rinse it with clear water once a week and let it dry for a whole day."),
    "fr": ("Entretenir votre {}, édition {}", "Étape {}", "Édition {} de la notice {}, partie {}. "
           "Rincez à l'eau claire une fois par semaine et laissez sécher toute une journée."),
}  # fmt: skip


class HelpCenter:
    """Thirty articles in each language. `editions`: article id → the edition that stands there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.editions = folder, dict[str, int]()
        for locale in THINGS:
            (folder / locale).mkdir(parents=True)
        self.prints(self._all(), edition=1)

    def prints(self, ids: Iterable[str], *, edition: int) -> None:
        for id in ids:
            title, body = page(id, edition)
            self._file(id).write_text(f"---\ntitle: {title!r}\n---\n{body}", encoding="utf-8")
            self.editions[id] = edition

    def removes(self, ids: Iterable[str]) -> None:
        for id in ids:
            self._file(id).unlink()
            del self.editions[id]

    def changes(self, chance: random.Random, *, edition: int) -> dict[str, int]:
        """A half is printed anew, three go, those that were gone come back; what was before."""
        before = dict(self.editions)
        gone = [id for id in self._all() if id not in before]
        shuffled = chance.sample(sorted(before), len(before))
        self.removes(shuffled[:3])
        self.prints([*shuffled[3:30], *gone], edition=edition)
        return before

    def _all(self) -> list[str]:
        return [
            f"{self.folder.name}/{locale}/{thing}"
            for locale, things in THINGS.items()
            for thing in things.split()
        ]

    def _file(self, id: str) -> Path:
        return self.folder.parent / f"{id}.md"


def page(id: str, edition: int) -> tuple[str, str]:
    """Title and body of one edition; an edition shows in every part, and in how many there are."""
    _, locale, thing = id.split("/")
    title, heading, text = _WORDING[locale]
    parts = [f"{text.format(edition, thing, 0)}\n"]
    for part in range(1, 3 + edition % 3):
        parts.append(f"## {heading.format(part)}\n\n{text.format(edition, thing, part)}\n")
    return title.format(thing, edition), "\n".join(parts)


def editions_in(*texts: str) -> set[int]:
    return {int(number) for text in texts for number in _EDITION.findall(text)}


class Readers:
    """Search, read and ask through a server, over and over; `torn`: what was of two editions."""

    def __init__(self, process: Process, seed: int) -> None:
        self._process, self._stop = process, threading.Event()
        self.seen, self.torn, self.failed = 0, list[str](), list[str]()
        self._threads = [
            threading.Thread(target=self._read, args=(look, random.Random(seed)))
            for look in (self._search, self._article, self._ask)
        ]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=WITHIN_S)

    def _read(self, look: Callable[[str, str], None], chance: random.Random) -> None:
        while not self._stop.is_set():
            locale = chance.choice(sorted(THINGS))
            try:
                look(locale, chance.choice(THINGS[locale].split()))
                self.seen += 1
            except (OSError, HTTPException):
                # The server died too, which a round may want.
                return
            except Exception as error:
                self.failed.append(repr(error))
                return

    def _search(self, locale: str, thing: str) -> None:
        query = urlencode({"q": question(locale, thing), "locale": locale})
        for result in self._get(f"/api/v1/search?{query}")["results"]:
            self._is_one_edition(result["title"], result["excerpt"])

    def _article(self, locale: str, thing: str) -> None:
        status, text = self._process.call(
            "GET", f"/api/v1/articles/{quote(f'shop/{locale}/{thing}')}"
        )
        if status == 200:
            article = json.loads(text)
            (edition,) = editions_in(article["title"])
            title, body = page(article["id"], edition)
            if (article["title"], article["body"].strip()) != (title, body.strip()):
                self.torn.append(text)

    def _ask(self, locale: str, thing: str) -> None:
        path, headers = self._process.starts()
        body = {"text": question(locale, thing)}
        status, text = self._process.call("POST", f"{path}/messages", body, **headers)
        assert status == 200, text
        reply = json.loads(text)
        if reply["decision"] == "answer":
            cited = [citation["title"] for citation in reply["message"]["citations"]]
            self._is_one_edition(reply["message"]["text"], *cited)

    def _is_one_edition(self, *texts: str) -> None:
        if len(editions_in(*texts)) > 1:
            self.torn.append(" | ".join(texts))

    def _get(self, path: str) -> Any:
        status, text = self._process.call("GET", path)
        assert status == 200, text
        return json.loads(text)


def question(locale: str, thing: str) -> str:
    asked = {"en": "how often do I rinse my {}?", "fr": "quand faut-il rincer ma {} ?"}
    return asked[locale].format(thing)


# -- customers


@dataclass
class Sent:
    """A call that changes something, and the body of its answer once that was received whole."""

    kind: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    answer: str | None = None

    @property
    def conversation(self) -> str:
        return self.path.removeprefix("/api/v1/conversations/").split("/")[0]

    def to(self, process: Process) -> bool:
        """Whether the answer came; only then it counts as acknowledged."""
        status, text = process.call("POST", self.path, self.body, **self.headers)
        assert status in (200, 204, 503), f"{self.kind}: {status} {text}"
        if status == 503:
            return False
        self.answer = text
        return True

    @property
    def reply(self) -> dict[str, Any]:
        """The reply object of a message, whichever way it was asked for."""
        assert self.answer is not None
        if "Accept" not in self.headers:
            return dict(json.loads(self.answer))
        *_, last = re.findall(r"event: done\ndata: (.*)", self.answer)
        return dict(json.loads(last))


class Customers:
    """Talk to the server until it dies; `sent` is all that they sent, over all its lives."""

    def __init__(self, seed: int) -> None:
        self.sent: list[Sent] = []
        self.failed: list[str] = []
        self._chance, self._numbers = random.Random(seed), itertools.count(1)
        self._lock = threading.Lock()

    def talk_to(self, process: Process) -> list[threading.Thread]:
        """Two conversations with two writers each, and two customers who end with a person."""
        shared = [process.starts() for _ in range(2)]
        writing = [lambda at=at: self._ask(process, *at) for at in (*shared, *shared)]
        return self._begin([*writing, *[lambda: self._have_trouble(process)] * 2])

    def complain_to(self, process: Process) -> list[threading.Thread]:
        """Six customers who rate a greeting and want a person: the server has little else to do."""
        return self._begin([lambda: self._complain(process)] * 6)

    def _begin(self, works: list[Callable[[], Any]]) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._until_it_dies, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        return threads

    def _until_it_dies(self, work: Callable[[], None]) -> None:
        try:
            while True:
                work()
        except (OSError, HTTPException):
            return
        except Exception as error:
            self.failed.append(repr(error))

    def _ask(self, process: Process, path: str, headers: dict[str, str]) -> Sent:
        with self._lock:
            locale = self._chance.choice(sorted(THINGS))
            words = question(locale, self._chance.choice(THINGS[locale].split()))
        return self._write(process, path, headers, words)

    def _write(self, process: Process, path: str, headers: dict[str, str], words: str) -> Sent:
        number = next(self._numbers)
        accept = {"Accept": "text/event-stream"} if number % 2 else {}
        body = {"text": f"{words} ({number})", "client_id": f"n-{number}"}
        return self._send(process, "message", f"{path}/messages", {**headers, **accept}, body)

    def _have_trouble(self, process: Process) -> None:
        path, headers = process.starts()
        asked = self._ask(process, path, headers)
        self._rate_and_leave(process, path, headers, asked)
        self._ask(process, path, headers)

    def _complain(self, process: Process) -> None:
        path, headers = process.starts()
        greeted = self._write(process, path, headers, "Hello")
        self._rate_and_leave(process, path, headers, greeted)

    def _rate_and_leave(
        self, process: Process, path: str, headers: dict[str, str], asked: Sent
    ) -> None:
        name = asked.body["client_id"]
        said = asked.reply["message"] if asked.answer else None
        if said:
            rating = f"/api/v1/messages/{said['id']}/feedback"
            self._send(process, "feedback", rating, headers, {"helpful": False, "comment": name})
        email = {"email": f"{name}@example.org"}
        self._send(process, "handoff", f"{path}/handoff", headers, email)

    def _send(
        self,
        process: Process,
        kind: str,
        path: str,
        headers: dict[str, str],
        body: dict[str, Any],
    ) -> Sent:
        sent = Sent(kind, path, headers, body)
        with self._lock:
            self.sent.append(sent)
        sent.to(process)
        return sent
