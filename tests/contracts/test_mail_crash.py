"""`kill -9` while a mail is on its way: the next process sends it, under the same Message-ID."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.adapters.smtp import SmtpMail, SmtpServer
from assistant.adapters.sql.store import SqlStore
from assistant.domain.delivery import Channel
from assistant.support.courier import HELD, Courier
from assistant.support.identity import IdentityCheck
from assistant.support.letters import Content, MailCarrier, mail_of_words
from assistant.support.visitors import Visitors
from assistant.testing.samples import NOON
from tests.conftest import ROOT
from tests.smtp_server import Inbox, smtp_server

pytestmark = pytest.mark.slow

DIES = """
import sys
from tests.contracts.test_mail_crash import tries
tries(sys.argv[1], int(sys.argv[2]), minutes=0)
"""


def tries(url: str, port: int, *, minutes: float) -> int:
    """How many mails a process that begins so long after noon sends."""

    def now() -> datetime:
        return NOON + timedelta(minutes=minutes)

    store = SqlStore(url, now=now)
    mail = SmtpMail(SmtpServer("127.0.0.1", port, "help@company.example", tls="none"))
    visitors = Visitors(store, identity=IdentityCheck(""), now=now)
    carrier = MailCarrier(
        store,
        mail,
        visitors=visitors,
        public_url="https://x.example",
        zone=lambda: "UTC",
        weekly=lambda delivery: Content("", "", ""),
    )
    tried = Courier(store, {Channel.MAIL: carrier}, now=now).round()
    store.close()
    return tried


class SlowInbox(Inbox):
    """Says when a mail comes in, and takes it only once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.arriving, self.may_take = threading.Event(), threading.Event()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.arriving.set()
        while not self.may_take.is_set():
            await asyncio.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


def test_a_mail_that_was_on_its_way_is_sent_by_the_next_process(
    store: SqlStore,
) -> None:
    url = store._db.url.render_as_string(hide_password=False)
    content = Content("Hello", "Hello", "Hello")
    mail = mail_of_words("kim@customer.example", content, key="k", locale="en", at=NOON)
    store.add_deliveries([mail])
    with smtp_server(inbox=SlowInbox()) as inbox:
        dying = subprocess.Popen([sys.executable, "-c", DIES, url, str(inbox.port)], cwd=ROOT)
        assert inbox.arriving.wait(60)
        dying.kill()
        dying.wait()
        inbox.may_take.set()
        held = HELD.total_seconds() / 60
        assert tries(url, inbox.port, minutes=held - 1) == 0
        assert tries(url, inbox.port, minutes=held) == 1
        ids = {letter.message_id for letter in inbox.letters}
        assert ids == {f"<{mail.id}@company.example>"}
        assert tries(url, inbox.port, minutes=held * 2) == 0
