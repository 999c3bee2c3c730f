"""Whether what a customer writes to people asks them for a reply: "Thank you, bye!" does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answering.cues import asks_back
from assistant.answering.intents import is_courtesy, is_noted
from assistant.answering.understanding import understand
from assistant.domain.conversation import Author, Conversation, Message, Status

_OURS = (Author.AGENT, Author.ASSISTANT)


def asks_for_reply(
    message: Message, conversation: Conversation, *, said: Callable[[str], Sequence[Message]]
) -> bool:
    """Said to a person, thanks and goodbyes do not; "ok" does where it answers their question.
    `said`: the messages of a conversation, which are only looked at where that tells."""
    if conversation.status is not Status.WITH_AGENT or "?" in message.text:
        return True
    locale = understand(message.text, locale=conversation.locale).locale
    if is_courtesy(message.text, locale):
        return False
    if not is_noted(message.text, locale):
        return True
    ours = [each.text for each in said(conversation.id) if each.author in _OURS]
    return not ours or asks_back(ours[-1], locale)
