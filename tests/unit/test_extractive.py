"""An answer is the article's own words: one article, whole sentences, steps uncut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.blocks import blocks
from assistant.answering.extractive import MOST_WORDS, Asked, extract, quotable
from assistant.domain.answer import Answer
from assistant.domain.article import ArticleCard, Hit, Passage, PassageKind, plain_text
from assistant.retrieval.analysis import tokens

CARD = ArticleCard("returns", "Returns", "en", "returns")
STEPS = "Do this:\n\n" + "\n".join(f"{n}. Step number {n} of the label." for n in range(1, 40))
PIECES = (
    "You can return an item within 30 days.",
    "A return is free. It costs nothing at all. Keep the receipt, e.g. the mail.",
    "1. Print the label.\n2. Drop the parcel.",
    "| place | price |\n|---|---|\n| home | €5 |",
    "## A heading",
    "```\ncode 42\n```",
    "Refunds arrive soon. " + "The bank needs a while to book the money back. " * 20,
    STEPS,
    "---",
    "<order number> stands on the label.",
)


def hits(*texts: str, cosines: Sequence[float] = ()) -> list[Hit]:
    return [
        Hit(
            Passage(
                "returns",
                n,
                PassageKind.BODY,
                "en",
                ("Returns", f"Part {n}") if n else ("Returns",),
                text,
                f"part-{n}" if n else None,
            ),
            cosine=cosines[n] if cosines else 0.0,
        )
        for n, text in enumerate(texts)
    ]


def answer(
    question: str,
    found: Sequence[Hit],
    *,
    chosen: str = "",
    rare: str = "",
    told: Sequence[Hit] = (),
) -> Answer:
    """`rare`: a word that weighs four times as much as the others. `told`: what was just read."""
    weights = dict.fromkeys(tokens(question, "en"), 1.0)
    weights |= dict.fromkeys(tokens(rare, "en"), 4.0) if rare else {}
    asked = Asked.of(
        question,
        weights=weights,
        locale="en",
        asked_in="en",
        chosen=chosen,
        told=frozenset(hit.passage.id for hit in told),
    )
    return extract(
        CARD,
        found,
        asked=asked,
        confidence=0.8,
        url_of=lambda card, passage: f"/help/{card.slug}#{passage.anchor}",
    )


passages = st.lists(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("\n\n".join),
    min_size=1,
    max_size=4,
).filter(lambda texts: quotable(hits(*texts)))


@given(passages, st.lists(st.floats(0, 1), min_size=4, max_size=4), st.sampled_from(
    ["How do I return an item?", "How long does a refund take?", "What does it cost?", "banana"]
))  # fmt: skip
def test_every_sentence_stands_in_the_article_and_cites_it(
    texts: list[str], cosines: list[float], question: str
) -> None:
    found = hits(*texts, cosines=cosines)
    given_answer = answer(question, found)
    article = " ".join(" ".join(texts).split())
    headings = {f"**{hit.passage.heading_path[-1]}**" for hit in found}
    assert given_answer.sentences
    for sentence in given_answer.sentences:
        heading, _, rest = sentence.text.partition("\n\n")
        own = rest if heading in headings else sentence.text
        assert " ".join(own.split()) in article
        assert sentence.citations
        assert set(sentence.citations) <= {citation.n for citation in given_answer.citations}
    for citation in given_answer.citations:
        assert citation.article_id == "returns"
        assert citation.passage_id in {hit.passage.id for hit in found}
        assert citation.quote
    assert [citation.n for citation in given_answer.citations] == list(
        range(1, len(given_answer.citations) + 1)
    )


@given(passages)
def test_lists_and_tables_are_sent_whole_or_not_at_all(texts: list[str]) -> None:
    text = answer("How do I return an item?", hits(*texts)).text
    for start, whole in (("1. Print", PIECES[2]), ("| place", PIECES[3]), ("1. Step", STEPS)):
        if start in text:
            assert whole in text


def test_a_long_text_is_cut_around_what_answers() -> None:
    filler = "Nothing of interest stands in this sentence of the article. " * 30
    text = answer("kettle warranty", hits(f"{filler}The kettle warranty is good. {filler}")).text
    assert "The kettle warranty is good." in text
    assert len(text.split()) <= 1.5 * MOST_WORDS


def test_who_asks_how_gets_the_steps_as_well() -> None:
    steps = "1. Print the label to return the item.\n2. Drop it."
    found = hits("You can return an item in 30 days.", steps, cosines=[0.6, 0.6])
    assert steps in answer("How can I return an item?", found).text


def test_the_first_source_is_the_section_that_answers() -> None:
    found = hits("About returns.", "The fee of a return is 5 euros.", cosines=[0.1, 0.9])
    assert answer("return fee", found).citations[0].url == "/help/returns#part-1"


def test_two_sections_that_come_equally_near_are_both_sent_unless_they_are_long_together() -> None:
    short, other = "Express delivery costs 9 euros.", "Delivery abroad costs 14 euros."
    opening = "About Larkfield."
    both = answer("what does delivery cost", hits(opening, short, other, cosines=[0.1, 0.6, 0.58]))
    assert short in both.text
    assert other in both.text
    assert [citation.n for citation in both.citations] == [1, 2]
    far = answer("what does delivery cost", hits(opening, short, other, cosines=[0.1, 0.6, 0.4]))
    assert other not in far.text
    long = f"{other} {'More words of no interest stand here. ' * 25}"
    alone = answer("what does delivery cost", hits(opening, short, long, cosines=[0.1, 0.6, 0.58]))
    assert other not in alone.text


def test_an_opening_that_was_just_read_has_no_head_start() -> None:
    """Read in a chat: after "can I pick it up at a shop", "can my neighbour" got the opening of
    that article once more, and then its answer."""
    opening, other = "A return takes 30 days.", "A neighbour may return it for you."
    found = hits(opening, other, cosines=[0.6, 0.7])
    assert answer("return", found).text.startswith(opening)
    assert opening not in answer("return", found, told=found[:1]).text
    far = hits(opening, other, cosines=[0.65, 0.6])
    assert answer("return", far, told=far[:1]).text == opening


def test_of_several_lists_of_steps_those_are_sent_that_come_nearest() -> None:
    """Read in a chat: how to cancel a plan was answered with the steps to change it, which stand
    before those in the article."""
    opening = "Change or cancel a plan at any time."
    change, cancel = "1. Press Change under the plan.", "1. Press Cancel under the plan."
    found = hits(opening, change, cancel, cosines=[0.6, 0.75, 0.5])
    told = answer("How do I cancel a plan?", found).text
    assert cancel in told
    assert change not in told


def test_what_was_just_read_is_not_sent_again_beside_what_answers() -> None:
    """Read in a chat: "i dont get the email" was answered with the steps of before and that."""
    opening, steps, missing = "Reset it here.", "1. Ask for the mail.", "The mail may be in spam."
    found = hits(opening, steps, missing, cosines=[0.5, 0.59, 0.6])
    assert steps in answer("no mail", found).text
    assert answer("no mail", found, told=found[:2]).text.endswith(missing)
    assert steps not in answer("no mail", found, told=found[:2]).text
    assert missing in answer("no mail", found, told=found).text


def test_who_asks_how_once_more_gets_the_steps_once_more() -> None:
    opening, steps = "Cancel a plan at any time.", "1. Press Cancel under the plan."
    found = hits(opening, steps, cosines=[0.6, 0.5])
    assert steps in answer("How do I cancel a plan?", found, told=found).text


def test_steps_that_were_split_between_passages_are_all_sent() -> None:
    """Read in a chat: how to import data began with step 3."""
    found = hits("About imports.", "1. Open it.\n\n2. Sign in.", "3. Import the data.", "Notes.")
    same = replace(found[2].passage, heading_path=found[1].passage.heading_path)
    found[2] = replace(found[2], passage=same)
    sent = answer("how do I import the data", found)
    assert "1. Open it.\n\n2. Sign in.\n\n3. Import the data." in sent.text
    assert sent.citations[0].passage_id == same.id


def test_of_the_opening_only_what_is_about_all_of_it_goes_before_another_section() -> None:
    opening = "How to install the app on Windows or Linux.\n\n## Windows\n\n1. Run the installer."
    found = hits(opening, "Install the app on Linux: unpack.", cosines=(0.8, 0.88))
    sent = answer("install the app on linux", found)
    assert [sentence.text for sentence in sent.sentences] == [
        "How to install the app on Windows or Linux.",
        "**Part 1**\n\nInstall the app on Linux: unpack.",
    ]


def test_the_opening_answers_its_title_unless_a_section_holds_more_of_the_question() -> None:
    found = hits("A return costs 5 euros.", "From Spain it is 9 euros.", cosines=[0.6, 0.6])
    assert answer("what do returns cost", found).citations[0].url == "/help/returns#None"
    assert answer("returns from spain", found).citations[0].url == "/help/returns#part-1"


def test_what_there_is_not_answers_who_names_it_and_nobody_else() -> None:
    served = "We deliver to France and Belgium, and nobody pays duties at the door. " * 12
    left_out = "These items come to no place in Spain or in other countries by boat. " * 12
    there, not_there = hits(served, left_out, cosines=(0.4, 0.4))
    heading = ("Returns", "Countries we do not deliver to")
    not_there = replace(not_there, passage=replace(not_there.passage, heading_path=heading))
    found = [there, not_there]
    assert "in Spain" in answer("Do you deliver to Spain?", found, rare="Spain").text
    for incidental in ("Do you deliver?", "Which items do you deliver?"):
        assert "We deliver to France" in answer(incidental, found).text
        assert "Spain" not in answer(incidental, found).text


def test_a_title_that_was_pressed_tells_what_is_wanted_where_the_question_does_not() -> None:
    found = hits(
        "Your password opens your account. " * 25,
        "1. Open the password page.\n2. Choose **Forgotten**." + "\n3. Wait." * 40,
        "The password mail comes within an hour. " * 20,
        cosines=(0.5, 0.47, 0.4),
    )
    pressed = answer("my password is wrong", found, chosen="How do I reset my password?").text
    assert "1. Open the password page." in pressed
    assert "1. Open the password page." not in answer("my password is wrong", found).text


def test_who_wrote_a_word_and_chose_a_topic_reads_its_opening() -> None:
    found = hits(
        "We mend what is broken. " * 20, "The parcel is brought. " * 20, cosines=(0.2, 0.7)
    )
    assert "We mend" in answer("parcel", found, chosen="Repairs").text
    assert "We mend" not in answer("parcel", found).text


@pytest.mark.parametrize("text", ["", "---", "# Only a heading", "[a]: https://x.example", "![]()"])
def test_what_holds_nothing_to_read_is_not_quoted(text: str) -> None:
    assert quotable(hits(text)) == []


def test_phrasings_are_never_quoted() -> None:
    phrasing = Passage("returns", 1, PassageKind.PHRASING, "en", ("Returns",), "Send it back?")
    assert quotable([Hit(phrasing)]) == []
    body = hits("Send it in.")
    read = quotable([*body, Hit(phrasing, cosine=1.0)])
    assert answer("send it back?", read).text == "Send it in."


def test_of_steps_the_first_is_quoted_and_not_its_number() -> None:
    steps = answer("send back", hits("1. Print the label.\n2. Send it in."))
    assert steps.citations[0].quote == "Print the label."


def test_the_quote_is_plain_and_short() -> None:
    text = "**Send** [it](https://x.example) back. " + "And so on. " * 200
    quote = answer("send back", hits(text)).citations[0].quote
    assert plain_text(quote) == quote
    assert len(quote) <= 300


def test_links_are_resolved_in_what_is_sent() -> None:
    found = hits("See [terms](terms.md).")
    given_answer = extract(
        CARD,
        found,
        asked=Asked.of("terms", weights={"term": 1.0}, locale="en", asked_in="en"),
        confidence=0.8,
        url_of=lambda card, passage: "",
        link=lambda markdown: markdown.replace("terms.md", "/help/en/terms"),
    )
    assert given_answer.text == "See [terms](/help/en/terms)."
    assert all(block.kind == "text" for block in blocks(given_answer.text))
