"""What a customer writes to a person who has answered, and whether it asks for a reply."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.domain.conversation import Author, Message, Status
from assistant.support.courtesies import asks_for_reply
from assistant.testing.samples import NOON, a_conversation, a_message

TOLD, ASKED = "Your parcel comes tomorrow.", "Shall I send another one?"


def asks(text: str, after: str, *, locale: str = "en", status: Status = Status.WITH_AGENT) -> bool:
    before = [
        a_message("a1", after, author=Author.AGENT),
        a_message("s1", "Kim is here?", author=Author.SYSTEM),
    ]
    talk = replace(a_conversation(status=status), locale=locale)
    message = Message("m1", "c1", Author.CUSTOMER, text, "", locale, NOON)
    return asks_for_reply(message, talk, said=lambda _: before)


@pytest.mark.parametrize("text", ["Thank you, bye!", "No, thanks", "great, thanks", "Merci !"])
@pytest.mark.parametrize("after", [TOLD, ASKED])
def test_thanks_and_goodbyes_ask_for_no_reply(text: str, after: str) -> None:
    assert not asks(text, after)


@pytest.mark.parametrize("text", ["Merci, au revoir", "non merci", "Parfait, merci !"])
def test_nor_do_they_in_french(text: str) -> None:
    assert not asks(text, "Autre chose ?", locale="fr")


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("ok", "en"),
        ("Understood.", "en"),
        ("Ah, ok!", "en"),
        ("I see, thank you", "en"),
        ("D’accord", "fr"),
    ],
)
def test_an_okay_asks_for_one_where_the_agent_had_asked_something(text: str, locale: str) -> None:
    assert not asks(text, TOLD, locale=locale)
    assert asks(text, ASKED, locale=locale)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, but where is it?", "yes please", "yes thanks", "go ahead", "no", "Thanks?", "Why?",
        "Yes", "Thanks, please reply quick", "It was no help, thanks",
        "No, that is no answer. Thanks.", "Perfect, then please answer",
    ],
)  # fmt: skip
def test_whatever_wants_something_asks_for_one(text: str) -> None:
    assert asks(text, ASKED)
    assert asks(text, TOLD)


@pytest.mark.parametrize("text", ["Oui", "Merci pour la non réponse", "Merci, mais vite svp"])
def test_so_it_does_in_french(text: str) -> None:
    assert asks(text, "Nous avons remboursé la commande.", locale="fr")


@pytest.mark.parametrize(
    ("said", "text", "locale"),
    [
        ("I can cancel the order and refund you. Just let me know.", "ok", "en"),
        ("Tell me if you would like a new one.", "Fine", "en"),
        ("Dites-moi si je peux annuler la commande.", "D’accord", "fr"),
    ],
)
def test_an_agent_may_ask_without_a_question_mark(said: str, text: str, locale: str) -> None:
    assert asks(text, said, locale=locale)


def test_whoever_waits_for_a_person_is_owed_one_whatever_they_say() -> None:
    assert asks("Thanks!", TOLD, status=Status.WAITING)
