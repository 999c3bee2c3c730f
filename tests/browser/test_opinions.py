"""Customers say whether it helped, why not, and how it was, asked at a fitting moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints_in_all_looks
from tests.browser.conftest import take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.held import Held
from tests.browser.test_accessibility import TOO_SMALL

pytestmark = pytest.mark.browser


ONE_CONVERSATION = re.compile("/conversations/c-[^/]+$")


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
    # A page that is left takes back what it has asked for and nobody has answered yet.
    with customer.page.expect_response("**/feedback"):
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
    assert complaints_in_all_looks(customer) == {}
    with customer.page.expect_request("**/survey") as told:
        survey.get_by_role("button", name=said.send).click()
    assert told.value.post_data_json == {"useful": 5, "comment": "Quick and clear."}
    expect(survey).to_contain_text(said.end)
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(3)
    with customer.page.expect_response(ONE_CONVERSATION):
        customer.asks(said.thanks)
    expect(customer.frame.locator("#survey")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "title", "effort", "needs"),
    [
        ("en", "How did we do?", "made it easy for me", ("useful", "easy", "pleasant")),
        ("fr", "Comment cela", "m’a facilité la tâche", ("utile", "facile", "agréable")),
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
    customer.inside("void (navigator.clipboard.writeText = () => Promise.reject())")
    customer.button(copy).click()
    refused = {"en": "your browser refused", "fr": "votre navigateur a refusé"}
    expect(customer.last_reply.locator(".after")).to_contain_text(refused[locale])


class Relationship(NamedTuple):
    asked: str
    why: str
    never: str


RELATIONSHIP = {
    "en": Relationship("recommend us", "main reason", "Don’t ask me this again"),
    "fr": Relationship("Recommanderiez-vous", "quelle raison", "Ne plus me poser cette question"),
}


def is_asked_to_recommend(customer: Customer, locale: str) -> Locator:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    # Who is of it is decided by a lot that no story can draw; all else is as it is.
    customer.page.route(ONE_CONVERSATION, is_of_the_sample)
    customer.asks(SURVEY[locale].thanks)
    survey = customer.frame.locator("#survey")
    expect(survey).to_contain_text(RELATIONSHIP[locale].asked)
    return survey


@IN_BOTH_LANGUAGES
def test_who_is_of_the_sample_is_asked_whether_they_would_recommend_us(
    customer: Customer, locale: str
) -> None:
    customer.page.set_viewport_size({"width": 380, "height": 760})
    survey, words = is_asked_to_recommend(customer, locale), SURVEY[locale]
    for width in (320, 380):
        customer.page.set_viewport_size({"width": width, "height": 760})
        assert survey.evaluate("element => element.scrollWidth <= element.clientWidth")
        assert customer.inside(f"({TOO_SMALL})()") == []
        take_picture(customer.page, f"recommend-{width}-{locale}")
    assert complaints_in_all_looks(customer) == {}
    with customer.page.expect_request("**/survey") as told:
        survey.get_by_role("button", name=re.compile(f"^0 {words.of} 10")).click()
    assert told.value.post_data_json == {"nps": 0}
    survey.get_by_role("textbox", name=RELATIONSHIP[locale].why).fill("Slow.")
    assert complaints_in_all_looks(customer) == {}
    with customer.page.expect_response("**/survey") as said:
        survey.get_by_role("button", name=words.send).click()
    assert said.value.request.post_data_json == {"nps": 0, "comment": "Slow."}
    assert said.value.status == 204
    customer.asks(words.thanks)
    expect(survey).to_have_count(1)
    expect(survey).to_contain_text(words.end)


@IN_BOTH_LANGUAGES
def test_who_wants_never_to_be_asked_says_so_once(customer: Customer, locale: str) -> None:
    survey = is_asked_to_recommend(customer, locale)
    with customer.page.expect_response("**/relationship/declined") as declined:
        survey.get_by_role("button", name=RELATIONSHIP[locale].never).click()
    assert declined.value.status == 204
    expect(survey).to_have_count(0)


def is_of_the_sample(route: Route) -> None:
    response = route.fetch()
    route.fulfill(response=response, json=response.json() | {"relationship_due": True})


def test_after_a_silence_only_who_is_there_and_writes_nothing_is_asked(customer: Customer) -> None:
    # An experiment sets how long, and on whom it is tried: a lot that no story can draw.
    customer.page.route(re.compile("/widget\\?"), asks_after_silence)
    customer.visits_the_shop()
    customer.opens_help()
    asked: list[str] = []
    customer.page.on("request", lambda request: asked.append(request.url))
    falls_silent(customer, PASSWORD["en"], lambda: customer.box.fill("And what if"))
    delivery = "How long does delivery to Belgium take?"
    falls_silent(customer, delivery, customer.launcher_while_open.click)
    assert not [url for url in asked if url.endswith("/survey/asked")]
    customer.launcher.click()
    # Playwright may hear of a request later than of what the page shows at the same time.
    with customer.page.expect_request("**/survey/asked"):
        falls_silent(customer, "Can I send a gift back?", lambda: customer.box.fill(""))
    expect(customer.frame.locator("#survey .point")).to_have_count(5)
    assert len([url for url in asked if url.endswith("/survey/asked")]) == 1


def falls_silent(customer: Customer, question: str, act: Callable[[], None]) -> None:
    """An answer, what the customer does then, and a silence of a tenth of a second."""
    held = Held(customer.page, ONE_CONVERSATION, once=True)
    customer.asks(question)
    read = held.taken()
    act()
    response = read.fetch()
    read.fulfill(response=response, json=response.json() | {"survey_after": 0.1})
    customer.page.wait_for_timeout(400)


def asks_after_silence(route: Route) -> None:
    response = route.fetch()
    page = response.text().replace('"limits":{', '"limits":{"survey":true,')
    route.fulfill(response=response, body=page)
