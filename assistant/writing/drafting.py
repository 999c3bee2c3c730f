"""The beginning of an article, from what people answered: extractive, customers' data removed. What
a language model makes of the same: `written_draft`.

What could tell who asked is replaced by a mark that the writer sees, and fills in or takes out:
better an opening hour too few than a telephone number too many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from assistant.answering.blocks import sentences
from assistant.domain.manuscript import LONGEST_TITLE, Content
from assistant.ports.gaps import FailedQuestion
from assistant.retrieval.analysis import jaccard, tokens
from assistant.support.redaction import redact
from assistant.writing.gap_log import Gap, HumanReply
from assistant.writing.personal import MARK, marked, names_in

_PARAGRAPHS = 8
_PHRASINGS = 8
_LONGEST_PHRASING = 150
_SAME = 0.6
"""Share of all the words of two sentences that both have, from which one of them is enough."""
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|bonjour|bonsoir|salut|chère?)\b"
    r"[^.!?,;:\n]{0,40}(?:[,!.:;]+\s*|\n)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:^|(?<=[.!?\n]))\s*(?:(?:kind|best|warm) regards|regards|best wishes|sincerely|yours|"
    r"bien à vous|cordialement|bien cordialement|bonne journée|belle journée|bien sincèrement)\b"
    r"[\s\S]{0,80}$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Evidence:
    """What a draft in `locale` is made from: what was asked and what people answered, in that
    language if anybody did. Nothing in it could tell who asked, or one of `names`."""

    locale: str
    questions: tuple[str, ...]
    replies: tuple[str, ...]
    names: frozenset[str]


def evidence(gap: Gap, replies: Sequence[HumanReply], *, names: Collection[str]) -> Evidence:
    """In the language that the gap was asked in most. `names`: of customers and colleagues, which
    must not stand in it, beside those that the replies themselves address."""
    unsaid = names_in(reply.text for reply in replies) | set(names)
    locale = gap.locales[0][0]
    own = [question for question in gap.questions if question.locale == locale]
    said = [impersonal(reply.text, reply.locale, unsaid) for reply in replies]
    written = [text for text, reply in zip(said, replies, strict=True) if reply.locale == locale]
    return Evidence(locale, tuple(_phrasings(own, unsaid)), tuple(written or said), unsaid)


def begun(found: Evidence) -> Content:
    """The typical question, and what people answered, each thing once."""
    title = found.questions[0] if found.questions else ""
    return Content(
        title=title[:1].upper() + title[1:LONGEST_TITLE],
        locale=found.locale,
        body="\n\n".join(_once(found.replies, found.locale)),
        questions=found.questions[1 : _PHRASINGS + 1],
    )


def impersonal(text: str, locale: str, names: Collection[str]) -> str:
    """Without greeting and signature, and with a mark for whatever could tell who it was for."""
    text = _CLOSING.sub("", _GREETING.sub("", text.strip())).strip()
    return marked(redact(text[:1].upper() + text[1:], locale=locale), names)


def _once(texts: Sequence[str], locale: str) -> list[str]:
    """The first paragraphs of what no sentence before has said."""
    heard: list[set[str]] = []
    found = []
    for text in texts:
        new = []
        for sentence in sentences(text):
            words = set(tokens(sentence, locale))
            if words and all(jaccard(words, other) < _SAME for other in heard):
                heard.append(words)
                new.append(sentence.strip())
        if new:
            found.append(" ".join(new))
        if len(found) == _PARAGRAPHS:
            break
    return found


def _phrasings(questions: Sequence[FailedQuestion], names: Collection[str]) -> list[str]:
    """Customers' own words, the most typical first, each once; those with a mark stay out."""
    found: dict[frozenset[str], str] = {}
    for question in questions:
        text = " ".join(marked(question.text, names).split())
        if MARK not in text and len(text) <= _LONGEST_PHRASING:
            found.setdefault(frozenset(tokens(text, question.locale)), text)
    return list(found.values())
