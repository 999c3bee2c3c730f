"""Predicted satisfaction: cues in two languages, each shown as a reason."""

from __future__ import annotations

import time
import tomllib

import pytest

from assistant.domain.conversation import Author
from assistant.insights.cues import catalogue, cues_in, reason_text, words_of
from assistant.insights.satisfaction import PredictedSatisfaction, satisfaction_of
from assistant.insights.transcript import SaidTurn, locale_of
from assistant.resources import prompts


def talk(*texts: str) -> list[SaidTurn]:
    """Customer and assistant in turn."""
    authors = (Author.CUSTOMER, Author.ASSISTANT)
    return [SaidTurn(authors[n % 2], text) for n, text in enumerate(texts)]


def value(*texts: str) -> float:
    found = satisfaction_of(talk(*texts)).value
    assert found is not None
    return found


def after_reply(text: str) -> PredictedSatisfaction:
    if text in FRENCH:
        turns = talk("Où est ma commande ?", "Elle est en route.", text)
        return satisfaction_of(turns, locale="fr")
    return satisfaction_of(talk("Where is my order?", "Your order is on its way.", text))


GOOD = [
    "Great, that is exactly what I needed",
    "Thank you so much, very helpful",
    "Perfect 👍",
    "ok i'll try that, thanks",
]
BAD = [
    "That's not what I asked",
    "this is useless",
    "It still doesn't work",
    "No, I meant the other one",
    "Let me speak to a real person",
    "forget it, I'll look elsewhere",
    "I don't understand, what do you mean??",
]
GOOD_FRENCH = [
    "Génial, c'est exactement ce que je cherchais",
    "Merci beaucoup, c'est très clair",
    "Ça marche maintenant, vous m'avez bien aidé",
    "D'accord, je vais essayer ça",
]
BAD_FRENCH = [
    "Ce n'est pas ce que je demande",
    "Vous ne servez à rien",
    "Ça ne marche toujours pas",
    "Je veux parler à un humain",
    "laissez tomber, je vais voir ailleurs",
    "J'ai déjà essayé, c'est inadmissible",
    "TOUJOURS RIEN REÇU",
]
FRENCH = GOOD_FRENCH + BAD_FRENCH
PLACE = {"begins", "goes_on", "wordy", "terse"}
"""Cues of when a turn comes and how long it is: what is left when its words say nothing."""


@pytest.mark.parametrize("text", GOOD + GOOD_FRENCH)
def test_content_is_seen(text: str) -> None:
    assert after_reply(text).turns[-1].value > 0.7


@pytest.mark.parametrize("text", BAD + BAD_FRENCH)
def test_discontent_is_seen(text: str) -> None:
    assert after_reply(text).turns[-1].value < 0.4


@pytest.mark.parametrize("text", GOOD + BAD + FRENCH)
def test_each_prediction_has_its_reasons(text: str) -> None:
    turn = after_reply(text).turns[-1]
    assert turn.reasons
    assert all(reason.text and reason.weight for reason in turn.reasons)


