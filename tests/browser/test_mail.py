"""Who left gets the reply by mail and comes back by its link; leads see what leaves, and how."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints
from tests.browser.conftest import PATIENCE_MS, mail_to, take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, Customer
from tests.browser.test_accessibility import FITS
from tests.browser.test_console import DEVICES
from tests.hook_server import Hook, hook_server
from tests.smtp_server import Inbox

pytestmark = pytest.mark.browser

ASKED = {
    "en": "Can you engrave a lamp for my aunt?",
    "fr": "Pouvez-vous graver une lampe pour ma tante ?",
}
SUBJECT = {"en": "A reply to your question", "fr": "Une réponse à votre question"}


MAY = {
    "en": ["Continue on another device", "Download this conversation"],
    "fr": ["Continuer sur un autre appareil", "Télécharger cette"],
}
"""Whoever has the mail: neither see the customer's other conversations nor delete their data."""


@IN_BOTH_LANGUAGES
def test_a_reply_reaches_who_left_and_they_come_back_by_its_link(
    new_customer: Callable[..., Customer],
    new_agent: Callable[..., Agent],
    post: Inbox,
    locale: str,
) -> None:
    customer, address = new_customer(), f"aunt-{locale}@customer.example"
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(ASKED[locale])
    customer.calls_a_person()
    customer.leaves_email(address)
    expect(customer.messages("system").last).to_contain_text(address)
    case = customer.case_in_the_console()
    customer.page.close()

    noor = new_agent("noor")
    noor.page.goto(case)
    noor.answers("Yes, up to **20 letters**.")
    letter = mail_to(address, post)
    assert (letter.subject, letter.locale) == (SUBJECT[locale], locale)
    assert "<strong>20 letters</strong>" in letter.html

    phone = new_customer(width=380, height=740)
    (link,) = set(re.findall(r"http://\S+#resume=\S+", letter.text))
    phone.page.goto(link)
    expect(phone.page.locator(".message.agent")).to_contain_text("20 letters")
    expect(phone.page.locator(".message.customer")).to_contain_text(ASKED[locale])
    phone.page.locator("#composer textarea").fill("Aunt May!")
    phone.page.locator("#composer textarea").press("Enter")
    expect(noor.thread).to_contain_text("Aunt May!")
    noor.answers("Done.")
    expect(phone.page.locator(".message.agent").last).to_contain_text("Done.")
    assert len([each for each in post.letters if each.to == address]) == 1
    phone.page.locator("#menu").click()
    rows = phone.page.locator("#panel ul.rows button")
    expect(rows).to_contain_text(MAY[locale])
    take_picture(phone.page, f"mail-menu-{locale}")

    reader = new_customer(width=640, height=480).page
    reader.set_content(letter.html)
    take_picture(reader, f"mail-{locale}")
    assert complaints(reader) == []


def test_agents_are_told_who_waits_and_systems_too(
    customer: Customer, new_agent: Callable[..., Agent], post: Inbox
) -> None:
    lea = new_agent("lea").page
    lea.goto("/console/account")
    lea.get_by_label("waits for a person").check()
    lea.locator("form[action$=notices] button").click()
    expect(lea.get_by_role("status")).to_be_visible()
    with hook_server() as hook:
        lea.goto("/console/webhooks")
        lea.get_by_label("Address").fill(f"{hook.url}/services/T0/B0/secretsecret")
        lea.get_by_role("button", name="Add", exact=True).click()
        secret = lea.locator("code.secret").inner_text()
        assert secret.startswith("whsec_")
        take_picture(lea, "webhook-secret", whole=True)
        customer.visits_the_shop()
        customer.opens_help()
        customer.asks("Do you sell stamps in Bruges?")
        customer.calls_a_person()
        case = customer.case_in_the_console()
        letter = mail_to("lea@larkfield.example", post)
        assert case in letter.text
        assert "Bruges" not in letter.text
        is_posted(hook, "conversation.waiting")
        lea.goto("/console/webhooks")
        assert secret not in lea.content()
        deletes = lea.get_by_role("button", name="Delete")
        while left := deletes.count():
            deletes.first.click()
            expect(deletes).to_have_count(left - 1)
    lea.goto("/console/account")
    lea.get_by_label("waits for a person").uncheck()
    lea.locator("form[action$=notices] button").click()
    expect(lea.get_by_role("status")).to_be_visible()


def is_posted(hook: Hook, kind: str) -> None:
    """Sooner or later: each message leaves by itself, and none waits for the mail of the same."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while kind not in {json.loads(body)["type"] for _, body, _ in hook.posted}:
        assert time.monotonic() < deadline, f"nothing of {kind} was posted"
        time.sleep(0.1)


@DEVICES
def test_axe_finds_nothing_where_what_leaves_is_set(
    new_agent: Callable[..., Agent], device: dict[str, Any]
) -> None:
    page = new_agent("lea", **device).page
    with hook_server() as hook:
        page.goto("/console/webhooks")
        page.locator("#url").fill(f"{hook.url}/services/T0/B0/{device.get('width')}")
        page.locator("form.team button").click()
        expect(page.locator("code.secret")).to_be_visible()
        name = f"{device['width']}-{device.get('color_scheme', device.get('locale', ''))}"
        for path in ("/webhooks", "/deliveries", "/account", "/team"):
            page.goto(f"/console{path}")
            assert complaints(page) == [], path
            assert page.evaluate(FITS), path
            take_picture(page, f"console{path}-{name}", whole=True)
        page.goto("/console/webhooks")
        drops = page.locator("form[action$=drop] button")
        left = drops.count()
        drops.first.click()
        # Done, before the browser goes and takes back what it has asked for.
        expect(drops).to_have_count(left - 1)
