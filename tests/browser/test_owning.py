"""The customer owns the thread: it is found again, taken elsewhere, downloaded, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from playwright.sync_api import expect

from tests.browser.axe import complaints_in_all_looks
from tests.browser.conftest import IDENTITY_SECRET, Watch
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, WORDS, Customer

pytestmark = pytest.mark.browser


def signed(subject: str, name: str) -> str:
    expiry = datetime.now(UTC) + timedelta(minutes=5)
    return jwt.encode({"sub": subject, "name": name, "exp": expiry}, IDENTITY_SECRET)


@pytest.mark.parametrize(
    ("locale", "elsewhere", "question", "used"),
    [
        (
            "en",
            "Continue on another device",
            "How do I reset my password?",
            "This link no longer works",
        ),
        (
            "fr",
            "Continuer sur un autre appareil",
            "Comment réinitialiser mon mot de passe ?",
            "Ce lien ne fonctionne plus",
        ),
    ],
)
def test_a_link_takes_the_conversation_to_another_device_once(
    new_customer: Callable[..., Customer],
    watch: Watch,
    locale: str,
    elsewhere: str,
    question: str,
    used: str,
) -> None:
    watch.expected.append("Failed to load resource")
    customer, phone = new_customer(), new_customer(width=380, height=740)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(question)
    customer.opens_the_menu()
    customer.panel.get_by_role("button", name=elsewhere).click()
    link = customer.panel.get_by_role("textbox").input_value()
    phone.page.goto(link)
    expect(phone.page.locator(".message.customer")).to_contain_text(question)
    assert "resume" not in phone.page.url
    stranger = new_customer()
    stranger.page.goto(link)
    expect(stranger.page.locator(".message.system")).to_contain_text(used)
    # A page of its own, wide as it is, has lines that can be read.
    column = stranger.page.locator("main").bounding_box()
    assert column is not None
    assert column["width"] <= 760
    stranger.page.get_by_role("button", name=WORDS[locale].anew).click()
    expect(stranger.page.locator(".message.assistant")).to_have_count(1)
    expect(stranger.page.locator(".message.customer")).to_have_count(0)


ASKED_FIRST = {
    "en": ("Continue this conversation here?", "Continue it here", "Not here"),
    "fr": ("Continuer cette conversation ici ?", "La continuer ici", "Pas ici"),
}


@IN_BOTH_LANGUAGES
def test_a_link_takes_nothing_from_who_has_conversations_here_and_asks_first(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    owner, other = new_customer(), new_customer(width=380, height=740)
    owner.visits_the_shop(locale)
    owner.opens_help()
    owner.asks(PASSWORD[locale])
    link = owner.inside("JSON.parse(localStorage['help-assistant'])")
    made = owner.page.request.post(
        f"/api/v1/conversations/{link['id']}/link",
        headers={"Authorization": f"Bearer {link['token']}"},
        data={},
    )
    other.visits_the_shop(locale)
    other.opens_help()
    other.asks({"en": "How long does delivery take?", "fr": "Quel est le délai ?"}[locale])
    kept = other.page.evaluate("localStorage['help-assistant']")
    question, yes, no = ASKED_FIRST[locale]
    address = made.json()["url"]

    other.page.goto(address)
    expect(other.page.locator(".message.system")).to_contain_text(question)
    expect(other.page.get_by_role("button", name=yes)).to_be_focused()
    assert complaints_in_all_looks(other) == {}
    other.page.get_by_role("button", name=no).click()
    expect(other.page.locator(".message.customer")).to_have_count(1)
    expect(other.page.locator(".message.customer")).not_to_contain_text(PASSWORD[locale])
    expect(other.page.locator("#composer")).to_be_visible()
    assert other.page.evaluate("localStorage['help-assistant']") == kept

    other.page.goto("about:blank")
    other.page.goto(address)
    other.page.get_by_role("button", name=yes).click()
    expect(other.page.locator(".message.customer")).to_contain_text(PASSWORD[locale])
    assert other.page.evaluate("localStorage['help-assistant']") == kept
    other.reloads()
    expect(other.page.locator(".message.customer")).to_contain_text(PASSWORD[locale])
    tab = other.page.context.new_page()
    tab.goto(f"/widget?locale={locale}")
    expect(tab.locator(".message.customer")).to_have_count(1)
    expect(tab.locator(".message.customer")).not_to_contain_text(PASSWORD[locale])


@IN_BOTH_LANGUAGES
def test_the_conversation_is_downloaded_with_its_sources(
    customer: Customer, tmp_path: Path, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.opens_the_menu()
    with customer.page.expect_download() as download:
        customer.panel.get_by_role(
            "button", name={"en": "Download", "fr": "Télécharger"}[locale]
        ).click()
    file = tmp_path / "conversation.txt"
    download.value.save_as(file)
    text = file.read_text()
    assert PASSWORD[locale] in text
    assert "30 minutes" in text
    assert f"/help/{locale}/" in text


@IN_BOTH_LANGUAGES
def test_who_deletes_their_data_leaves_nothing_in_the_browser_either(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    kept = customer.inside("JSON.parse(localStorage['help-assistant'])")
    customer.deletes_their_data()
    expect(customer.messages("customer")).to_have_count(0)
    expect(customer.messages("assistant")).to_have_count(1)
    said = {"en": "Everything has been deleted.", "fr": "Tout a été supprimé."}
    expect(customer.messages("system")).to_contain_text(said[locale])
    assert customer.inside("JSON.parse(localStorage['help-assistant']).id") != kept["id"]
    read = customer.page.request.get(
        f"/api/v1/conversations/{kept['id']}", headers={"Authorization": f"Bearer {kept['token']}"}
    )
    assert read.status == 404


HELLO = {"en": "Hello{}!", "fr": "Bonjour{} !"}


@IN_BOTH_LANGUAGES
def test_who_signs_in_is_greeted_by_name_and_who_signs_out_leaves_nothing(
    new_customer: Callable[..., Customer], locale: str
) -> None:
    customer = new_customer()
    customer.visits_the_shop(locale)
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed(f"anna-{locale}", "Anna"))
    assert customer.kept_by_the_browser() == []
    customer.opens_help()
    expect(customer.messages("assistant").first).to_contain_text(HELLO[locale].format(" Anna"))
    customer.asks(PASSWORD[locale])
    laptop = new_customer()
    laptop.visits_the_shop(locale)
    laptop.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed(f"anna-{locale}", "Anna"))
    laptop.opens_help()
    laptop.opens_the_menu()
    expect(laptop.panel).to_contain_text(PASSWORD[locale])
    customer.page.evaluate("HelpAssistant.identify(null)")
    expect(customer.messages("customer")).to_have_count(0)
    expect(customer.messages("assistant").first).to_contain_text(HELLO[locale].format(""))


@IN_BOTH_LANGUAGES
def test_nobody_signed_in_keeps_what_nobody_signed_in_asked(
    customer: Customer, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.page.evaluate("HelpAssistant.identify(null)")
    expect(customer.messages("customer")).to_have_count(1)
    customer.reloads()
    customer.page.evaluate("HelpAssistant.identify(null)")
    expect(customer.messages("customer")).to_contain_text(PASSWORD[locale])
    customer.asks(PASSWORD[locale])
    expect(customer.messages("customer")).to_have_count(2)


@IN_BOTH_LANGUAGES
def test_the_next_person_at_the_same_browser_sees_nothing_of_the_one_before(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    customer.visits_the_shop(locale)
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed(f"anna-2-{locale}", "Anna"))
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.reloads()
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed(f"ben-2-{locale}", "Ben"))
    expect(customer.messages("assistant").first).to_contain_text(HELLO[locale].format(" Ben"))
    expect(customer.messages("customer")).to_have_count(0)


@IN_BOTH_LANGUAGES
def test_whoever_follows_at_the_same_browser_gets_no_unsent_word_of_the_one_before(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    posted: list[str] = []
    customer.page.on("request", lambda request: posted.append(request.post_data or ""))
    customer.visits_the_shop(locale)
    customer.page.evaluate(
        "jwt => HelpAssistant.identify(jwt)", signed(f"alice-3-{locale}", "Alice")
    )
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.abort(), times=1)
    customer.box.fill("My secret question")
    customer.box.press("Enter")
    expect(customer.frame.locator(".failure")).to_be_visible()
    customer.box.fill("A draft of Alice's")
    posted.clear()
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed(f"bob-3-{locale}", "Bob"))
    expect(customer.messages("assistant")).to_contain_text([HELLO[locale].format(" Bob")])
    expect(customer.messages("customer")).to_have_count(0)
    expect(customer.box).to_have_value("")
    customer.asks(PASSWORD[locale])
    expect(customer.messages("customer")).to_have_count(1)
    assert not [body for body in posted if "secret" in body]


@IN_BOTH_LANGUAGES
def test_a_change_of_who_it_is_while_closed_leaves_nothing_to_be_opened(
    customer: Customer, locale: str
) -> None:
    customer.visits_the_shop(locale)
    customer.page.evaluate(
        "jwt => HelpAssistant.identify(jwt)", signed(f"alice-4-{locale}", "Alice")
    )
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    customer.launcher_while_open.click()
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed(f"bob-4-{locale}", "Bob"))
    customer.launcher.click()
    expect(customer.messages("assistant")).to_contain_text([HELLO[locale].format(" Bob")])
    expect(customer.messages("customer")).to_have_count(0)


def test_who_signs_out_while_help_is_closed_is_waited_for_no_more(customer: Customer) -> None:
    customer.visits_the_shop()
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed("alice-6", "Alice"))
    customer.page.evaluate(
        "void HelpAssistant.on('status', ({status}) => (document.title = status))"
    )
    customer.opens_help()
    customer.calls_a_person()
    customer.launcher_while_open.click()
    expect(customer.page).to_have_title("waiting")
    customer.page.evaluate("HelpAssistant.identify(null)")
    expect(customer.page).to_have_title("with_assistant")
    customer.reloads()
    expect(customer.launcher).to_be_visible()
    expect(customer.page.locator("iframe")).to_have_count(0)


def test_who_is_identified_anew_on_each_page_keeps_what_could_not_be_sent(
    customer: Customer, watch: Watch
) -> None:
    watch.expected.append("Failed to load resource")
    customer.visits_the_shop()
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed("alice-5", "Alice"))
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.abort(), times=1)
    customer.box.fill("How do I reset my password?")
    customer.box.press("Enter")
    expect(customer.frame.locator(".failure")).to_be_visible()
    customer.page.evaluate("jwt => HelpAssistant.identify(jwt)", signed("alice-5", "Alice"))
    expect(customer.last_reply).to_contain_text("30 minutes")
    expect(customer.messages("customer")).to_have_count(1)
