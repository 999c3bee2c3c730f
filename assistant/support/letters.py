"""What mails say: composed when they are sent, from what holds then. The words are files.

Nothing of a customer goes to an agent's mail box, and no link that is a secret is stored: it is
made anew for each try.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from assistant.answering.wordings import spoken
from assistant.case_ports import WholeStore
from assistant.dates import shown_day
from assistant.domain.conversation import Conversation, Status
from assistant.domain.delivery import Channel, Delivery, delivery_id
from assistant.domain.follow_up import Step
from assistant.domain.ownership import WITH_PEOPLE
from assistant.errors import NeverDelivered, NotAllowed, Refused, UnknownThing
from assistant.markup import literal, to_html
from assistant.ports.deliveries import Notice
from assistant.ports.mail import Letter, Mail
from assistant.resources import prompts
from assistant.support.visitors import Visitors

REPLY, FOLLOW_UP, WORDS, ANSWERED_NOW = "reply", "follow_up", "words", "answered_now"
"""Kinds of mails beside the notices."""


@dataclass(frozen=True)
class Content:
    """What a mail says, in the reader's words. `body` is Markdown, unless `html` says it better;
    `stop` names the link that ends such mails."""

    subject: str
    intro: str
    body: str
    button: str = ""
    link: str = ""
    outro: str = ""
    html: str = ""
    stop: str = ""
    stop_link: str = ""


@dataclass(frozen=True)
class Moot:
    """What was to be told holds no more."""


def mail_of_words(
    address: str, content: Content, *, key: str, locale: str, at: datetime
) -> Delivery:
    """A mail whose words are ready, for a person of the team; the same `key` is sent once."""
    payload = {"subject": content.subject, "intro": content.intro, "body": content.body,
        "button": content.button, "link": content.link, "outro": content.outro}  # fmt: skip
    return Delivery(
        delivery_id(WORDS, key, address), Channel.MAIL, WORDS, address, at, locale, payload,
        next_at=at,
    )  # fmt: skip


class MailCarrier:
    """Takes deliveries by mail."""

    def __init__(
        self,
        store: WholeStore,
        mail: Mail,
        *,
        visitors: Visitors,
        public_url: str,
        zone: Callable[[], str],
        weekly: Callable[[Delivery], Content],
    ) -> None:
        """`public_url`: where links lead; `zone`: the team's time zone; `weekly` writes the weekly
        report."""
        self._store, self._mail, self._visitors = store, mail, visitors
        self._base, self._zone, self._weekly = public_url.rstrip("/"), zone, weekly

    def carry(self, delivery: Delivery) -> None:
        """Sent, unless nobody needs it any more; NotDelivered or NeverDelivered."""
        try:
            content = self._content(delivery)
            if isinstance(content, Content):
                self._mail.send(self._letter(delivery, content))
        except (NotAllowed, Refused, UnknownThing) as error:
            raise NeverDelivered(f"The mail cannot be written: {error}") from error

    def _content(self, delivery: Delivery) -> Content | Moot:
        match delivery.kind:
            case "reply" | "answered_now":
                return self._reply(delivery)
            case "follow_up":
                return self._follow_up(delivery)
            case "relationship":
                return self._relationship(delivery)
            case "words":
                return Content(**delivery.payload)
            case "weekly":
                return self._weekly(delivery)
            case _:
                return self._notice(delivery, Notice(delivery.kind))

    def _letter(self, delivery: Delivery, content: Content) -> Letter:
        """In its conversation's thread: the mail before it is what it replies to."""
        domain, thread = self._mail.domain, []
        if delivery.conversation_id:
            thread.append(f"<{delivery.conversation_id}@{domain}>")
            last = self._store.last_delivered(delivery.conversation_id, delivery.address)
            thread += [f"<{last.id}@{domain}>"] if last else []
        return Letter(
            to=delivery.address,
            subject=" ".join(content.subject.split()),
            text=_rendered("mail.txt", content, locale=delivery.locale),
            html=_rendered("mail.html", content, locale=delivery.locale),
            locale=delivery.locale,
            message_id=f"<{delivery.id}@{domain}>",
            in_reply_to=thread[-1] if thread else None,
            references=tuple(thread),
            unsubscribe=content.stop_link,
        )

    def _reply(self, delivery: Delivery) -> Content | Moot:
        """What was said to the customer, with its sources and a way back that works once; unless
        they have read it here while the mail could not leave."""
        conversation = self._store.conversation(delivery.conversation_id or "")
        wanted = delivery.payload["message_id"]
        said = next((m for m in self._store.messages(conversation.id) if m.id == wanted), None)
        if said is None:
            raise UnknownThing("message", wanted)
        if self._store.seen_since(conversation.id, said.created_at):
            return Moot()
        sources = "".join(f"\n- {self._source(each)}" for each in said.citations)
        return self._with_a_way_back(
            conversation,
            delivery,
            body=f"{said.text}\n{sources}" if sources else said.text,
            html=said.html + to_html(sources),
        )

    def _source(self, citation: Mapping[str, Any]) -> str:
        """Wherever it stands, readable outside of here."""
        return f"[{literal(citation['title'])}]({urljoin(f'{self._base}/', citation['url'])})"

    def _follow_up(self, delivery: Delivery) -> Content | Moot:
        """Whether it helped that somebody came back to it, asked where it is answered."""
        conversation = self._store.conversation(delivery.conversation_id or "")
        follow_up = self._store.follow_up_of(conversation.id)
        if follow_up is None or follow_up.step is not Step.DONE:
            return Moot()
        return self._with_a_way_back(conversation, delivery)

    def _relationship(self, delivery: Delivery) -> Content | Moot:
        """Whether they would recommend us, asked where it is answered, with a way never to be asked
        again."""
        conversation = self._store.conversation(delivery.conversation_id or "")
        if not self._store.relationship(conversation.visitor_id).waits_in(conversation.id):
            return Moot()
        code = self._visitors.way_out(conversation)
        return replace(
            self._with_a_way_back(conversation, delivery),
            stop=mail_words(delivery.kind, delivery.locale)["stop"],
            stop_link=f"{self._base}/never-ask/{code}?locale={delivery.locale}",
        )

    def _with_a_way_back(
        self, conversation: Conversation, delivery: Delivery, *, body: str = "", html: str = ""
    ) -> Content:
        link = self._visitors.mailed_link(conversation)
        words = mail_words(delivery.kind, delivery.locale)
        return Content(
            subject=words["subject"],
            intro=words["intro"],
            body=body or words["body"],
            html=html,
            button=words["button"],
            link=link.url(self._base, locale=delivery.locale),
            outro=words["outro"].format(until=self._moment(link.expires_at, delivery.locale)),
        )

    def _notice(self, delivery: Delivery, notice: Notice) -> Content | Moot:
        """To a person of the team, about conversations of which it still holds."""
        still = [each for each in self._named(delivery) if _holds(notice, each)]
        if not still:
            return Moot()
        words = mail_words(notice.value, delivery.locale)
        subject = words["subject_one" if len(still) == 1 else "subject_other"]
        return Content(
            subject=subject.format(count=len(still)),
            intro=words["intro"],
            body="\n".join(self._line(each, words, delivery.locale) for each in still),
            button=words["button"],
            link=f"{self._base}/console",
            outro=words["outro"].format(account=f"{self._base}/console/account"),
        )

    def _named(self, delivery: Delivery) -> Sequence[Conversation]:
        found = []
        for id in delivery.payload["conversation_ids"]:
            try:
                found.append(self._store.conversation(id))
            except UnknownThing:
                # Erased since.
                continue
        return found

    def _line(self, conversation: Conversation, words: dict[str, str], locale: str) -> str:
        line = words["line" if conversation.due_at else "line_open"].format(
            since=self._moment(conversation.waiting_since or conversation.created_at, locale),
            due=self._moment(conversation.due_at, locale) if conversation.due_at else "",
        )
        return f"- <{self._base}/console/conversations/{conversation.id}>: {line}"

    def _moment(self, at: datetime, locale: str) -> str:
        zone = self._zone()
        local = at.astimezone(ZoneInfo(zone))
        told = _wordings(spoken(locale))["moment"]
        told = told.format(day=shown_day(local, spoken(locale)), time=f"{local:%H:%M}")
        return f"{told} ({zone})"


def _holds(notice: Notice, conversation: Conversation) -> bool:
    """Whether somebody still needs to be told."""
    if notice is Notice.MENTION:
        return True
    if notice is Notice.WAITING:
        return conversation.status is Status.WAITING
    return conversation.status in WITH_PEOPLE and conversation.told_late_at is not None


def _rendered(template: str, content: Content, *, locale: str) -> str:
    return rendered(
        template,
        locale=locale,
        subject=content.subject,
        intro=content.intro,
        body=content.body,
        # The template takes it as it is: `to_html` or a template made it.
        body_html=content.html or to_html(content.body),
        button=content.button,
        colon=" :" if locale == "fr" else ":",
        link=content.link,
        outro=content.outro,
        stop=content.stop,
        stop_link=content.stop_link,
    )


def rendered(template: str, **values: Any) -> str:
    """One of the mails' templates."""
    return _templates().get_template(template).render(**values)


def mail_words(kind: str, locale: str) -> dict[str, str]:
    """What a kind of mail says."""
    words: dict[str, str] = _wordings(spoken(locale))[kind]
    return words


@lru_cache(maxsize=8)
def _wordings(locale: str) -> dict[str, Any]:
    path = prompts() / f"mails.{locale}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(prompts()),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
