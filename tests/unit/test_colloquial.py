"""Slang, shorthand and misspellings become the words of a help center; all else stays."""

from __future__ import annotations

import itertools
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval import colloquial
from assistant.retrieval.analysis import fold, stop_words
from assistant.retrieval.colloquial import read_list, standard

LISTS = Path(colloquial.__file__).parent / "colloquial"
LOCALES = ["en", "fr"]
ENTRIES = {locale: read_list(LISTS / f"{locale}.txt") for locale in LOCALES}
SHORTHAND_STOP_WORDS = {
    "en": "cud hav havnt pls plz shud thx u ur wat wats wen wich wud",
    "fr": "bcp cest chui ds jai jpeu jpeux jsuis mtn pk pr qd stp svp tjr tjrs ya",
}
"""Stop words that nobody would write in an article."""

SPOKEN = [
    ("en", "How much do u charge thru the app?", "How much do you charge through the app?"),
    ("en", "wheres ur number", "where is your number"),
    ("en", "Someone NICKED my pkg!", "Someone stolen my package!"),
    ("en", "my gran's telly is knackered", "my grandmother's TV is broken"),
    ("en", "the courier chucked it, in bits", "the courier thrown it, in pieces"),
    ("en", "can't get into my acc, new pw?", "cannot log in to my account, new password?"),
    ("en", "I got a dodgy text, legit?", "I got a suspicious text message, genuine?"),
    ("en", "send it back asap", "return it as soon as possible"),
    ("en", "I want my money back", "I want a refund"),
    ("en", "do u take tap and pay", "do you take contactless payment"),
    ("en", "the settee hasn’t turned up", "the sofa has not arrived"),
    ("en", "how do i del my acct", "how do i delete my account"),
    ("en", "del date tmrw?", "delivery date tomorrow?"),
    ("en", "cancel my sub", "cancel my subscription"),
    ("en", "sent me a Jiffy bag, in a jiffy", "sent me a padded envelope, immediately"),
    ("en", "I'm looking for my parcel", "where is my parcel"),
    ("fr", "je cherche mon colis", "où est mon colis"),
    ("fr", "je recherche mes factures", "où sont mes factures"),
    ("fr", "je cherche un cadeau", "je cherche un cadeau"),
    ("fr", "J'arrive pas à me loguer", "je n'arrive pas à me connecter"),
    ("fr", "j’arrive pas a ouvrir l’appli", "je n'arrive pas a ouvrir l’application"),
    ("fr", "cb de jours pr livrer ?", "combien de jours pour livrer ?"),
    ("fr", "ma cb est refusée", "ma carte bancaire est refusée"),
    ("fr", "cb ca coute de payer par CB", "combien coûte de payer par carte bancaire"),
    ("fr", "c'est combien la livraison", "combien coûte la livraison"),
    ("fr", "c'est combien de jours", "combien de jours"),
    ("fr", "g pas reçu mon coli", "je n'ai pas reçu mon colis"),
    ("fr", "MDP oublié, svp", "mot de passe oublié, s'il vous plaît"),
    ("fr", "mon tel a l'écran pété", "mon téléphone a l'écran cassé"),
    ("fr", "le frigo est en rade", "le réfrigérateur est en panne"),
    ("fr", "payer en 3x", "payer en trois fois"),
    ("fr", "je veux anuler ma comande", "je veux annuler ma commande"),
    ("fr", "rendez-moi mes sous", "me rembourser"),
    ("fr", "on m'a piqué mes godasses", "on m'a volé mes chaussures"),
    ("fr", "rdv demain aprem", "rendez-vous demain après-midi"),
    ("fr", "le livreur l'a balancé", "le livreur l'a jeté"),
]  # fmt: skip

WELL_WRITTEN = [
    ("en", "How do I pay my bill by card before the 1st, or is there a charge?"),
    ("en", "Which ages is the bust size chart for, and is 2x the price right?"),
    ("en", "I posted a review; where can I see the posted reviews?"),
    ("en", "My order no longer shows; my phone no longer rings."),
    ("en", "The packet filter dropped the connection; NaN is displayed."),
    ("en", "Can I make a U-turn? Write to u.del@pic.example or see www.ur.example/pw."),
    ("en", "Does the till close on Sunday, and may I swipe my card?"),
    ("en", "Please cancel the order and refund my account, I didn't receive the parcel."),
    ("en", "Do I get in touch by email or by phone to take money off my account?"),
    ("en", "It isn't working: the sign is on but I can't see the text in the table."),
    ("fr", "Sous 14 jours, un tel problème est remboursé tel que prévu."),
    ("fr", "Puis-je laver les sous-vêtements et mes sous-vêtements ?"),
    ("fr", "C'est la même chose : la balance du compte est dans la caisse."),
    ("fr", "Je suis allé en magasin, puis j'ai reçu un mail après m'être connecté."),
    ("fr", "Quelle est la différence, iPhone vs Samsung ?"),
    ("fr", "Depuis peu on me débite sous 24 h s'il y a un retard."),
    ("fr", "Comment virer de l'argent, et que faire si la plante est arrivée sèche ?"),
    ("fr", "Je n'ai pas reçu mon colis ; comment annuler ma commande et être remboursé ?"),
    ("fr", "Les options A, B, C ou D ; la vitamine C pour les enfants ; 100 g le paquet cadeau."),
    ("fr", "Le blé, l'oseille et la maille ; le pique-nique ; un déco d'intérieur."),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "typed", "meant"), SPOKEN)
def test_a_customer_is_read_as_an_article_would_put_it(locale: str, typed: str, meant: str) -> None:
    assert standard(typed, locale) == meant


