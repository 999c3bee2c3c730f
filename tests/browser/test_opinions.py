"""Customers say whether it helped, why not, and how it was, asked at a fitting moment."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer

pytestmark = pytest.mark.browser


class Survey(NamedTuple):
    hello: str
    thanks: str
    title: str
    of: str
    send: str
    end: str


SURVEY = {
    "en": Survey("Hello", "Thank you", "How did we do?", "of", "Send", "Thank you for telling us"),
    "fr": Survey(
        "Bonjour", "Merci", "Comment cela s’est-il passé", "sur", "Envoyer", "de nous l’avoir dit"
    ),
}


@IN_BOTH_LANGUAGES
def test_an_answer_that_helped_says_so_after_a_reload_too(customer: Customer, locale: str) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    with customer.page.expect_response("**/feedback") as rated:
        customer.button(customer.words.helpful).click()
    assert rated.value.status == 204
    customer.reloads()
    expect(customer.button(customer.words.helpful)).to_have_attribute("aria-pressed", "true")


@IN_BOTH_LANGUAGES
def test_every_answer_asks_whether_it_helped_and_nothing_else_does(
    customer: Customer, locale: str
) -> None:
    nothing = {"en": "Zzyzx qwrtp?", "fr": "Zzyzx qwrtp ?"}
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(SURVEY[locale].hello)
    helpful = customer.last_reply.get_by_role("button", name=customer.words.helpful)
    expect(customer.button(customer.words.helpful)).to_have_count(0)
    for number, question in enumerate((PASSWORD[locale], nothing[locale]), start=1):
        customer.asks(question)
        expect(helpful).to_be_visible()
        expect(customer.button(customer.words.helpful)).to_have_count(number)
    expect(customer.sources()).to_have_count(0)
    helpful.click()
    customer.reloads()
    expect(customer.button(customer.words.helpful)).to_have_count(2)
    expect(helpful).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(
    ("locale", "question", "reason"),
    [
        ("en", "How do I reset my password?", "Something is missing"),
        ("fr", "Comment réinitialiser mon mot de passe ?", "Il manque quelque chose"),
    ],
)
def test_an_answer_that_did_not_help_is_asked_why_and_a_person_is_near(
    customer: Customer, locale: str, question: str, reason: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(question)
    customer.button(customer.words.unhelpful).click()
    why = customer.frame.locator(".why")
    with customer.page.expect_request("**/feedback") as rated:
        why.get_by_role("button", name=reason).click()
    assert rated.value.post_data_json == {"helpful": False, "reason": "incomplete"}
    why.get_by_role("button", name=customer.words.person).click()
    expect(customer.email_field).to_be_visible()


@IN_BOTH_LANGUAGES
def test_the_survey_comes_with_thanks_takes_one_tap_each_and_comes_once(
    customer: Customer, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    said = SURVEY[locale]
    customer.asks(said.hello)
    customer.asks(PASSWORD[locale])
    expect(customer.frame.locator("#survey")).to_have_count(0)
    customer.asks(said.thanks)
    survey = customer.frame.locator("#survey")
    expect(survey).to_contain_text(said.title)
    expect(customer.box).to_be_focused()
    with customer.page.expect_request("**/survey") as told:
        survey.get_by_role("button", name=f"4 {said.of} 5").click()
    assert told.value.post_data_json == {"csat": 4}
    with customer.page.expect_request("**/survey") as told:
        survey.get_by_role("button", name=f"6 {said.of} 7").click()
    assert told.value.post_data_json == {"ces": 6}
    survey.locator(".need").first.get_by_role("button", name=f"5 {said.of} 5").click()
    survey.get_by_role("textbox").fill("Quick and clear.")
    with customer.page.expect_request("**/survey") as told:
        survey.get_by_role("button", name=said.send).click()
    assert told.value.post_data_json == {"useful": 5, "comment": "Quick and clear."}
    expect(survey).to_contain_text(said.end)
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(3)
    with customer.page.expect_response(lambda response: "/conversations/c-" in response.url):
        customer.asks(said.thanks)
    expect(customer.frame.locator("#survey")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "title", "effort", "needs"),
    [
        ("en", "How did we do?", "easy to get", ("useful", "easy", "pleasant")),
        ("fr", "Comment cela", "facile d’obtenir", ("utile", "facile", "agréable")),
    ],
)
def test_each_scale_of_the_survey_has_a_name_of_its_own(
    customer: Customer, locale: str, title: str, effort: str, needs: tuple[str, ...]
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.asks(SURVEY[locale].thanks)
    survey = customer.frame.locator("#survey")
    survey.get_by_role("group", name=title).get_by_role("button").last.click()
    survey.get_by_role("group", name=effort).get_by_role("button").last.click()
    for need in needs:
        scale = survey.get_by_role("group", name=need)
        expect(scale).to_have_count(1)
        expect(scale.get_by_role("button")).to_have_count(5)


def test_a_survey_can_be_left_alone(customer: Customer) -> None:
    customer.visits_the_shop("fr")
    customer.opens_help()
    customer.asks("Comment réinitialiser mon mot de passe ?")
    customer.asks("Merci")
    survey = customer.frame.locator("#survey")
    survey.get_by_role("button", name="Pas maintenant").click()
    expect(survey).to_have_count(0)


@IN_BOTH_LANGUAGES
def test_after_a_persons_chat_it_is_asked_too(
    customer: Customer, agent: Agent, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("With pleasure.")
    expect(customer.messages("agent")).to_have_count(1)
    agent.resolves()
    survey = customer.frame.locator("#survey")
    expect(survey).to_contain_text(SURVEY[locale].title)
    of = SURVEY[locale].of
    for points in (5, 7):
        with customer.page.expect_request("**/survey") as told:
            survey.get_by_role("button", name=f"{points - 1} {of} {points}").click()
        assert told.value.post_data_json == {"csat" if points == 5 else "ces": points - 1}


@IN_BOTH_LANGUAGES
def test_an_answer_is_copied(customer: Customer, locale: str) -> None:
    customer.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    copy, copied = {"en": ("Copy", "Copied"), "fr": ("Copier", "Copié")}[locale]
    customer.button(copy).click()
    expect(customer.last_reply.locator(".after")).to_contain_text(copied)
    assert "30 minutes" in customer.page.evaluate("navigator.clipboard.readText()")