@pytest.mark.parametrize(
    ("text", "locale", "cue", "there"),
    [
        ("great", "en", "praise", True),
        ("not great", "en", "praise", False),
        ("not great", "en", "faint_praise", True),
        ("I don't think that this is a good one", "en", "praise", False),
        ("I have not seen it but it looks great", "en", "praise", True),
        ("No. Great idea!", "en", "praise", True),
        ("ce n'est pas très utile", "fr", "faint_praise", True),
        ("pas de problème, c'est parfait", "fr", "praise", True),
        ("no thanks", "en", "thanks", False),
        ("no thank you, that's all", "en", "declines", False),
        ("no thank you, that's all", "en", "closes", True),
        ("thanks for nothing", "en", "thanks", False),
        ("merci de me répondre rapidement", "fr", "thanks", False),
        ("merci de votre aide", "fr", "thanks", True),
        ("No.", "en", "declines", True),
        ("there is no parcel", "en", "declines", False),
        ("dont like it", "en", "declines", True),
        ("I don’t like it", "en", "declines", True),
        ("not bad", "en", "denies", False),
        ("pourquoi pas", "fr", "denies", False),
        ("see http://example.org/x", "en", "frowns", False),
        ("oh :(", "en", "frowns", True),
        ("USB and HDMI", "en", "shouts", False),
        ("WHERE IS IT", "en", "shouts", True),
        ("I really like it", "en", "likes", True),
        ("I don't like it", "en", "likes", False),
        ("I would like it", "en", "likes", False),
        ("No that is too old", "en", "declines", True),
        ("No it's fine", "en", "declines", False),
        ("I don't care which one", "en", "denies", False),
        ("I don't have a preference", "en", "denies", False),
        ("not yet", "en", "denies", False),
        ("Not at this time. What is the price?", "en", "denies", False),
        ("I don't care about the colour", "en", "declines", False),
        ("I don't care for it", "en", "declines", True),
        ("je n'ai pas de préférence particulière", "fr", "denies", False),
        ("ce n'est pas grave", "fr", "denies", False),
        ("ce n'est pas la bonne page", "fr", "denies", True),
        ("je peux payer en plusieurs fois ?", "fr", "told_before", False),
        ("je viens de vous le dire", "fr", "told_before", True),
        ("non ça ne va pas", "fr", "declines", True),
        ("non merci", "fr", "declines", False),
        ("dans l'application, pas sur le site", "fr", "unsure", False),
    ],
)
def test_words_are_read_with_what_stands_around_them(
    text: str, locale: str, cue: str, there: bool
) -> None:
    assert (cue in cues_in(text, side="customer", locale=locale)) is there


def test_a_problem_told_first_is_the_question_and_no_verdict() -> None:
    told = satisfaction_of(talk("My lamp does not work and I don't like it")).turns[0]
    assert {reason.cue for reason in told.reasons} <= PLACE
    assert told.value > 0.5


def test_no_to_anything_else_is_content() -> None:
    talked = talk("Can I return it?", "Yes. Is there anything else?", "No")
    said = {reason.cue for reason in satisfaction_of(talked).turns[-1].reasons} - PLACE
    assert said - {"mood"} == {"closes"}


def test_asking_again_and_hearing_the_same_again_weigh() -> None:
    answer = "We have three kinds of delivery in France."
    once = value("When does my parcel arrive?", answer)
    again = satisfaction_of(
        talk("When does my parcel arrive?", answer, "when will my parcel arrive?", answer, "hm")
    )
    assert {"repeated", "same_answer"} <= {reason.cue for reason in again.reasons}
    assert again.value is not None
    assert again.value < once


@pytest.mark.parametrize(
    ("plain", "loud", "warmer"),
    [
        ("I see it now", "I see it now!", True),
        ("It does not work", "It does not work!", False),
        ("c'est la lampe", "c'est la lampe !", True),
        ("Ce n'est pas la lampe", "Ce n'est pas la lampe !", False),
    ],
)
def test_an_exclamation_mark_is_warm_only_where_nothing_is_wrong(
    plain: str, loud: str, warmer: bool
) -> None:
    locale = "fr" if "est" in plain else "en"
    turns = [
        satisfaction_of(talk("Hi", "Hello.", text), locale=locale).turns for text in (plain, loud)
    ]
    assert (turns[1][-1].value > turns[0][-1].value) is warmer
    first = [satisfaction_of(talk(text), locale=locale).value for text in (plain, loud)]
    assert first[0] == first[1]


def test_giving_a_detail_twice_weighs() -> None:
    told = satisfaction_of(talk("Where is A-778812?", "Which order is it?", "A-778812")).turns[-1]
    assert "given_twice" in {reason.cue for reason in told.reasons}


def test_the_mood_lasts_and_fades() -> None:
    turns = satisfaction_of(
        talk("Hi", "Hello.", "this is useless", "Oh.", "well", "Hm.", "so")
    ).turns
    assert turns[1].value < turns[2].value < turns[3].value < turns[0].value
    assert {reason.cue for reason in turns[3].reasons} - PLACE == {"mood"}


def test_one_not_in_a_long_story_is_less_than_a_bare_no() -> None:
    story = (
        "I ordered the lamp on Monday and it came today, and the switch is not on the cable. " * 3
    )
    assert (
        after_reply(story).turns[-1].value > after_reply("The switch is not there").turns[-1].value
    )


