"""What customers mean, in both languages, and what they do not mean."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.cues import answer_kinds, asks_how, cues_of, folded
from assistant.answering.intents import Intent, intent_of
from assistant.answering.languages import detect_locale
from assistant.answering.leaning import Leaning
from assistant.answering.understanding import understand
from assistant.answering.wordings import LOCALES

SAID = {
    ("en", Intent.GREETING): ["hi", "Hello!", "Good morning everyone", "hey there, hello"],
    ("fr", Intent.GREETING): ["Bonjour", "bonsoir madame", "Salut !", "slt", "Bonjour à tous"],
    ("en", Intent.THANKS): [
        "thanks", "Thank you so much for your help!", "ok great, thanks", "perfect 👍",
        "I see, thank you", "oh ok thanks",
        "No, that's all, thanks", "thank you for the quick answer", "thanks, that was very helpful",
    ],
    ("fr", Intent.THANKS): [
        "merci", "Merci beaucoup pour votre aide", "super merci !", "d'accord merci",
        "non c'est tout merci", "merci de votre aide", "merci infiniment", "c'est parfait, merci",
        "entendu, merci", "ah ok merci",
    ],
    ("en", Intent.GOODBYE): ["bye", "Ok thanks, bye!", "have a nice day", "See you"],
    ("fr", Intent.GOODBYE): ["au revoir", "Merci et bonne journée !", "à bientôt", "bonne soirée"],
    ("en", Intent.HOW_ARE_YOU): [
        "how are you?", "are you human?", "Are you a robot", "am I talking to a real person?",
    ],
    ("fr", Intent.HOW_ARE_YOU): ["ça va ?", "êtes-vous un robot ?", "vous êtes humain ?",
                                 "Bonjour, comment allez-vous ?", "êtes-vous humain"],
    ("en", Intent.PRESENCE): [
        "Are you there?", "Hello, are you still there?", "anyone?", "Anybody there??",
        "Any news?", "any update please", "still waiting", "I'm still waiting for a reply",
    ],
    ("fr", Intent.PRESENCE): [
        "Vous êtes là ?", "Bonjour, êtes-vous toujours là ?", "Allo ?", "Allô ?", "Des nouvelles ?",
        "J'attends toujours", "J’attends toujours votre réponse", "toujours rien…",
    ],
    ("en", Intent.YES): [
        "yes", "Yes please", "ok", "sure!", "ah ok", "ok ok", "yes, ok", "great, yes please",
        "yes great", "fine, go ahead", "yes thanks", "yes please, thank you", "sure, thanks",
    ],
    ("fr", Intent.YES): [
        "oui", "Oui, je veux bien", "d'accord", "volontiers", "oui ok", "bon d'accord", "ah ok",
        "super, allez-y", "oui super", "oui merci beaucoup",
    ],
    ("en", Intent.NO): ["no", "No thanks", "nope", "hm, no thanks", "ok no", "never mind, thanks"],
    ("fr", Intent.NO): [
        "non", "non merci", "pas la peine", "ah non merci", "euh non", "non ça ira merci",
    ],
    ("en", Intent.NOTED): [
        "I see", "ah, I see!", "fine", "Alright", "hm…", "oh, understood", "ok, I see",
    ],
    ("fr", Intent.NOTED): [
        "je vois", "ah bon", "bon, très bien", "entendu", "euh…", "ok je vois", "ok bof",
    ],
    ("en", Intent.NONE_OF_THESE): ["None of these", "something else"],
    ("fr", Intent.NONE_OF_THESE): ["Aucun de ces sujets", "autre chose"],
    ("en", Intent.NOTHING): ["???", "👍", "…", "\u200b", "   "],
    ("en", Intent.PERSON): [
        "I want to talk to a human", "can I speak with someone please?", "agent", "human please",
        "get me a real person", "connect me to an adviser", "live chat", "call me back",
        "I need a person to help me", "not a bot", "is there a human I can talk to?",
        "How can I reach a human?", "Please put me through to the support team",
        "My parcel is lost and I want a manager now",
        "can someone help me please", "is anyone there?", "Is there anybody who can help me",
    ],
    ("fr", Intent.PERSON): [
        "quelqu'un peut m'aider svp", "Y a-t-il quelqu'un ?",
        "est-ce que quelqu'un pourrait me répondre",
        "je veux parler à un humain", "Puis-je parler à quelqu'un ?", "un conseiller svp",
        "ca marche pas je veux parler a quelqun",
        "je voudrais un conseiller", "rappelez-moi s'il vous plaît", "pas un robot !",
        "Comment joindre un conseiller ?", "passez-moi un responsable", "J'ai besoin d'un humain",
        "je souhaite qu'un conseiller me rappelle", "rappelez-moi au 06 12 34 56 78",
    ],
}  # fmt: skip
ASKED = {
    "en": [
        "can another person pick up my parcel?", "Can I give my gift card to another person?",
        "I need a person to sign for my parcel", "Do I need a manager account?",
        "the 'I am not a robot' box does not work", "Do not machine wash?", "who is my sales agent",
        "Is there no machine wash label?", "How do I contact my delivery agent?",
        "will the courier call me?", "Does your robot vacuum work with no bag?",
        "thanks, but how do I return it?", "hello, where is my parcel?", "ok and the price?",
        "Is someone at home needed for delivery?", "no parcel arrived", "Yes or no: is it free?",
        "good gift card", "Can I have the parcel left with a person I trust?",
        "can someone help me carry the sofa upstairs?", "can someone else sign for me?",
        "Is the gift card offer still there?", "Is it still there?", "waiting time?",
        "still waiting for my parcel", "Are there any news on my refund?",
        "Are you there on Sunday?", "what do you call me?", "when will the technician call me?",
        "ISO 27001", "ORA-12154", "port 10000?", "and 90210?", "to 69005?", "for 90210?",
        "12/03/2024", "10:30-12:00", "$15,000.00", "oh no!",
    ],
    "fr": [
        "une autre personne peut-elle retirer mon colis ?", "Je veux livrer à une autre personne",
        "J'ai besoin d'une personne pour signer ?", "Rappelez-moi le délai de retour",
        "Quelqu'un peut-il monter le canapé ?", "Quelqu'un d'autre peut signer pour moi ?",
        "Je n'ai pas de machine à café", "Je ne suis pas un robot : la case ne marche pas",
        "puis-je garder ma carte si je change d'opérateur ?", "merci, mais comment le renvoyer ?",
        "Bonjour, où est mon colis ?", "Puis-je offrir ma carte à une autre personne ?",
        "Est-ce que le livreur va m'appeler ?", "pas de réponse", "Qui est mon conseiller ?",
        "J'attends toujours mon colis", "C'est toujours là ?", "Des nouvelles de mon colis ?",
        "Vous êtes là le dimanche ?", "c'est bon de réduction",
        "Combien de personnes peuvent utiliser la carte ?", "et 69005 ?", "de 75001 ?",
        "lyon 69005 ?", "pour le 12/03/2024", "15 000,00 €",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "locale", "intent"),
    [(said, locale, intent) for (locale, intent), texts in SAID.items() for said in texts],
)
def test_what_is_not_a_question(said: str, locale: str, intent: Intent) -> None:
    understood = understand(said, locale=locale)
    assert understood.intent is intent
    assert understood.leaning is Leaning.NONE


@pytest.mark.parametrize(
    ("asked", "locale"), [(asked, locale) for locale, texts in ASKED.items() for asked in texts]
)
def test_what_is_a_question_all_the_same(asked: str, locale: str) -> None:
    assert understand(asked, locale=locale).intent is Intent.QUESTION


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("said", "intent"),
    [("Bonjour, je veux parler à un conseiller", Intent.PERSON), ("Thank you!", Intent.THANKS),
     ("Merci beaucoup", Intent.THANKS), ("I want to talk to a human", Intent.PERSON)],
)  # fmt: skip
def test_the_language_of_the_page_does_not_matter(said: str, locale: str, intent: Intent) -> None:
    assert understand(said, locale=locale).intent is intent


@pytest.mark.parametrize(
    ("text", "page", "told"),
    [
        ("Où est mon colis ?", "en", "fr"),
        ("Where is my parcel?", "fr", "en"),
        ("Comment puis-je renvoyer un article abîmé ?", "en", "fr"),
        ("How can I get a refund for a damaged item?", "fr", "en"),
        ("IKEA", "fr", None),
        ("1042", "en", None),
        ("???", "fr", None),
    ],
)
def test_the_words_tell_the_language_or_leave_it_to_the_page(
    text: str, page: str, told: str | None
) -> None:
    assert detect_locale(text, otherwise=page) == told
    understood = understand(text, locale=page)
    assert (understood.locale, understood.certain) == (told or page, told is not None)


@pytest.mark.parametrize("page", ["de", "", "xx-YY", "FR-ca", "fr_BE"])
def test_a_page_in_any_language_is_served(page: str) -> None:
    assert understand("1042", locale=page).locale == ("fr" if page[:2].lower() == "fr" else "en")


@pytest.mark.parametrize(
    ("asked", "locale"),
    [
        ("and how long does that take?", "en"),
        ("How much does it cost?", "en"),
        ("what about abroad?", "en"),
        ("why?", "en"),
        ("is that free", "en"),
        ("et pour l'étranger ?", "fr"),
        ("combien ça coûte ?", "fr"),
        ("Et si je l'ai ouvert ?", "fr"),
        ("c'est gratuit ?", "fr"),
    ],
)
def test_a_follow_up_leans_on_what_came_before(asked: str, locale: str) -> None:
    assert understand(asked, locale=locale).leaning >= Leaning.WEAK


@pytest.mark.parametrize(
    ("asked", "locale"),
    [
        ("How do I change the delivery address of my order?", "en"),
        ("Is it possible to pay an invoice in three instalments by card?", "en"),
        ("Quels moyens de paiement acceptez-vous dans la boutique ?", "fr"),
        ("Est-il possible de modifier l'adresse de livraison de ma commande ?", "fr"),
    ],
)
def test_a_question_of_its_own_does_not_lean(asked: str, locale: str) -> None:
    assert understand(asked, locale=locale).leaning < Leaning.WEAK


@pytest.mark.parametrize(
    ("asked", "held", "locale"),
    [
        ("How long does it take?", "3 working days", "en"),
        ("What does it cost?", "it is free of charge", "en"),
        ("What is your phone number?", "call +33 4 28 01 00 42", "en"),
        ("What is customer service's phone number", "phone: 020 7946 0958", "en"),
        ("Quel est le numéro du service client ?", "telephone : 04 28 01 00 42", "fr"),
        ("À quel numéro vous appeler ?", "au +33 4 28 01 00 42", "fr"),
        ("When are you open?", "from 9:30 on saturday", "en"),
        ("Combien de temps faut-il ?", "sous 5 jours", "fr"),
        ("C'est payant ?", "4,90 €", "fr"),
    ],
)
def test_how_it_is_asked_tells_what_an_answer_holds(asked: str, held: str, locale: str) -> None:
    kinds = answer_kinds(asked, locale)
    assert kinds
    assert any(kind.search(held) for kind in kinds)
    assert not any(kind.search("nothing of it") for kind in kinds)


def test_who_asks_for_an_order_number_wants_no_phone_number() -> None:
    assert not answer_kinds("I lost my order number", "en")
    assert not answer_kinds("J'ai perdu mon numéro de commande", "fr")


def test_who_asks_how_wants_steps() -> None:
    assert asks_how("How do I return an item?", "en")
    assert asks_how("Comment puis-je retourner un article ?", "fr")
    assert not asks_how("What is the warranty?", "en")
    assert not asks_how("Quelle est la garantie ?", "fr")


HOSTILE = {
    "one endless word": "a" * 10_000,
    "nothing but marks": "?!" * 5_000,
    "NUL": "where\x00is my parcel?",
    "a lone surrogate": "where is \ud83d my parcel, please tell me?",
    "emoji": "📦❓👩‍👩‍👧" * 50,
    "right to left": "\u202eأين طردي؟",
    "Chinese": "我的包裹在哪里？我等了三天了",
    "Markdown": "[x](javascript:alert(1)) **where** `is` # it",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "a pattern's worst": "talk to " * 1_000,
    "lines": "where\nis\r\nmy\u2028parcel",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("locale", LOCALES)
def test_hostile_text_is_understood_somehow(text: str, locale: str) -> None:
    understood = understand(text, locale=locale)
    assert understood.locale in LOCALES
    assert understood.question == text.strip()


ODD = "aàé 'parcel moi\ud83d\x00\u202e?.👍1\nto a human the où et"


@given(st.text(ODD, max_size=50), st.sampled_from(LOCALES))
def test_any_text_has_one_meaning(text: str, locale: str) -> None:
    first = understand(text, locale=locale)
    assert first == understand(text, locale=locale)
    assert (first.intent is Intent.NOTHING) == (not folded(text))


def test_a_long_row_of_such_words_is_told_at_once() -> None:
    assert understand("ok please " * 300 + "x", locale="en").intent is Intent.QUESTION


# -- the files of cues

INTENTS = (Intent.GREETING, Intent.THANKS, Intent.GOODBYE, Intent.HOW_ARE_YOU, Intent.YES,
           Intent.NO, Intent.NONE_OF_THESE)  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
def test_every_pattern_compiles_and_can_match_folded_text(locale: str) -> None:
    cues = cues_of(locale)
    for said in (*cues["aside"], cues["numbered"]):
        re.compile(said)
    asked = [kind["asked"] for kind in cues["answers"].values()]
    held = [kind["held"] for kind in cues["answers"].values()]
    wishes = [*cues["person"], *cues["team"], *cues["refused"], *cues["unneeded"]]
    for pattern in [*wishes, cues["asks_how"], cues["reference"], *asked, *held]:
        re.compile(pattern)
        # Folded text has neither capitals nor accents.
        letters = re.sub(r"\\[a-zA-Z]", "", pattern)
        assert letters == letters.lower()
        assert not re.search("[à-ÿ]", letters)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("intent", INTENTS)
def test_every_phrase_is_written_folded_and_means_what_it_says(locale: str, intent: Intent) -> None:
    for phrase in cues_of(locale)[intent.value]:
        assert folded(phrase) == phrase
        assert intent_of(phrase, locale) is not Intent.QUESTION
        assert intent_of(phrase, locale) is not Intent.PERSON


def test_both_languages_have_the_same_cues() -> None:
    english, french = (cues_of(locale) for locale in LOCALES)
    assert english.keys() == french.keys()
    assert english["answers"].keys() == french["answers"].keys()
