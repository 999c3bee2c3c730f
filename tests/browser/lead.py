"""A lead in the console, who tells visitors something before they ask."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.agent import Agent

LABELS = {
    "en": ("Words (English)", "Words (French)", "Pages", "Seconds on the page", "Kind", "Add"),
    "fr": ("Texte (anglais)", "Texte (français)", "Pages", "Secondes", "Nature", "Ajouter"),
}


class Lead:
    """Writes proactive messages in the console, and takes back what they wrote."""

    def __init__(self, agent: Agent) -> None:
        self.page = agent.page

    def writes(
        self, texts: dict[str, str], *, place: str, seconds: int = 0, kind: str = "invitation"
    ) -> None:
        self.page.goto("/console/nudges")
        form = self.page.locator("form[action='/console/nudges']")
        english, french, pages, after, sort, add = LABELS[self.locale]
        form.get_by_label(english).fill(texts.get("en", ""))
        form.get_by_label(french).fill(texts.get("fr", ""))
        form.get_by_label(pages).fill(place)
        form.get_by_label(after).fill(str(seconds))
        form.get_by_label(sort).select_option(kind)
        form.get_by_role("button", name=add).click()
        expect(self.page.locator(".notice[role=status]")).to_be_visible()

    def figures(self) -> list[int]:
        """Shown, opened, answered, of the newest."""
        self.page.goto("/console/nudges")
        shown = self.page.locator(".nudge").first.locator("dd").all_inner_texts()
        return [int(text.split()[0]) for text in shown]

    def takes_all_back(self) -> None:
        self.page.goto("/console/nudges")
        while left := self.page.locator(".nudge").count():
            self.page.locator(".nudge details").first.locator("summary").click()
            self.page.locator(".nudge form[action$=drop] button").first.click()
            expect(self.page.locator(".nudge")).to_have_count(left - 1)

    @property
    def locale(self) -> str:
        return str(self.page.locator("html").get_attribute("lang"))
