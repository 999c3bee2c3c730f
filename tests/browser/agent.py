"""A person from the team in the console: what they do and what they see."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

SIGN_IN = {
    "en": ("E-mail", "Password", "Sign in"),
    "fr": ("E-mail", "Mot de passe", "Se connecter"),
}


class Agent:
    """Signed in, in a browser of their own."""

    def __init__(self, page: Page, *, email: str, password: str) -> None:
        self.page = page
        page.goto("/console")
        locale = str(page.locator("html").get_attribute("lang"))
        address, secret, enter = SIGN_IN[locale]
        page.get_by_label(address).fill(email)
        page.get_by_label(secret).fill(password)
        page.get_by_role("button", name=enter).click()
        expect(page.locator("main.wide")).to_be_visible()
        page.wait_for_load_state()

    # -- what they do

    def opens_the_case(self, question: str) -> None:
        self.page.goto("/console?box=all")
        self.page.get_by_role("link", name=question).click()
        self.page.wait_for_load_state()

    def presses(self, name: str) -> None:
        """Where that leads to another page, until that page's own scripts listen."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def answers(self, text: str) -> None:
        self.box.fill(text)
        self.presses("Send")

    def notes(self, text: str) -> None:
        self.page.get_by_text("Write a note for colleagues").click()
        self.page.get_by_role("textbox", name="Your note").fill(text)
        self.presses("Save the note")

    def resolves(self) -> None:
        self.presses("Resolve")

    def has_seen_all(self) -> None:
        """Nothing of an earlier story asks for them."""
        origin = {"Origin": self.page.evaluate("location.origin")}
        until = {"until": "2100-01-01T00:00:00Z"}
        assert self.page.request.post("/console/for-you/seen", headers=origin, form=until).ok

    # -- what they see

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your answer")

    @property
    def status(self) -> Locator:
        return self.page.locator(".status")

    @property
    def thread(self) -> Locator:
        return self.page.locator(".messages")

    @property
    def suggestion(self) -> Locator:
        return self.page.locator("[data-suggestion]")

    @property
    def asking(self) -> Locator:
        """How many cases ask for them, in the header."""
        return self.page.locator("[data-asking] .count")

    @property
    def presence(self) -> Locator:
        return self.page.locator("[data-presence]")

    def row(self, question: str) -> Locator:
        return self.page.locator(".row-case", has_text=question)