@pytest.mark.parametrize(("locale", "typed", "meant"), SPOKEN)
def test_a_second_reading_changes_nothing(locale: str, typed: str, meant: str) -> None:
    assert standard(meant, locale) == meant


@pytest.mark.parametrize(("locale", "text"), WELL_WRITTEN)
def test_what_is_well_written_stays(locale: str, text: str) -> None:
    assert standard(text, locale) == text


def test_capitals_accents_and_apostrophes_do_not_matter() -> None:
    for typed in ("j'arrive pas", "J’ARRIVE PAS", "j arrive  pas", "j'arrivé\npas"):
        assert standard(typed, "fr") == "je n'arrive pas"


def test_how_accents_are_encoded_does_not_matter() -> None:
    apart = unicodedata.normalize("NFD", "télé cassée")
    assert standard(apart, "fr") == "télévision " + unicodedata.normalize("NFD", "cassée")


def test_everything_around_stays_as_it_was_typed() -> None:
    assert standard("  «Écoute…» SVP!!  Œuvre\tn°1 ", "fr") == (
        "  «Écoute…» s'il vous plaît!!  Œuvre\tn°1 "
    )


def test_only_whole_words_are_replaced() -> None:
    for text in ("much", "u-turn", "u_r", "picnic", "me@pw.example", "a.pic", "pic.png", "u2"):
        assert standard(text, "en") == text


def test_addresses_stay() -> None:
    text = "see https://shop.example/del/u?pic=ur and www.shop.example/pw"
    assert standard(text, "en") == text


def test_the_longest_expression_wins() -> None:
    assert standard("smashed to bits", "en") == "broken"
    assert standard("mot de pass", "fr") == "mot de passe"


def test_what_was_put_in_is_not_read_again() -> None:
    # "my sub" would be one more expression, but "my" has been read with "swap".
    assert standard("swap my sub", "en") == "exchange my sub"


def test_a_language_without_a_list_is_left_alone() -> None:
    assert standard("asap, u no?", "de") == "asap, u no?"
    assert standard("asap", "") == "asap"


@pytest.mark.parametrize("locale", LOCALES)
def test_each_expression_becomes_its_standard_words(locale: str) -> None:
    for left, right in ENTRIES[locale].items():
        assert standard(left, locale) == right


@pytest.mark.parametrize("locale", LOCALES)
def test_no_standard_words_would_change_again(locale: str) -> None:
    assert [right for right in ENTRIES[locale].values() if standard(right, locale) != right] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_entries_are_short_and_change_something(locale: str) -> None:
    for left, right in ENTRIES[locale].items():
        # A word with an apostrophe stands on the left as two: "i m looking for my".
        assert len(left.split()) <= 5, left
        assert len(right.split()) <= 4, right
        assert left == fold(left)
        assert left != right


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_that_sentences_are_built_of_is_replaced(locale: str) -> None:
    replaced = stop_words(locale) & ENTRIES[locale].keys()
    assert replaced <= set(SHORTHAND_STOP_WORDS[locale].split())
    # "puis j" would take the half of "puis j'ai": what is elided never ends an expression.
    elided = re.compile(r".* (?:[cdjlmnst]|qu)")
    assert locale != "fr" or not any(map(elided.fullmatch, ENTRIES[locale]))


@pytest.mark.parametrize("locale", LOCALES)
def test_lists_are_in_the_order_of_the_alphabet(locale: str) -> None:
    blocks = (LISTS / f"{locale}.txt").read_text(encoding="utf-8").split("\n\n")
    for block in blocks:
        lefts = [re.split("[|=]", line)[0].strip() for line in block.splitlines() if line[0] != "#"]
        assert lefts == sorted(lefts)


@pytest.mark.parametrize(
    "line",
    ["asap", "asap = ", " = soon", "asap = soon = now", "Asap = soon", "bientôt = soon",
     "can't = cannot", "a||b = c", "asap = soon!", "pw|pw = password"],
)  # fmt: skip
def test_a_broken_line_is_named(line: str, tmp_path: Path) -> None:
    broken = tmp_path / "xx.txt"
    broken.write_text(f"# A list\n\nu = you\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"xx\.txt, line 4: "):
        read_list(broken)


def test_an_expression_stands_in_a_list_once(tmp_path: Path) -> None:
    twice = tmp_path / "xx.txt"
    twice.write_text("u = you\nya|u = you\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2: 'u' is there twice"):
        read_list(twice)


@given(st.text("éÉœßİ½№'’ -_.@urpwjdsai\u0301\u00ad\n", max_size=40), st.sampled_from(LOCALES))
def test_any_text_can_be_read(text: str, locale: str) -> None:
    assert isinstance(standard(text, locale), str)


@given(st.text("0123456789,;:!?()€£ \n", max_size=40), st.sampled_from(LOCALES))
def test_numbers_and_punctuation_stay(text: str, locale: str) -> None:
    assert standard(text, locale) == text


def test_a_question_takes_less_than_a_tenth_of_a_millisecond() -> None:
    questions = [typed for _, typed, _ in SPOKEN] * 5
    standard(questions[0], "en")
    standard(questions[0], "fr")
    best = min(_seconds(questions) for _ in range(5))
    assert best / len(questions) < 0.0001


def _seconds(questions: list[str]) -> float:
    # The thread's own time: what other work the machine has does not count.
    started = time.thread_time()
    for question, locale in zip(questions, itertools.cycle(LOCALES), strict=False):
        standard(question, locale)
    return time.thread_time() - started
