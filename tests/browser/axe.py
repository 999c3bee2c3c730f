"""What axe finds to complain about, in every look in which customers can meet what is shown."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, ViewportSize

from tests.browser.customer import Customer

WIDE = ViewportSize(width=1280, height=800)
LOOKS = {
    "wide": (WIDE, "light"),
    "380": (ViewportSize(width=380, height=740), "light"),
    "dark": (WIDE, "dark"),
}
# axe measures targets only where it is told to.
_TARGETS = "rules: {'target-size': {enabled: true}}"


def complaints(page: Page | Frame) -> list[str]:
    """What axe finds, the size of what is pressed included."""
    return _found(page, f"{{resultTypes: ['violations'], {_TARGETS}}}")


def complaints_inside(customer: Customer) -> list[str]:
    frame = customer.page.locator("iframe").element_handle().content_frame()
    assert frame is not None
    return complaints(frame)


def complaints_in_all_looks(customer: Customer) -> dict[str, list[str]]:
    """By look: in the widget's frame where it is open, and else in the page. It is left wide."""
    found = {}
    for look in LOOKS:
        takes_on(customer, look)
        is_open = customer.page.locator("iframe").filter(visible=True).count()
        if complained := complaints_inside(customer) if is_open else complaints(customer.page):
            found[look] = complained
    takes_on(customer, "wide")
    return found


def takes_on(customer: Customer, look: str) -> None:
    size, scheme = LOOKS[look]
    customer.page.set_viewport_size(size)
    customer.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")


def _found(page: Page | Frame, how: str) -> list[str]:
    """Its script is put into a page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(f"axe.run({how})")["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
