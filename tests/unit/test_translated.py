"""A translation states the prices, dates and numbers of its original, however it writes them."""

from __future__ import annotations

import pytest

from assistant.writing.translated import Untold, untold


def told(english: str, french: str) -> Untold | None:
    return untold(english, french, locales=("en", "fr"))


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("It costs €9.50 a name.", "Un nom coûte 9,50 €."),
        ("It costs €1,000 or more.", "À partir de 1 000 €."),
        ("It takes 3 hours.", "Cela prend trois heures."),
        ("One parcel, 1 label.", "Un colis, une étiquette."),
        ("We close at 5 pm.", "Nous fermons à 17 h."),
        ("Open from 9:00 to 5:30 p.m.", "Ouvert de 9 h à 17 h 30."),
        ("From 8 AM to 5 PM.", "De 8 heures à 17 heures."),
        ("8 to 10 PM; 20 parcels, 8 vans.", "20 à 22 h, 20 colis, 8 camions, dès 10 h."),
        ("Until 24 December 2026.", "Jusqu’au 24/12/2026."),
        ("By December 24th.", "Avant le 24 décembre."),
        ("1. Open it.\n2. Close it.", "Ouvrez-la, puis fermez-la."),
        ("See [the rules](https://a.example/2024/7).", "Voyez les règles."),
        ("Run `sleep 30` first.", "Attendez d’abord."),
        ("Wait 3 days, or 5 for islands.", "Pour les îles 5 jours, sinon 3."),
    ],
)
def test_the_same_in_another_form_is_no_difference(english: str, french: str) -> None:
    assert told(english, french) is None


@pytest.mark.parametrize(
    ("english", "french", "only_english", "only_french"),
    [
        ("Wait 3 hours.", "Attendez 5 heures.", ("3 hours",), ("5 heures",)),
        ("It costs €9.50.", "Cela coûte 9,90 €.", ("€9.50",), ("9,90 €",)),
        ("Within 14 days.", "Aussitôt que possible.", ("14 days",), ()),
        ("Sent soon.", "Envoyé sous 2 jours.", (), ("2 jours",)),
        ("By 24 March.", "Avant le 24 avril.", ("24 March",), ("24 avril",)),
        (
            "Wait 3 hours; of 3 calls we miss 5 a day.",
            "Attendez 5 heures ; sur 3 appels nous en manquons 5 par jour.",
            ("3 hours",),
            ("5 heures",),
        ),
    ],
)
def test_what_one_of_them_lacks_is_named(
    english: str, french: str, only_english: tuple[str, ...], only_french: tuple[str, ...]
) -> None:
    assert told(english, french) == Untold(only_english, only_french)


def test_of_many_some_are_named() -> None:
    found = told(" ".join(f"{number} days." for number in range(100, 200)), "Rien.")
    assert found is not None
    assert found.in_original == ("100 days", "101 days", "102 days", "103 days", "104 days")


def test_languages_of_which_no_words_are_known_are_compared_by_their_digits() -> None:
    assert untold("Wait 3 hours.", "3 Stunden warten.", locales=("en", "de")) is None
    found = untold("Wait 3 hours.", "5 Stunden warten.", locales=("en", "de"))
    assert found == Untold(("3 hours",), ("5 Stunden",))
