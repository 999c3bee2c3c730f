"""A writer in the console: what they do with an article, and what they see."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.agent import Agent


class Writer:
    """At one article."""

    def __init__(self, agent: Agent) -> None:
        self.page = agent.page

    # -- what they do

    def begins(self, title: str) -> str:
        """An article; its address."""
        self.page.goto("/console/articles")
        self.page.get_by_label("New article").fill(title)
        self.page.locator("#new-locale").select_option("en")
        self.presses("Begin")
        expect(self.text).to_be_visible()
        return self.page.url

    def opens(self, address: str) -> None:
        self.page.goto(address)

    def writes(self, text: str) -> None:
        self.text.fill(text)

    def presses(self, name: str) -> None:
        """Where that leads to another page, until that page's own scripts listen."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def archives(self, address: str) -> None:
        """So that no other story meets it."""
        self.opens(address)
        self.page.locator(".end summary").click()
        self.presses("Archive the article")

    # -- what they see

    @property
    def text(self) -> Locator:
        return self.page.get_by_role("textbox", name="Text", exact=True)

    @property
    def preview(self) -> Locator:
        return self.page.get_by_role("region", name="As customers read it")

    @property
    def state(self) -> Locator:
        return self.page.locator("[data-save-state]")

    @property
    def told(self) -> Locator:
        return self.page.locator(".notice")
