"""What operator and leads set about replies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.answering.pipeline import Answerer
from assistant.domain.conversation import Conversation
from assistant.domain.schedule import ServiceLevels, within_hours
from assistant.domain.visitor import Profile
from assistant.support.triggers import Chosen
from assistant.support.welcome import usual


def _usual(conversation: Conversation, profile: Profile | None) -> str:
    return usual(conversation.locale, profile)


def _as_it_is(answerer: Answerer, conversation: Conversation) -> Answerer:
    return answerer


@dataclass(frozen=True)
class Rules:
    """What operator and leads set. `reply_hours`: within how many hours a person promises to reply,
    in words; `levels` are the promises that are kept count of; `chosen` is what calls a person;
    `tuned`: an answerer as a conversation is to have it."""

    locale: str = "en"
    reply_hours: int = 24
    max_message: int = 4000
    messages_per_minute: int = 30
    levels: Callable[[], ServiceLevels] = lambda: within_hours(24)
    greeting: Callable[[Conversation, Profile | None], str] = _usual
    tuned: Callable[[Answerer, Conversation], Answerer] = _as_it_is
    chosen: Callable[[], Chosen] = Chosen
