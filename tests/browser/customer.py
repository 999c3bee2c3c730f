"""A customer on a page that embeds the widget: what they do and what they see."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect


@dataclass(frozen=True)
class Words:
    """The widget's own words that stories look for."""

    launcher: str
    close: str
    question: str
    person: str
    email: str
    save: str
    menu: str
    library: str
    anew: str
    back: str
    helpful: str
    unhelpful: str
    dismiss: str
    waiting: str
    again: str
    elsewhere: str
    forget: str
    forget_all: str


WORDS = {
    "en": Words(
        "Help",
        "Close help",
        "Your question",
        "Talk to a person",
        "Your e-mail",
        "Save",
        "Your conversations and data",
        "Help center",
        "New conversation",
        "Back",
        "Yes, it helped",
        "No, it did not help",
        "Dismiss this message",
        "Waiting for a person",
        "Try again",
        "Continue on another device",
        "Delete my data",
        "Delete everything",
    ),
    "fr": Words(
        "Aide",
        "Fermer l’aide",
        "Votre question",
        "Parler à une personne",
        "Votre e-mail",
        "Valider",
        "Vos conversations et données",
        "Centre d’aide",
        "Nouvelle conversation",
        "Retour",
        "Oui, cela m’a aidé",
        "Non, cela ne m’a pas aidé",
        "Masquer ce message",
        "Une personne va vous répondre",
        "Réessayer",
        "Continuer sur un autre appareil",
        "Supprimer mes données",
        "Tout supprimer",
    ),
}


PASSWORD = {
    "en": "How do I reset my password?",
    "fr": "Comment réinitialiser mon mot de passe ?",
}
"""Answered with "30 minutes" in both."""
TOLD_AFTER = """(words) => new Promise((resolve) => {
  const log = document.getElementById("transcript");
  const newest = () => [...log.querySelectorAll(".assistant")].at(-1)?.textContent ?? "";
  let sent = 0;
  const look = new MutationObserver(() => {
    if (!newest().replace(/\\s+/g, " ").includes(words)) return;
    look.disconnect();
    resolve((performance.now() - sent) / 1000);
  });
  document.getElementById("text").addEventListener("keydown", () => {
    sent = performance.now();
    look.observe(log, {childList: true, subtree: true, characterData: true});
  }, {once: true, capture: true});
})"""
"""Seconds by the page's own clock: who looks from outside looks once a second in the end."""
IN_BOTH_LANGUAGES = pytest.mark.parametrize("locale", ["en", "fr"])


class Customer:
    """One browser. `words` follow the language of the page that was visited last."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.words = WORDS["en"]

    # -- what they do

    def visits_the_shop(self, locale: str = "en") -> None:
        self.words = WORDS[locale]
        self.page.goto(f"/?locale={locale}")

    def opens_help(self) -> None:
        self.launcher.click()
        expect(self.messages("assistant").first).to_be_visible()

    def asks(self, question: str) -> None:
        """Write it, send it, and wait until the reply is whole."""
        before = self.messages("assistant").count()
        self.box.fill(question)
        self.box.press("Enter")
        self.waits_for_reply(after=before)

    def writes(self, words: str) -> None:
        """To people: the assistant is silent."""
        self.box.fill(words)
        self.box.press("Enter")

    def sends_until_told(self, words: str) -> float:
        """What stands in the box; seconds until the newest reply holds these words."""
        self.inside(f"window.told = ({TOLD_AFTER})({json.dumps(words)}), 0")
        self.box.press("Enter")
        expect(self.last_reply).to_contain_text(words)
        return float(self.inside("window.told"))

    def waits_for_reply(self, *, after: int) -> None:
        expect(self.messages("assistant")).to_have_count(after + 1)
        expect(self.frame.locator("[data-state=thinking], [data-state=streaming]")).to_have_count(0)

    def chooses(self, name: str) -> None:
        self.choices().get_by_text(name, exact=True).click()

    def opens_the_menu(self) -> None:
        self.button(self.words.menu).click()
        expect(self.panel.locator("h3")).to_be_visible()

    def opens_the_help_center(self) -> None:
        self.button(self.words.library).click()
        expect(self.panel.locator("details").first).to_be_visible()

    def goes_back(self) -> None:
        self.button(self.words.back).click()

    def calls_a_person(self) -> None:
        self.person_button.click()
        expect(self.frame.locator("#next")).to_be_visible()
        # The live events may tell of it before the call's own answer, which moves the focus.
        expect(self.frame.locator("#call")).to_have_attribute("aria-disabled", "false")

    def deletes_their_data(self) -> None:
        self.opens_the_menu()
        self.panel.get_by_role("button", name=self.words.forget).click()
        self.panel.get_by_role("button", name=self.words.forget_all).click()

    def leaves_email(self, email: str) -> None:
        self.email_field.fill(email)
        self.frame.get_by_role("button", name=self.words.save).click()

    def reloads(self) -> None:
        self.page.reload()

    # -- what they see

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=self.words.launcher, exact=True)

    @property
    def launcher_while_open(self) -> Locator:
        return self.page.get_by_role("button", name=self.words.close, exact=True)

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe")

    @property
    def box(self) -> Locator:
        return self.frame.get_by_role("textbox", name=self.words.question)

    @property
    def person_button(self) -> Locator:
        section = self.frame.locator("#person")
        return section.get_by_role("button", name=self.words.person)

    @property
    def email_field(self) -> Locator:
        return self.frame.get_by_role("textbox", name=self.words.email)

    @property
    def person_area(self) -> Locator:
        return self.frame.locator("#person")

    @property
    def panel(self) -> Locator:
        """What lies over the conversation: the menu, the help center, an article."""
        return self.frame.locator("#panel")

    def button(self, name: str) -> Locator:
        return self.frame.get_by_role("button", name=name, exact=True)

    @property
    def last_reply(self) -> Locator:
        return self.messages("assistant").last

    def messages(self, author: str) -> Locator:
        return self.frame.locator(f".message.{author}")

    def sources(self) -> Locator:
        return self.last_reply.locator(".sources").get_by_role("link")

    def choices(self) -> Locator:
        return self.frame.locator(".choices").get_by_role("button")

    def inside(self, expression: str) -> Any:
        """A JavaScript expression, evaluated in the frame."""
        frame = self.page.locator("iframe").element_handle().content_frame()
        assert frame is not None
        return frame.evaluate(expression)

    def case_in_the_console(self) -> str:
        """Where the team finds the conversation, whatever it is about."""
        kept = self.inside("JSON.parse(localStorage['help-assistant'])")
        return f"/console/conversations/{kept['id']}"

    def kept_by_the_browser(self) -> list[str]:
        """Everything that is stored on the visitor's side for this origin."""
        stored = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"
        cookies = [cookie["name"] for cookie in self.page.context.cookies()]
        return [*self.page.evaluate(stored), *cookies]
