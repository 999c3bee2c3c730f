"""Which words call a person for their topic, and which are the help center's to answer."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
import yaml

from assistant.support.alarms import TOPICS
from assistant.support.triggers import sensitive_topic

ROOT = Path(__file__).parents[2]
SENTENCES = tomllib.loads((Path(__file__).parent / "sensitive_sentences.toml").read_text("utf-8"))
LANGUAGES = [(topic, locale) for topic in TOPICS for locale in ("en", "fr")]
DEMANDED = {
    "cancel my subscription",
    "close my account",
    "delete my data",
    "remove my account",
    "send me everything you have stored on me",
    "envoyez-moi tout ce que vous avez gardé sur moi",
}
"""Entries of the sample help center that are demands, word for word: its article can only tell how,
and a person does it."""


@pytest.mark.parametrize(("topic", "locale"), LANGUAGES)
def test_what_tells_of_a_topic_or_demands_it_is_a_persons(topic: str, locale: str) -> None:
    said = SENTENCES[topic][locale]["calls"]
    assert [text for text in said if sensitive_topic(text, locale) is None] == []


@pytest.mark.parametrize(("topic", "locale"), LANGUAGES)
def test_what_asks_about_it_or_means_another_thing_is_answered(topic: str, locale: str) -> None:
    said = SENTENCES[topic][locale]["left"]
    assert [text for text in said if sensitive_topic(text, locale)] == []


def test_no_question_that_an_article_of_the_sample_answers_calls_a_person() -> None:
    called = set()
    for path in (ROOT / "knowledge_base").glob("*/*.md"):
        front = yaml.load(path.read_text("utf-8").split("---\n", 2)[1], Loader=yaml.CSafeLoader)
        for text in () if front.get("escalate") else (front["title"], *front["questions"]):
            if sensitive_topic(text, front["locale"]):
                called.add(text)
    assert called == DEMANDED


@pytest.mark.parametrize(
    ("locale", "text", "topic"),
    [
        ("en", "My name is Ann. Cancel my subscription. When do I get my money?", "cancellation"),
        ("fr", "Bonjour. Résiliez mon abonnement. Quand serai-je remboursé ?", "cancellation"),
        ("en", "How can you do that? I'll sue you!", "legal_threat"),
        ("fr", "Comment osez-vous ? Je vais porter plainte !", "legal_threat"),
        ("en", "Do you have a phone? There's smoke and the smoke alarm rings.", "safety"),
        ("fr", "Comment vous joindre ? Le four est en feu.", "safety"),
    ],
)
def test_a_question_beside_it_hides_nothing(locale: str, text: str, topic: str) -> None:
    found = sensitive_topic(text, locale)
    assert found is not None
    assert found[0] == topic


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "I want to cancel my subscription. How do I do that?"),
        ("fr", "Je veux résilier mon abonnement. Comment faire ?"),
    ],
)
def test_who_wants_to_know_how_is_told_how(locale: str, text: str) -> None:
    assert sensitive_topic(text, locale) is None


@pytest.mark.parametrize(
    ("locale", "text", "topic"),
    [
        ("en", "theres smoke in the kitchen", "safety"),
        ("en", "plz cancel my sub", "cancellation"),
        ("en", "hi ive decided to close my acc", "cancellation"),
        ("fr", "jme suis brulé", "safety"),
        ("fr", "ya le feu", "safety"),
        ("fr", "jveux supprimer mon compte", "cancellation"),
    ],
)
def test_hasty_words_are_understood(locale: str, text: str, topic: str) -> None:
    found = sensitive_topic(text, locale)
    assert found is not None
    assert found[0] == topic


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize(
    "words", ["all ", "all of the ", "my data ", "the ", "toutes les ", "de ", "tout ce que vous "]
)
def test_no_message_keeps_everybody_waiting(words: str, locale: str) -> None:
    """4,000 characters of "all of the" held the whole server for 15 s."""
    started = time.process_time()
    sensitive_topic((words * 4000)[:4000], locale)
    assert time.process_time() - started < 1
