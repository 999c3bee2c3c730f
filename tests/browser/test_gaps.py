"""The whole loop: what a customer asks in vain becomes an article, and the next one is answered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import mail_to, take_picture
from tests.browser.customer import Customer
from tests.server.test_process import on_this_machine
from tests.smtp_server import Inbox

pytestmark = pytest.mark.browser

QUESTION = "Do you tune pianos?"
ADDRESS = "pianist@customer.example"
ANSWER = "We tune pianos at your home in Lyon for 90 euros."


def test_a_question_in_vain_becomes_an_article_that_answers_it(
    new_customer: Callable[..., Customer], new_agent: Callable[..., Agent], post: Inbox
) -> None:
    customer = new_customer()
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks(QUESTION)
    customer.calls_a_person()
    customer.leaves_email(ADDRESS)
    expect(customer.messages("system").last).to_contain_text(ADDRESS)
    camille = new_agent("camille")
    camille.opens_the_case(QUESTION)
    camille.answers(f"Hello, {ANSWER} Call me on +33 6 12 34 56 78. Kind regards, Camille")
    expect(camille.thread).to_contain_text(ANSWER)
    camille.resolves()
    expect(camille.status).to_contain_text("Resolved")

    page = new_agent("wim").page
    opens_the_gap(page)
    expect(page.get_by_text("A person was called").first).to_be_visible()
    assert complaints(page) == []
    take_picture(page, "gap", whole=True)
    page.get_by_role("button", name="Draft an article from this").click()
    text = page.get_by_label("Text", exact=True)
    expect(text).to_have_value(f"{ANSWER} Call me on […].")
    text.fill(ANSWER)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()

    checks_the_impact(page)
    other = new_customer()
    other.visits_the_shop()
    other.opens_help()
    other.asks("Hello")
    other.box.fill(QUESTION)
    page.locator(".trail a").click()
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_text("Saved and sent for review.")).to_be_visible()
    lead = new_agent("lea").page
    approves(lead)
    assert other.sends_until_told("90 euros") < on_this_machine(1)
    expect(other.sources().first).to_contain_text(QUESTION)

    customer.page.close()
    is_done(page)
    tells_who_asked(lead)
    is_told_by_mail(new_customer, post)


def approves(page: Page) -> None:
    """As somebody else than who wrote it."""
    page.goto("/console/articles?shelf=in_review")
    page.get_by_role("link", name=QUESTION).click()
    page.get_by_role("button", name="Approve and publish", exact=True).click()
    expect(page.get_by_text("the assistant answers from it now")).to_be_visible()


def tells_who_asked(page: Page) -> None:
    """By one click, and once."""
    opens_what_is_done(page)
    expect(page.get_by_text("1 can be told: they left an address")).to_be_visible()
    page.get_by_role("button", name="Tell the customer who asked").click()
    expect(page.get_by_text("1 customer was told just now.")).to_be_visible()
    expect(page.get_by_role("button", name="Tell the customer who asked")).to_have_count(0)
    assert complaints(page) == []
    take_picture(page, "gap-told", whole=True)


def is_told_by_mail(new_customer: Callable[..., Customer], post: Inbox) -> None:
    """After the person's own reply; its link opens the conversation, where it stands too."""
    letter = mail_to(ADDRESS, post, subject="Your question has an answer now")
    assert "90 euros" in letter.text
    (link,) = set(re.findall(r"http://\S+#resume=\S+", letter.text))
    phone = new_customer(width=380, height=740).page
    phone.goto(link)
    told = phone.locator(".message.assistant").last
    expect(told).to_contain_text("Now it has one:")
    expect(told).to_contain_text("90 euros")
    expect(told.locator(".sources").get_by_role("link").first).to_contain_text(QUESTION)
    take_picture(phone, "gap-told-thread")
    reader = new_customer(width=640, height=480).page
    reader.set_content(letter.html)
    take_picture(reader, "gap-told-mail")


def opens_the_gap(page: Page) -> None:
    page.goto("/console/gaps")
    page.locator(".case", has_text="pianos").first.click()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()


def checks_the_impact(page: Page) -> None:
    page.get_by_role("link", name="Does it help?").click()
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("fixed: answered with the article").first).to_be_visible(
        timeout=120_000
    )
    assert complaints(page) == []
    take_picture(page, "impact", whole=True)


def is_done(page: Page) -> None:
    opens_what_is_done(page)
    expect(page.locator(".status")).to_contain_text("Done")
    expect(page.get_by_text("are answered.")).to_be_visible()


def opens_what_is_done(page: Page) -> None:
    """The server looks every quarter of a minute whether something was published."""
    shown = page.locator(".case", has_text="pianos").first
    for _ in range(60):
        page.goto("/console/gaps?state=done")
        if shown.count():
            break
        page.wait_for_timeout(450)
    shown.click()


def test_what_is_given_word_for_word_is_given_at_the_next_question(
    new_customer: Callable[..., Customer], new_agent: Callable[..., Agent]
) -> None:
    page = new_agent("wim").page
    page.goto("/console/playground?q=Is+the+phone+line+broken&language=en")
    page.get_by_role("link", name="Answer this word for word").click()
    answer = page.get_by_label("Answer", exact=True).last
    # The link leads to it, once the page has loaded: what is written before may land elsewhere.
    expect(answer).to_be_focused()
    answer.fill("Our line is down until *six*; write here.")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("given from the next question on")).to_be_visible()
    expect(page.get_by_text("given 0 times")).to_be_visible()

    customer = new_customer()
    customer.visits_the_shop()
    customer.opens_help()
    customer.asks("is the phone line broken?")
    expect(customer.last_reply).to_contain_text("Our line is down until six; write here.")

    page.reload()
    expect(page.get_by_text("given once")).to_be_visible()
    assert complaints(page) == []
    take_picture(page, "word-for-word", whole=True)
    page.locator("article.card summary").first.click()
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_text("Nothing is answered word for word yet")).to_be_visible()


@pytest.mark.parametrize(("width", "locale"), [(1280, "en"), (380, "fr")])
def test_the_pages_of_writers_can_be_read_by_everybody(
    new_agent: Callable[..., Agent], width: int, locale: str
) -> None:
    page = new_agent("wim", width=width).page
    asked = "/console/playground?q=Where+is+my+parcel&language=en"
    articles = "/console/articles"
    own = (f"{articles}/home?", f"{articles}/care?", f"{articles}/clashes?", "/console/curated?")
    for path in ("/console/gaps?state=open", "/console/gaps?state=done", asked, *own):
        page.goto(f"{path}&locale={locale}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        take_picture(page, f"writers-{path.split('?')[0]}-{width}", whole=True)
