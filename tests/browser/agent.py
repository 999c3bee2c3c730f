"""A person from the team in the console: what they do."""

from __future__ import annotations

from playwright.sync_api import Page


class Agent:
    """Signed in, in a browser of their own."""

    def __init__(self, page: Page, *, email: str, password: str) -> None:
        self.page = page
        page.goto("/console")
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()

    def opens_the_case(self, question: str) -> None:
        self.page.goto("/console")
        self.page.get_by_role("link", name=question).click()

    def answers(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Your answer").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    def resolves(self) -> None:
        self.page.get_by_role("button", name="Resolve").click()
