"""Small articles and conversations to try a store with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from assistant.domain.answer import Decision
from assistant.domain.article import Article, Passage, PassageKind
from assistant.domain.conversation import Author, Conversation, Message, Status, Turn
from assistant.domain.handoff import Handoff, Reason
from assistant.domain.ownership import CUSTOMER, Event, Move
from assistant.ports import AnalysedPassage, ConversationStore, KnowledgeStore, ReplyOf

NOON = datetime(2026, 3, 14, 12, 0, 0, 123456, tzinfo=UTC)


def an_article(id: str = "returns", *, title: str = "Returns", locale: str = "en") -> Article:
    """An article of the source `shop`."""
    body = "Send it back.\n\n## How\n\nUse the label."
    return Article(id=id, title=title, locale=locale, body=body, source="shop", slug=id)


def a_passage(
    text: str,
    *,
    article: str = "returns",
    position: int = 0,
    kind: PassageKind = PassageKind.BODY,
    locale: str = "en",
) -> AnalysedPassage:
    """A passage whose tokens are the words of its text."""
    passage = Passage(
        article_id=article,
        position=position,
        kind=kind,
        locale=locale,
        heading_path=("Returns",),
        text=text,
        anchor="how" if position else None,
    )
    return AnalysedPassage(passage, tuple(text.split()))


def publish(
    store: KnowledgeStore, texts: Sequence[str], *, article: str = "returns", locale: str = "en"
) -> None:
    """An article with these body passages, without vectors."""
    passages = [
        a_passage(text, article=article, position=position, locale=locale)
        for position, text in enumerate(texts)
    ]
    published = an_article(article, locale=locale)
    store.publish(published, passages, content_hash="h1", vectors={}, model="m")


def a_conversation(
    id: str = "c1", *, visitor: str = "v1", status: Status = Status.WITH_ASSISTANT, minute: int = 0
) -> Conversation:
    """A conversation that began so many minutes after noon."""
    return Conversation(
        id=id,
        visitor_id=visitor,
        status=status,
        locale="fr",
        created_at=NOON + timedelta(minutes=minute),
        since=NOON + timedelta(minutes=minute),
        page_url="https://shop.example/panier",
        context={"order": "1042", "étage": [1, None]},
    )


def a_message(
    id: str = "m1",
    text: str = "Où est mon colis ?",
    *,
    conversation: str = "c1",
    author: Author = Author.CUSTOMER,
    client_id: str | None = None,
    minute: int = 0,
) -> Message:
    """A message of the customer's, if nothing else is said."""
    return Message(
        id=id,
        conversation_id=conversation,
        author=author,
        text=text,
        locale="fr",
        created_at=NOON + timedelta(minutes=minute),
        html=f"<p>{text}</p>",
        client_id=client_id,
        citations=({"n": 1, "title": "Délais"},) if author is Author.ASSISTANT else (),
        rateable=author is Author.ASSISTANT,
    )


def a_turn(message: str = "m1", *, conversation: str = "c1") -> Turn:
    """An answer, with everything that it was decided from."""
    return Turn(
        message_id=message,
        conversation_id=conversation,
        decision=Decision.ANSWER,
        reason=None,
        confidence=0.8125,
        question="Où est mon colis ?",
        rewritten="Où est mon colis ?",
        locale="fr",
        hits=({"passage_id": "delays#0", "score": 0.7},),
        timings={"search": 3.25},
        signals={"cosine": 0.61},
    )


def a_handoff(id: str = "h1", *, conversation: str = "c1") -> Handoff:
    """A customer who asked for a person."""
    return Handoff(
        id=id,
        conversation_id=conversation,
        reason=Reason.ASKED_FOR_HUMAN,
        case_file={"question": "Où est mon colis ?", "passages": []},
        created_at=NOON,
    )


def token_of(whom: str) -> str:
    """A token as stores are given it: hashed."""
    return sha256(whom.encode()).hexdigest()


def started(store: ConversationStore, conversation: Conversation) -> Conversation:
    """Stored, with tokens made of its ids."""
    store.start(
        conversation,
        token_hash=token_of(conversation.id),
        visitor_token_hash=token_of(conversation.visitor_id),
    )
    return conversation


def always(reply: dict[str, Any]) -> ReplyOf:
    """The same reply object, whatever is stored."""
    return lambda turn, message, conversation: reply


def answered(store: ConversationStore, conversation: Conversation) -> None:
    """The customer's m1 with its answer m2."""
    store.add_message(a_message(conversation=conversation.id))
    store.add_reply(
        a_turn(conversation=conversation.id),
        message=a_message("m2", "Demain.", conversation=conversation.id, author=Author.ASSISTANT),
        locale=conversation.locale,
        reply=always({"decision": "answer"}),
    )


def handed_over(store: ConversationStore, conversation: Conversation) -> Conversation:
    """The conversation waits for a person with the handoff h1."""
    notice = a_message(f"n-{conversation.id}", "Une personne répond.", author=Author.ASSISTANT)
    return store.call_person(
        a_handoff(conversation=conversation.id),
        by=CUSTOMER,
        notice=replace(notice, conversation_id=conversation.id),
    )


def claimed(store: ConversationStore, conversation: Conversation) -> Conversation:
    """A waiting conversation that is agent-1's now."""
    return store.move(conversation.id, by_agent(Event.CLAIMED))


def by_agent(event: Event, *, agent: str = "agent-1", **more: Any) -> Move:
    """An event that agent-1 causes at noon, for themselves if it is for somebody."""
    return Move(event, **{"by": agent, "at": NOON, "agent_id": agent, **more})
