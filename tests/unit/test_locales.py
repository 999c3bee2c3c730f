"""The writer's word first, then the path, then the words."""

from __future__ import annotations

import pytest

from assistant.knowledge.locales import detected, locale_in_path, locale_of, normalised

FRENCH = (
    "Vous pouvez nous renvoyer un article dans les trente jours qui suivent la livraison. "
    "Imprimez l'étiquette, emballez le produit et déposez le colis dans un point relais. "
    "Le remboursement arrive sur votre compte quelques jours après la réception de votre retour."
)  # fmt: skip
ENGLISH = (
    "You can send an article back within thirty days of its delivery. Print the label, pack the "
    "product with care and hand the parcel in at a pick-up point near you. The refund reaches your "
    "account a few days after your return has arrived at our warehouse, unless the bank is slow."
)


@pytest.mark.parametrize(
    ("code", "locale"),
    [("fr", "fr"), ("fr-FR", "fr"), ("PT_br", "pt"), ("zh-Hans-CN", "zh"), ("French", "fr"),
     ("es-419", "es"), ("Klingon speech", None), ("", None)],
)  # fmt: skip
def test_codes_of_every_shape_are_two_letters(code, locale):
    assert normalised(code) == locale


@pytest.mark.parametrize(
    ("path", "locale"),
    [
        ("kb/fr/returns", "fr"),
        ("kb/fr-FR/returns", "fr"),
        ("kb/pt_BR/returns", "pt"),
        ("prestashop_fr/returns", "fr"),
        ("commerce.fr-FR/returns", "fr"),
        ("kb/index.fr", "fr"),
        ("kb/returns-en", "en"),
        ("en/kb/fr/returns", "fr"),
        ("fr/index.en", "en"),
        ("kb/it/returns", "it"),
        ("kb/how-to-do_it", None),
        ("kb/no", None),
        ("kb/en", None),
        ("mise-en-place/de-plus", None),
        ("returns", None),
    ],
)
def test_the_innermost_part_of_a_path_that_names_a_language_decides(path, locale):
    assert locale_in_path(path.split("/")) == locale


def test_words_tell_where_nothing_else_does():
    assert detected(FRENCH) == "fr"
    assert detected(ENGLISH) == "en"
    assert locale_of("", path=["kb", "a"], text=FRENCH, otherwise="en") == "fr"


def test_code_and_addresses_do_not_count_as_words():
    code = "```sh\nplease print the label for the parcel and send it back\n```\n"
    assert detected(code * 20 + FRENCH) == "fr"
    assert detected("```sh\nplease print the label and send it\n```") is None


def test_few_words_take_the_language_of_their_neighbours():
    assert detected("OK") is None
    assert locale_of("", path=["kb", "a"], text="OK", otherwise="fr") == "fr"
    assert locale_of("", path=["kb", "a"], text="OK", otherwise=None) == "en"


def test_the_writer_is_believed_before_path_and_words():
    assert locale_of("de", path=["fr", "a"], text=ENGLISH, otherwise=None) == "de"


def test_the_path_is_believed_unless_a_long_text_surely_speaks_otherwise():
    assert locale_of("", path=["fr", "a"], text="Returns and refunds", otherwise=None) == "fr"
    assert locale_of("", path=["fr", "a"], text=FRENCH, otherwise=None) == "fr"
    assert locale_of("", path=["fr", "a"], text=ENGLISH, otherwise=None) == "en"
