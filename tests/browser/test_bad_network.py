"""A bad connection costs the customer a click at most, and never a message sent twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.agent import Agent
from tests.browser.axe import complaints_in_all_looks
from tests.browser.broken_line import BrokenLine
from tests.browser.conftest import Server, Watch
from tests.browser.customer import IN_BOTH_LANGUAGES, PASSWORD, WORDS, Customer

pytestmark = pytest.mark.browser

LOST = "Failed to load resource"
LOST_SAID = {"en": "did not go through", "fr": "La demande n’a pas abouti"}
OFFLINE = {"en": "check your connection", "fr": "Vérifiez votre connexion"}
IN_A_MOMENT = {"en": "try again in a moment", "fr": "Réessayez dans un instant"}
AGAIN = {"en": "Try again", "fr": "Réessayer"}


@IN_BOTH_LANGUAGES
def test_a_message_that_did_not_go_through_is_sent_once(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.abort(), times=1)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    failed = customer.messages("customer")
    expect(failed).to_contain_text(LOST_SAID[locale])
    failed.get_by_role("button", name=AGAIN[locale]).click()
    customer.waits_for_reply(after=1)
    expect(customer.last_reply).to_contain_text("30 minutes")
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(1)


@IN_BOTH_LANGUAGES
def test_a_fault_of_ours_says_what_to_do(customer: Customer, watch: Watch, locale: str) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.fulfill(status=500), times=1)
    customer.writes(PASSWORD[locale])
    failed = customer.messages("customer").locator(".failure")
    expect(failed).to_contain_text(IN_A_MOMENT[locale])
    failed.get_by_role("button", name=AGAIN[locale], exact=True).click()
    customer.waits_for_reply(after=1)
    expect(customer.messages("customer")).to_have_count(1)


@IN_BOTH_LANGUAGES
def test_a_reply_that_was_lost_on_its_way_comes_once(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)

    def answered_in_vain(route: Route) -> None:
        route.fetch()
        route.abort()

    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", answered_in_vain, times=1)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    # The live events tell that the message has arrived: nobody needs to press anything.
    customer.waits_for_reply(after=1)
    expect(customer.last_reply).to_contain_text("30 minutes")
    expect(customer.choices()).not_to_have_count(0)
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(1)
    expect(customer.messages("assistant")).to_have_count(2)


@IN_BOTH_LANGUAGES
def test_what_was_written_offline_goes_out_when_the_connection_is_back(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.context.set_offline(True)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    expect(customer.messages("customer")).to_contain_text(LOST_SAID[locale])
    customer.page.context.set_offline(False)
    customer.waits_for_reply(after=1)
    expect(customer.messages("customer")).to_have_count(1)


@IN_BOTH_LANGUAGES
def test_a_help_desk_that_cannot_be_reached_says_so(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.page.route("**/api/v1/conversations", lambda route: route.abort(), times=1)
    customer.launcher.click()
    expect(customer.messages("system")).to_contain_text(OFFLINE[locale])
    customer.frame.get_by_role("button", name=AGAIN[locale]).click()
    expect(customer.messages("assistant")).to_have_count(1)


@pytest.fixture
def line(server: Server, watch: Watch) -> Iterator[BrokenLine]:
    """The shop, by a line that can be cut."""
    made = BrokenLine(server.url)
    watch.expected += [LOST, f"request to {made.url}"]
    yield made
    made.close()


@IN_BOTH_LANGUAGES
@pytest.mark.parametrize("part", ["later/menu.js", "later/panel.js", "later/later.css\\?0"])
def test_a_part_that_did_not_come_is_fetched_anew(
    customer: Customer, watch: Watch, locale: str, part: str
) -> None:
    watch.expected.append(LOST)
    asked: list[str] = []
    customer.page.on("request", lambda request: asked.append(request.url))
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route(f"**/{part}", lambda route: route.abort(), times=1)
    customer.button(customer.words.menu).click()
    expect(customer.messages("system")).to_contain_text(OFFLINE[locale])
    customer.opens_the_menu()
    if part.endswith("menu.js"):
        # Some browsers keep a module's failure by its address.
        addresses = [url for url in asked if part in url]
        assert len(addresses) == len(set(addresses)) == 2


@IN_BOTH_LANGUAGES
def test_a_part_that_never_comes_is_not_waited_for_for_good(
    customer: Customer, locale: str
) -> None:
    held: list[Route] = []
    customer.page.clock.install()
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/later/later.css\\?0", lambda route: held.append(route), times=1)
    with customer.page.expect_request("**/later/later.css\\?0"):
        customer.button(customer.words.menu).click()
    expect(customer.frame.locator(".busy")).to_have_count(1)
    customer.page.clock.run_for(16_000)
    expect(customer.messages("system")).to_contain_text(OFFLINE[locale])
    expect(customer.frame.locator(".busy")).to_have_count(0)
    customer.opens_the_menu()


@IN_BOTH_LANGUAGES
def test_live_events_go_on_after_a_cut_without_loss_or_repetition(
    customer: Customer, agent: Agent, line: BrokenLine, locale: str
) -> None:
    after: list[str | None] = []

    def asked(request: Request) -> None:
        if request.url.endswith("/events"):
            after.append(request.headers.get("last-event-id"))

    customer.page.on("request", asked)
    customer.words = WORDS[locale]
    customer.page.goto(f"{line.url}/?locale={locale}")
    customer.opens_help()
    customer.calls_a_person()
    agent.page.goto(customer.case_in_the_console())
    agent.answers("This is the first.")
    said = customer.messages("agent").locator(".text")
    expect(said).to_have_text(["This is the first."])
    assert line.cut(only=b"/events ") == 1
    line.told.clear()
    agent.answers("This is the second.")
    agent.answers("This is the third.")
    expect(said).to_have_count(1)
    line.mend()
    three = ["This is the first.", "This is the second.", "This is the third."]
    expect(said).to_have_text(three)
    agent.answers("This is the fourth.")
    expect(said).to_have_text([*three, "This is the fourth."])
    # Not only shown once: asked for from where it was cut, and sent once.
    assert after[0] is None
    assert str(after[-1]).isdigit()
    events = [told for told in line.told.split(b"\n") if told.startswith(b"data: ")]
    assert [sum(each.encode() in told for told in events) for each in three] == [0, 1, 1]
    expect(customer.messages("customer")).to_have_count(0)


REFUSED = {
    429: {"en": "wait a moment", "fr": "Patientez un instant"},
    422: {"en": "put it in other words", "fr": "Essayez de le formuler autrement"},
}


@IN_BOTH_LANGUAGES
@pytest.mark.parametrize("status", REFUSED)
def test_what_the_server_refuses_says_what_to_do(
    customer: Customer, watch: Watch, locale: str, status: int
) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.fulfill(status=status), times=1)
    customer.writes(PASSWORD[locale])
    expect(customer.messages("customer")).to_contain_text(REFUSED[status][locale])


@IN_BOTH_LANGUAGES
def test_a_conversation_that_is_no_longer_there_starts_anew_with_the_question(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.asks({"en": "Hello", "fr": "Bonjour"}[locale])
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(1)
    customer.page.route("**/messages", lambda route: route.fulfill(status=404), times=1)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    expect(customer.last_reply).to_contain_text("30 minutes")
    expect(customer.messages("customer")).to_have_count(1)


@pytest.mark.parametrize(
    ("locale", "said"), [("en", "cannot be reached"), ("fr", "n’est pas joignable")]
)
def test_a_frame_that_never_comes_is_given_up(
    customer: Customer, watch: Watch, locale: str, said: str
) -> None:
    # The frame then holds Chromium's own error page, which is told nothing.
    watch.expected += [LOST, "postMessage"]
    customer.page.clock.install()
    customer.visits_the_shop(locale)
    customer.page.route("**/widget?**", lambda route: route.abort())
    customer.page.set_viewport_size({"width": 380, "height": 740})
    customer.launcher.click()
    # The sheet covers the page and has no button of its own yet.
    customer.launcher_while_open.click()
    expect(customer.page.locator("iframe")).to_be_hidden()
    customer.launcher.click()
    customer.page.clock.run_for(13_000)
    expect(customer.page.get_by_role("status")).to_contain_text(said)
    expect(customer.page.locator("iframe")).to_have_count(0)
    assert complaints_in_all_looks(customer) == {}
    customer.page.unroute("**/widget?**")
    customer.launcher.click()
    expect(customer.messages("assistant").first).to_be_visible()


@IN_BOTH_LANGUAGES
def test_what_was_written_offline_outlives_the_page(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)
    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", lambda route: route.abort(), times=1)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    expect(customer.messages("customer")).to_contain_text(LOST_SAID[locale])
    customer.reloads()
    expect(customer.last_reply).to_contain_text("30 minutes")
    expect(customer.messages("customer")).to_have_count(1)
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(1)
    expect(customer.messages("assistant")).to_have_count(2)


@IN_BOTH_LANGUAGES
def test_a_reply_that_is_cut_in_its_middle_goes_on_by_itself(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)

    def cut(route: Route) -> None:
        whole = route.fetch()
        end = whole.text().index("event: sentence")
        middle = whole.text().index("\n\n", end) + 2
        route.fulfill(response=whole, body=whole.text()[:middle])

    customer.visits_the_shop(locale)
    customer.opens_help()
    customer.page.route("**/messages", cut, times=1)
    customer.asks(PASSWORD[locale])
    expect(customer.last_reply).to_contain_text("30 minutes")
    text = customer.last_reply.locator(".text").inner_text()
    assert text.count("30 minutes") == 1
    customer.reloads()
    expect(customer.messages("customer")).to_have_count(1)
    expect(customer.messages("assistant")).to_have_count(2)


SOON = (
    "const limit = AbortSignal.timeout; AbortSignal.timeout = () => limit.call(AbortSignal, 400);"
)


@IN_BOTH_LANGUAGES
def test_a_server_that_never_answers_is_given_up(
    customer: Customer, watch: Watch, locale: str
) -> None:
    watch.expected.append(LOST)
    # As after a minute: the browser's own clock cannot be turned.
    customer.page.add_init_script(SOON)
    customer.visits_the_shop(locale)
    customer.page.route("**/api/v1/conversations", lambda _: None, times=1)
    customer.launcher.click()
    expect(customer.messages("system")).to_contain_text(OFFLINE[locale])
    customer.frame.get_by_role("button", name=AGAIN[locale]).click()
    expect(customer.messages("assistant")).to_have_count(1)
    customer.page.route("**/messages", lambda _: None)
    customer.box.fill(PASSWORD[locale])
    customer.box.press("Enter")
    expect(customer.messages("customer")).to_contain_text(LOST_SAID[locale])
    expect(customer.frame.locator("[data-state=thinking], [data-state=sending]")).to_have_count(0)
