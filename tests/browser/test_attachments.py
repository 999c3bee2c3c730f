"""A customer shows a person what words cannot: an image or a PDF, and nothing else."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints_inside
from tests.browser.conftest import Watch, take_picture
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, Customer
from tests.browser.test_accessibility import DEVICES
from tests.browser.test_bad_network import LOST_SAID

pytestmark = pytest.mark.browser

PDF = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
ATTACH = {
    "en": "Attach an image or a PDF, up to 10 MB",
    "fr": "Joindre une image ou un PDF, jusqu’à 10 Mo",
}


def png(width: int = 320, height: int = 200) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = b"".join(b"\0" + bytes((40, 120, 95)) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )  # fmt: skip


def file(name: str, kind: str, content: bytes) -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


LABEL = file("étiquette.png", "image/png", png())
BILL = file("facture.pdf", "application/pdf", PDF)


def waits(customer: Customer, locale: str = "en") -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.calls_a_person()


def attaches(customer: Customer, *files: Any) -> None:
    with customer.page.expect_file_chooser() as chooser:
        customer.frame.locator("#attach").click()
    chooser.value.set_files(list(files))


def sent(customer: Customer) -> Locator:
    return customer.messages("customer").and_(
        customer.frame.locator("[data-state=sent], [data-state=done]")
    )


def console_of(customer: Customer, agent: Agent) -> Page:
    agent.page.goto(customer.case_in_the_console())
    return agent.page


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_an_image_and_a_pdf_reach_the_person(customer: Customer, agent: Agent, locale: str) -> None:
    waits(customer, locale)
    expect(customer.button(ATTACH[locale])).to_be_visible()
    attaches(customer, LABEL, BILL)
    expect(sent(customer)).to_have_count(2)
    expect(sent(customer).first.locator("img")).to_be_visible()
    console = console_of(customer, agent)
    expect(console.locator(".files img")).to_have_js_property("naturalWidth", 320)
    with console.expect_download() as saved:
        console.get_by_role("link", name="facture.pdf").click()
    assert saved.value.suggested_filename == "facture.pdf"
    assert saved.value.path().read_bytes() == PDF
    take_picture(console, f"files-at-the-console-{locale}", whole=True)


def test_after_a_reload_it_is_there_and_can_be_saved(customer: Customer) -> None:
    waits(customer)
    attaches(customer, LABEL, BILL)
    expect(sent(customer)).to_have_count(2)
    customer.reloads()
    expect(sent(customer).first.locator("img")).to_have_js_property("naturalWidth", 320)
    with customer.page.expect_download() as saved:
        customer.button("Save facture.pdf").click()
    assert saved.value.path().read_bytes() == PDF


def test_the_agent_sees_it_live_and_the_assistant_stays_silent(
    customer: Customer, agent: Agent
) -> None:
    waits(customer)
    console = console_of(customer, agent)
    said = customer.messages("assistant").count()
    attaches(customer, LABEL)
    expect(console.locator(".files img")).to_be_visible()
    expect(sent(customer)).to_have_count(1)
    expect(customer.messages("assistant")).to_have_count(said)


@IN_BOTH_LANGUAGES
def test_the_assistant_is_offered_none(customer: Customer, agent: Agent, locale: str) -> None:
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks(PASSWORD[locale])
    expect(customer.frame.locator("#attach")).to_have_count(0)
    customer.calls_a_person()
    expect(customer.frame.locator("#attach")).to_be_visible()
    console_of(customer, agent)
    agent.presses("Give it back to the assistant")
    expect(customer.frame.locator("#attach")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "wrong", "large"),
    [
        ("en", "notes.txt cannot be sent", "huge.png is too large. Files may have up to 10 MB"),
        ("fr", "notes.txt ne peut pas être envoyé", "huge.png est trop volumineux"),
    ],
)
def test_what_is_not_taken_says_what_is(
    customer: Customer, watch: Watch, locale: str, wrong: str, large: str
) -> None:
    watch.expected.append("Failed to load resource")
    waits(customer, locale)
    attaches(customer, file("notes.txt", "text/plain", b"hello"))
    expect(customer.messages("system").last).to_contain_text(wrong)
    attaches(customer, file("huge.png", "image/png", bytes(11 * 1024 * 1024)))
    expect(customer.messages("system").last).to_contain_text(large)
    attaches(customer, file("page.png", "image/png", b"<html><script>alert(1)</script>"))
    expect(customer.messages("customer").locator(".failure")).to_contain_text("PNG")
    assert complaints_inside(customer) == []
    customer.reloads()
    expect(customer.person_area).to_contain_text({"en": "Waiting", "fr": "Une personne"}[locale])
    expect(customer.messages("customer")).to_have_count(0)


@IN_BOTH_LANGUAGES
def test_what_did_not_go_through_is_sent_once_when_tried_again(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    waits(customer, locale)
    customer.page.route("**/attachments", lambda route: route.abort(), times=1)
    attaches(customer, LABEL)
    failed = customer.messages("customer")
    expect(failed).to_contain_text(LOST_SAID[locale])
    failed.get_by_role("button", name=customer.words.again).click()
    expect(sent(customer)).to_have_count(1)
    customer.reloads()
    expect(sent(customer)).to_have_count(1)


def test_a_picture_is_pasted(customer: Customer) -> None:
    waits(customer)
    expect(customer.frame.locator("#attach")).to_be_visible()
    paste = """(field) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob("PIXEL"), (each) => each.charCodeAt(0));
      data.items.add(new File([bytes], "paste.png", {type: "image/png"}));
      const how = {clipboardData: data, bubbles: true, cancelable: true};
      field.dispatchEvent(new ClipboardEvent("paste", how));
    }"""
    customer.box.evaluate(paste.replace("PIXEL", encoded(png(1, 1))))
    expect(sent(customer)).to_have_count(1)


@IN_BOTH_LANGUAGES
def test_who_deletes_their_data_deletes_the_files(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append("Failed to load resource")
    waits(customer, locale)
    attaches(customer, LABEL)
    expect(sent(customer)).to_have_count(1)
    kept = customer.inside("JSON.parse(localStorage['help-assistant'])")
    customer.deletes_their_data()
    expect(customer.messages("customer")).to_have_count(0)
    read = customer.page.request.get(
        f"/api/v1/conversations/{kept['id']}", headers={"Authorization": f"Bearer {kept['token']}"}
    )
    assert read.status == 404


@DEVICES
@IN_BOTH_LANGUAGES
def test_files_are_for_everybody(
    new_customer: Callable[..., Customer], device: dict[str, Any], locale: str
) -> None:
    customer = new_customer(**device)
    # Asked for from the start: Chromium may take longer to agree than a key to be pressed.
    customer.page.on("filechooser", lambda _: None)
    waits(customer, locale)
    attaches(customer, LABEL, BILL)
    expect(sent(customer)).to_have_count(2)
    expect(sent(customer).first.locator("img")).to_be_visible()
    assert complaints_inside(customer) == []
    take_picture(customer.page, f"files-{locale}-{device.get('color_scheme', device['width'])}")
    customer.box.focus()
    customer.page.keyboard.press("Shift+Tab")
    expect(customer.frame.locator("#attach")).to_be_focused()
    with customer.page.expect_file_chooser():
        customer.page.keyboard.press("Enter")


def encoded(content: bytes) -> str:
    return b64encode(content).decode()


def test_a_person_sends_a_picture_back(customer: Customer, agent: Agent) -> None:
    waits(customer)
    page = console_of(customer, agent)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Send a file…").press("Enter")
    chooser.value.set_files([LABEL])
    expect(page.get_by_role("status").filter(has_text="étiquette.png was sent")).to_be_visible()
    expect(agent.thread.locator("img")).to_be_visible()
    expect(customer.messages("agent").locator("img")).to_be_visible()
    expect(agent.status).to_contain_text("With you")
