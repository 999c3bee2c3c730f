"""Render what a language model is asked. The prompts are files; all other text is only a value.

Articles and questions are foreign text. They are never treated as a template, they stand inside
fences, and `defuse` takes from them whatever could close a fence or pass for a citation or a turn
of the chat.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.answering.links import keep_reachable_links
from assistant.answering.wordings import language_name
from assistant.domain.article import Passage
from assistant.resources import prompts

_JOINERS = "[\u0300-\u036f\u200c\u200d\ufe00-\ufe0f]*"
"""Kept in the text, since languages and emoji need them; a fence must not hide behind them."""
_NAMES = "|".join(
    _JOINERS.join(name)
    for name in (
        *("passages", "passage", "questions", "question", "conversation", "message"),
        *("replies", "reply"),
    )
)
_FENCE = re.compile(rf"[<＜﹤](?=[\s/]*{_JOINERS}(?:{_NAMES})(?!\w))", re.IGNORECASE)
_CHAT_TOKEN = re.compile(r"<(?=\|)|<(?=<?/?sys>)|<(?=/?s>)|\[(?=/?inst\])", re.IGNORECASE)
_CITATION = re.compile(r"(```.*?```|`[^`\n]+`)|[\[【]\^?(\d{1,3})[\]】]", re.DOTALL)
_KEPT = {"\n", "\t", "\u200c", "\u200d"}


@dataclass(frozen=True)
class Prompt:
    """The two parts that a LanguageModel takes."""

    system: str
    user: str


def answer_prompt(
    question: str, passages: Sequence[Passage], *, locale: str, wish: str = ""
) -> Prompt:
    """Passages are numbered from 1 in the order given; `locale` is the one to answer in; `wish`:
    how the company wants it written, as far as the rules allow."""
    language = language_name(locale, said_in="en")
    values = {"question": question, "passages": passages, "language": language, "wish": wish}
    return Prompt(
        _environment().get_template("answer.system.md").render(values),
        _environment().get_template("answer.user.md").render(values),
    )


def summary_prompt(messages: Sequence[tuple[str, str]], *, locale: str) -> Prompt:
    """`messages`: who wrote each, and what; `locale`: the one to sum them up in."""
    values = {"messages": messages, "language": language_name(locale, said_in="en")}
    return Prompt(
        _environment().get_template("summary.system.md").render(values),
        _environment().get_template("summary.user.md").render(values),
    )


def reply_prompt(
    messages: Sequence[tuple[str, str]], passages: Sequence[tuple[str, str]], *, locale: str
) -> Prompt:
    """`messages`: who wrote each, and what; `passages`: where each is from, and its text, numbered
    from 1; `locale`: the customer's."""
    language = language_name(locale, said_in="en")
    values = {"messages": messages, "passages": passages, "language": language}
    return Prompt(
        _environment().get_template("reply.system.md").render(values),
        _environment().get_template("reply.user.md").render(values),
    )


def draft_prompt(questions: Sequence[str], replies: Sequence[str], *, locale: str) -> Prompt:
    """`questions`: what customers asked; `replies`: what people answered; `locale`: the one to
    write in."""
    values = {
        "questions": questions,
        "replies": replies,
        "language": language_name(locale, said_in="en"),
    }
    return Prompt(
        _environment().get_template("draft.system.md").render(values),
        _environment().get_template("draft.user.md").render(values),
    )


def defuse(text: str) -> str:
    """The same text to a reader, but it closes no fence, opens no turn and cites nothing.

    Invisible characters go, since they could hide a fence from this filter and not from a model.
    """
    visible = "".join(char for char in text.strip() if _visible(char))
    visible = _CHAT_TOKEN.sub(lambda match: "‹" if match.group() == "<" else "(", visible)
    return _CITATION.sub(lambda match: match[1] or f"({match[2]})", _FENCE.sub("‹", visible))


def _visible(char: str) -> bool:
    return char in _KEPT or unicodedata.category(char) not in ("Cc", "Cf", "Co")


def _attribute(text: str) -> str:
    return " ".join(text.replace('"', "”").split())


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # No escaping: this is text for a model, and HTML entities would end up in answers.
    environment = Environment(
        loader=FileSystemLoader(prompts()), undefined=StrictUndefined, keep_trailing_newline=False
    )
    environment.filters["defuse"] = defuse
    environment.filters["attribute"] = _attribute
    environment.filters["keep_reachable_links"] = keep_reachable_links
    return environment