def test_what_is_said_later_does_not_change_an_earlier_turn() -> None:
    texts = ["Where is it?", "On its way.", "hm", "It arrives today.", "this is useless"]
    whole = satisfaction_of(talk(*texts)).turns
    assert satisfaction_of(talk(*texts[:3])).turns == whole[:2]


def test_turns_without_a_cue_of_their_words_are_still_told_apart() -> None:
    plain = ["the lamp", "the lamp in the hall", "the lamp in the hall upstairs by the green door"]
    values = [after_reply(text).turns[-1].value for text in plain]
    assert values == sorted(set(values))


def test_the_end_weighs_more_than_the_beginning() -> None:
    good, bad = "Great, thank you!", "this is useless"
    assert value("Hi", "Hello.", bad, "Sorry.", good) > value("Hi", "Hello.", good, "Fine.", bad)


def test_a_question_left_without_a_reply_lowers_the_conversation_alone() -> None:
    left = satisfaction_of(talk("Hello", "Hello.", "Where is my parcel?"))
    assert left.reasons[-1].cue == "left_without_reply"
    assert left.value is not None
    assert left.value < left.turns[-1].value


def test_a_dead_end_as_the_last_word_lowers_the_conversation() -> None:
    assert value("Do you repair clocks?", "I do not know.") < value("Do you repair clocks?", "Yes.")


def test_without_a_customers_word_nothing_is_predicted() -> None:
    silent = satisfaction_of([SaidTurn(Author.ASSISTANT, "Hello!")])
    assert silent == PredictedSatisfaction(None, (), ())


def test_predictions_stay_between_0_and_1() -> None:
    worst = "useless stupid terrible, forget it, I want a human, that's not what I asked :( ???"
    unhappy = satisfaction_of(talk(*["Hi", "I do not know."] * 3, worst))
    assert 0 <= unhappy.turns[-1].value < 0.01
    assert unhappy.value is not None
    assert unhappy.value < 0.3
    assert 0.8 < value("Hi", "Hello.", "Perfect, that solved it, thank you so much, bye :)") <= 1


@pytest.mark.parametrize(
    ("texts", "locale"),
    [
        (["Where is my order?"], "en"),
        (["Où est ma commande ?"], "fr"),
        (["Wo ist mein Paket?"], "en"),
        (["A-77881", "Votre commande est en route."], "fr"),
        ([], "en"),
    ],
)
def test_the_language_is_told_from_function_words(texts: list[str], locale: str) -> None:
    assert locale_of(talk(*texts)) == locale


def test_both_languages_have_words_for_every_weighted_cue() -> None:
    signs = {"smiles", "frowns", "shouts", "insists", "exclaims", "faint_praise"}
    told = {"told_before", "corrects", "wants_person", "other_channel", "came_back"}
    for locale in ("en", "fr"):
        assert set(catalogue()["assistant"]) <= words_of(locale, side="assistant")
        assert (set(catalogue()["customer"]) - signs) | told <= words_of(locale, side="customer")


def test_every_reason_is_told_in_both_languages() -> None:
    known = catalogue()
    named = {"effort": set(known["effort"]), "satisfaction": set()}
    for section in ("customer", "assistant", "course"):
        assert not named["satisfaction"] & set(known[section])
        named["satisfaction"] |= set(known[section])
    told = tomllib.loads((prompts() / "reasons.fr.toml").read_text(encoding="utf-8"))
    assert {of: set(texts) for of, texts in told.items()} == named
    assert reason_text("thanks", of="satisfaction", locale="fr") == "remercie"
    assert reason_text("thanks", of="satisfaction", locale="en") == "thanks"
    assert reason_text("repeated", of="effort", locale="de") == "the same question asked again"


@pytest.mark.slow
@pytest.mark.parametrize(
    "word", ["told ", "asked again ", "not ", "merci de ", "je vous ai ", "i "]
)
def test_a_very_long_message_takes_no_very_long_time(word: str) -> None:
    # The thread's own time: what other work the machine has does not count.
    started = time.thread_time()
    for locale in ("en", "fr"):
        cues_in((word * 9000)[:30_000], side="customer", locale=locale)
    assert time.thread_time() - started < 3
