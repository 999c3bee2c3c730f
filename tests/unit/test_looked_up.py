"""What of a message is looked up: not what is said around it, nor the number of an order."""

from __future__ import annotations

import pytest

from assistant.answering.intents import Intent
from assistant.answering.leaning import Leaning
from assistant.answering.understanding import understand


@pytest.mark.parametrize(
    ("text", "locale", "left"),
    [
        ("Hi, where's my order?", "en", "where's my order?"),
        ("Hello there! how do i pay please", "en", "how do i pay"),
        ("Good morning team - refund please. Thanks!", "en", "refund"),
        ("Hiring policy?", "en", "Hiring policy?"),
        ("hi-fi speakers", "en", "hi-fi speakers"),
        ("Hi - where is it", "en", "where is it"),
        ("thanks", "en", "thanks"),
        ("Bonjour, mon colis est cassé svp merci", "fr", "mon colis est cassé"),
        ("bonjour madame, comment payer ? Merci d’avance", "fr", "comment payer ?"),
        ("Bonjour à tous", "fr", "Bonjour à tous"),
    ],
)
def test_what_is_looked_up_is_bare_of_courtesies(text: str, locale: str, left: str) -> None:
    assert understand(text, locale=locale).question == left


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ("48213", "en"), ("LF-12345678", "en"), ("my order number is 48213", "en"),
        ("it's #48213, thanks", "en"), ("CMD-20413", "fr"), ("commande n° 48213 svp", "fr"),
        ("LA123456789FR", "en"), ("06 12 34 56 78", "fr"), ("1234 5678 9012", "en"),
        ("+33 6 12 34 56 78", "fr"), ("LA 123 456 789 FR", "fr"), ("commande nº 48213", "fr"),
        ("voici mon numéro de commande : LF 12345678", "fr"),
    ],
)  # fmt: skip
def test_a_number_alone_names_nothing_to_look_up(said: str, locale: str) -> None:
    assert understand(said, locale=locale).intent is Intent.REFERENCE


@pytest.mark.parametrize(
    ("text", "locale", "left"),
    [
        ("where is order 48213?", "en", "where is order?"),
        ("my order number LF-12345678 has not arrived", "en", "my order number has not arrived"),
        ("can I order 20000 euros of lamps", "en", "can I order 20000 euros of lamps"),
        ("invoice for 2023", "en", "invoice for 2023"),
        ("and to 69005?", "en", "and to 69005?"),
        ("error 10061", "en", "error 10061"),
        ("où est ma commande n°48213 ?", "fr", "où est ma commande ?"),
        ("suivi CMD-20413 bloqué", "fr", "suivi bloqué"),
        ("colis LA123456789FR perdu", "fr", "colis perdu"),
        ("ref LAMP2000 in stock?", "en", "ref LAMP2000 in stock?"),
        ("where is my package 48213?", "en", "where is my package?"),
        ("numéro client 12345 refusé", "fr", "numéro client refusé"),
        ("n° de compte 48213 refusé", "fr", "n° de compte refusé"),
        ("my customer number 48213 is refused", "en", "my customer number is refused"),
        ("compte 411000 comment le créer", "fr", "compte 411000 comment le créer"),
        ("livrez-vous à 69005 Lyon", "fr", "livrez-vous à 69005 Lyon"),
    ],
)
def test_the_number_of_an_order_is_not_looked_up(text: str, locale: str, left: str) -> None:
    understood = understand(text, locale=locale)
    assert (understood.intent, understood.question) == (Intent.QUESTION, left)


@pytest.mark.parametrize(
    ("text", "locale", "left"),
    [
        ("ok but how long does it take", "en", "but how long does it take"),
        ("great. and how do i turn it on", "en", "and how do i turn it on"),
        ("never mind. where are my invoices", "en", "where are my invoices"),
        ("No that's not what I asked, can it be blue?", "en", "can it be blue?"),
        ("Fine. Where is my parcel?", "en", "Where is my parcel?"),
        ("no i mean the lamp", "en", "the lamp"),
        ("thx also do you sell rugs", "en", "also do you sell rugs"),
        ("No parcel yet", "en", "No parcel yet"),
        ("no way to log in", "en", "no way to log in"),
        ("thanks for helping", "en", "thanks for helping"),
        ("right of withdrawal", "en", "right of withdrawal"),
        ("ok", "en", "ok"),
        ("yes/no question type", "en", "yes/no question type"),
        ("OK-Button does not work", "en", "OK-Button does not work"),
        ("Is it fast? I need a lamp", "en", "Is it fast? I need a lamp"),
        ("No i’m asking about rugs", "en", "i’m asking about rugs"),
        ("Non joignable, que faire ?", "fr", "Non joignable, que faire ?"),
        ("Non lu, que faire ?", "fr", "Non lu, que faire ?"),
        ("Je parle danois, et vous ?", "fr", "Je parle danois, et vous ?"),
        ("non l'adresse de livraison", "fr", "l'adresse de livraison"),
        ("non jai une autre question", "fr", "jai une autre question"),
        ("comment payer s’il te plait", "fr", "comment payer"),
        ("No iʼm asking about rugs", "en", "i’m asking about rugs"),
        ("Non j’ai une autre question", "fr", "j’ai une autre question"),
        ("bon et la lampe ?", "fr", "et la lampe ?"),
        ("oui mais c’est combien ?", "fr", "mais c’est combien ?"),
        ("ok laisse tomber. comment payer ?", "fr", "comment payer ?"),
        ("non c'est pas ce que je demande, et en bleu ?", "fr", "et en bleu ?"),
        ("non je parlais de la lampe", "fr", "la lampe"),
        ("Non reçu, que faire ?", "fr", "Non reçu, que faire ?"),
        ("bon de réduction refusé", "fr", "bon de réduction refusé"),
        ("merci pour la réponse, et en bleu ?", "fr", "et en bleu ?"),
    ],
)
def test_what_is_looked_up_begins_after_what_is_said_to_our_last_words(
    text: str, locale: str, left: str
) -> None:
    assert understand(text, locale=locale).question == left


def test_a_question_leans_as_it_does_without_what_is_said_before_it() -> None:
    for text, locale in [("ok and for Ireland?", "en"), ("oui mais pour la Suisse ?", "fr")]:
        assert understand(text, locale=locale).leaning is Leaning.STRONG
