"""An article begins with what people answered, and nobody can be told from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import pytest

from assistant.domain.gap import Failing
from assistant.domain.manuscript import Content
from assistant.ports.gaps import FailedQuestion
from assistant.writing import drafting
from assistant.writing.drafting import Evidence, begun, evidence
from assistant.writing.gap_log import Gap, HumanReply
from assistant.writing.personal import MARK, marked, names_in, spellings

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
NAMES = ("Camille", "Lefèvre", "Noor")


def asked(text: str, *, locale: str = "en") -> FailedQuestion:
    ways = frozenset({Failing.UNANSWERED})
    return FailedQuestion(text, "c1", "v1", text, text, locale, NOON, NOON, ways)


def gap(*texts: str, locale: str = "en") -> Gap:
    questions = tuple(asked(text, locale=locale) for text in texts)
    return Gap("g1", questions, {each.message_id: 1.0 for each in questions}, None)


def reply(text: str, *, locale: str = "en") -> HumanReply:
    return HumanReply("c1", "?", text, locale, NOON)


def body(*texts: str, locale: str = "en") -> str:
    replies = [reply(text, locale=locale) for text in texts]
    return drafted(gap("Do you engrave gifts?", locale=locale), replies, names=NAMES).body


def drafted(gap: Gap, replies: Sequence[HumanReply], *, names: Collection[str]) -> Content:
    return begun(evidence(gap, replies, names=names))


def test_the_typical_question_is_the_title_and_the_others_phrasings() -> None:
    content = drafted(
        gap("do you engrave gifts?", "Do you engrave gifts", "can I have a ring engraved"),
        [],
        names=NAMES,
    )
    assert content.title == "Do you engrave gifts?"
    assert content.questions == ("can I have a ring engraved",)
    assert (content.locale, content.body) == ("en", "")


def test_a_question_that_tells_who_asked_is_no_phrasing() -> None:
    content = drafted(
        gap("Do you engrave gifts?", "engrave order 4711-88 for camille@shop.example please"),
        [],
        names=NAMES,
    )
    assert content.questions == ()


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("Hello Camille, we engrave rings. Kind regards, Noor", "We engrave rings."),
        ("Bonjour Mme Lefèvre,\n\nNous gravons.\n\nCordialement,\nNoor", "Nous gravons."),
        ("Write to noor@shop.example or +33 6 12 34 56 78.", f"Write to {MARK} or {MARK}."),
        ("Your order 100-4471-X is ready.", f"Your order {MARK} is ready."),
        ("Camille can use code LK4F2.", f"{MARK} can use code {MARK}."),
        ("Follow https://shop.example/track?order=1 now.", f"Follow {MARK} now."),
        ("It went to 12 rue Lepic, Paris. Thanks Anna!", f"It went to {MARK}. Thanks {MARK}!"),
        ("Sent to Flat 3, 14 High Street, Leeds LS1 2AB.", f"Sent to {MARK}."),
        ("Ask Ms. Weber. Weber knows.", f"Ask Ms. {MARK}. {MARK} knows."),
        ("Oui Anna… c'est au 5 avenue Foch.", f"Oui {MARK}… c'est au {MARK}."),
        ("Livré 3 bis boulevard de la Paix, 75018 Paris.", f"Livré {MARK}."),
        ("Hi Ines, it is ready. Ines may come.", f"It is ready. {MARK} may come."),
        ("We sent it to 22 baker street.", f"We sent it to {MARK}."),
    ],
)
def test_what_could_tell_who_it_was_for_is_gone(said: str, becomes: str) -> None:
    assert body(said) == becomes


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Hello, I'm Anna Weber and I'm sorry", {"Anna", "Weber"}),
        ("my name is anna", {"anna", "Anna"}),
        ("Bonjour, je suis Zoé, je suis pressée", {"Zoé"}),
        ("je m'appelle Zoé Martin", {"Zoé", "Martin"}),
        ("I'm not sure. Thank you. We will see. I am You", set()),
    ],
)
def test_customers_tell_their_names(said: str, names: set[str]) -> None:
    assert names_in([said], own=True) == names
    assert names_in([said.replace("I'm", "It is")]) <= names


@pytest.mark.parametrize("told", ["li wu", "Li Wu", "LI WU", "Li  Wu"])
@pytest.mark.parametrize("written", ["li wu", "Li Wu", "LI WU"])
def test_a_name_is_known_in_whatever_capitals_it_was_told_and_written(
    told: str, written: str
) -> None:
    assert marked(f"For {written} alone.", spellings(told)) == f"For {MARK} alone."


def test_a_name_that_is_a_word_too_is_one_with_a_capital_alone() -> None:
    assert marked("We will refund Will.", spellings("will")) == f"We will refund {MARK}."
    assert spellings(" ") == frozenset()


def test_account_numbers_are_gone() -> None:
    assert "3000 6000" not in body("Pay to FR76 3000 6000 0112 3456 7890 189.")


@pytest.mark.parametrize(
    "said",
    [
        "It takes 14 days and costs 5.50 euros in 2026.",
        "A 14-day return is free, and an E27 bulb fits.",
        "See https://shop.example/returns for more.",
        "Our High Street shop opening hours are 9 to 5.",
        "Thanks, we send it within 14 days. Sizes are S and M. We take it back.",
        "Thank you. You may choose 2 places by road.",
        "Le magasin de la rue Lepic ouvre 7 jours sur 7, 3 places de parking.",
    ],
)
def test_what_is_true_for_everybody_stays(said: str) -> None:
    assert body(said) == said


def test_what_two_people_said_alike_is_said_once() -> None:
    text = body("We engrave rings for free.", "We engrave rings for free! It takes two days.")
    assert text == "We engrave rings for free.\n\nIt takes two days."


def test_of_very_many_replies_those_that_find_no_room_are_not_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = Evidence(
        "en", (), tuple(f"Shop{at} closes{at} at{at}." for at in range(500)), frozenset()
    )
    split, read = drafting.sentences, []

    def reads(text: str) -> list[str]:
        read.append(text)
        return split(text)

    monkeypatch.setattr(drafting, "sentences", reads)
    assert begun(found).body.count("\n\n") == 7
    assert len(read) == 8


def test_replies_in_the_language_of_the_article_go_first() -> None:
    both = [reply("Nous gravons.", locale="fr"), reply("We engrave.")]
    english = drafted(gap("Do you engrave gifts?"), both, names=())
    assert english.body == "We engrave."
    only_french = drafted(gap("Do you engrave gifts?"), both[:1], names=())
    assert only_french.body == "Nous gravons."
