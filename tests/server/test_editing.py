"""Writing in the console: nothing that was typed is lost, and nothing is public before its time."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest

from assistant.domain.article import Article, ArticleStatus
from assistant.domain.manuscript import LONGEST_BODY, Content, Manuscript
from assistant.knowledge.edition import edition_of
from assistant.testing.fakes import FakeEmbedder
from tests.server.conftest import GIFT, Agent, World, person_of

ENGRAVING = {
    "title": "Engrave a name",
    "locale": "en",
    "body": "We engrave a name for **€9**.\n\n## How long\n\nTwo days more.",
    "questions": "can you write initials on it\n\nput my name on it\n",
    "tags": "gifts, service",
}


@pytest.fixture
def wim(new_agent: Callable[..., Agent]) -> Agent:
    return new_agent("wim", "writer")


class Desk:
    """One writer at one article."""

    def __init__(self, writer: Agent, path: str) -> None:
        self.writer, self.path = writer, path

    def shows(self) -> str:
        return unescape(self.writer.opens(self.path).text)

    def sends(self, to: str = "", *, version: int, **changed: str) -> Any:
        """As a browser sends a form: with its own ends of lines."""
        form = ENGRAVING | changed | {"version": str(version)}
        sent = {name: text.replace("\n", "\r\n") for name, text in form.items()}
        return self.writer.posts(f"{self.path}{to}", **sent)


def begins(writer: Agent, title: str = "Engrave a name") -> Desk:
    response = writer.posts("/console/articles", title=title, locale="en")
    assert response.status_code == 303
    return Desk(writer, response.headers["location"])


def stored(world: World, desk: Desk) -> Manuscript:
    found: Manuscript = world.store.manuscript(desk.path.rpartition("/")[2])
    return found


# -- writing


def test_what_is_scheduled_is_shown_and_goes_out_by_itself(
    world: World, wim: Agent, lea: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = begins(wim)
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT09:00")
    when = {"publish_at": at, "zone": "Europe/Paris"}
    assert desk.sends("/schedule", version=1, **when).status_code == 403
    told = Desk(lea, desk.path).sends("/schedule", version=1, **when)
    assert told.headers["location"].endswith("?told=scheduled")
    assert "approved this text" in desk.shows()
    assert "Goes public" in unescape(wim.opens("/console/articles?shelf=drafts").text)
    assert world.assistant.schedule.round() == 0
    monkeypatch.setattr(
        world.assistant.schedule, "_now", lambda: datetime.now(UTC) + timedelta(days=3)
    )
    assert world.assistant.schedule.round() == 1
    assert stored(world, desk).status is ArticleStatus.PUBLISHED
    assert world.client().get("/help/en/engrave-a-name").status_code == 200


def test_changing_the_text_takes_it_off_the_schedule_and_says_so(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(wim)
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT09:00")
    Desk(lea, desk.path).sends("/schedule", version=1, publish_at=at)
    desk.sends(version=2, body="Another text.")
    assert stored(world, desk).scheduled is None
    assert "The text was changed since it was approved" in desk.shows()
    assert desk.sends("/unschedule", version=3, body="Another text.").status_code == 303
    assert stored(world, desk).slot is None


def test_no_moment_at_all_is_refused(lea: Agent) -> None:
    desk = begins(lea)
    refused = desk.sends("/schedule", version=1, publish_at="")
    assert refused.status_code == 422
    assert "within the next year" in refused.text


def test_a_writer_says_who_may_read_it(world: World, wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    some = {"audience": "segments", "segments": "Plan=Pro, plan=team"}
    assert desk.sends(version=1, **some).status_code == 303
    assert stored(world, desk).content.audience == "plan=pro, plan=team"
    assert "Only: plan=pro, plan=team" in desk.shows()
    assert Desk(lea, desk.path).sends("/publish", version=2, **some).status_code == 303
    assert world.client().get("/help/en/engrave-a-name").status_code == 404
    public = Desk(lea, desk.path).sends("/publish", version=2, audience="", segments="plan=pro")
    assert public.status_code == 303
    assert world.client().get("/help/en/engrave-a-name").status_code == 200


@pytest.mark.parametrize("segments", ["", "pro", "plan="])
def test_some_readers_whom_nobody_can_name_are_refused(
    world: World, wim: Agent, segments: str
) -> None:
    desk = begins(wim)
    refused = desk.sends(version=1, audience="segments", segments=segments)
    assert refused.status_code == 422
    assert "Say who may read it" in refused.text
    assert stored(world, desk).version == 1


def test_an_article_goes_from_a_title_to_the_help_center(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(wim)
    assert desk.sends(version=1).headers["location"].endswith("?told=saved")
    assert desk.sends("/submit", version=2).headers["location"].endswith("?told=submitted")
    assert "/help/en/engrave-a-name" not in lea.opens("/sitemap.xml").text
    assert lea.opens("/help/en/engrave-a-name").status_code == 404
    assert "Engrave a name" in lea.opens("/console/articles?shelf=in_review").text
    review = Desk(lea, desk.path)
    assert "Approve and publish" in review.shows()
    assert review.sends("/publish", version=2).headers["location"].endswith("?told=published")
    page = lea.opens("/help/en/engrave-a-name").text
    assert "We engrave a name for <strong>€9</strong>." in page
    assert 'id="how-long"' in page
    article = world.store.article(stored(world, desk).article_id)
    assert article.questions == ("can you write initials on it", "put my name on it")
    assert article.tags == ("gifts", "service")


def test_the_preview_is_what_the_help_center_shows(wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    links = "See [gifts](/help/en/return-a-gift) and [x](/help/en/nothing)."
    text = f"{links}\n\n## Twice\n\n<b>Bold</b> <script>x</script>\n"
    shown = desk.sends("/preview", version=1, body=text).text
    assert shown.startswith("<h1>Engrave a name</h1>")
    assert '<a href="/help/en/return-a-gift"' in shown
    Desk(lea, desk.path).sends("/publish", version=1, body=text)
    page = lea.opens("/help/en/engrave-a-name").text
    article = page[page.index("<article") : page.index("</article>")]
    assert shown.partition("</h1>")[2].strip() in article
    assert "<script>x" not in shown
    assert "/help/en/nothing" not in shown


def test_an_unfinished_text_has_a_preview_too(wim: Agent) -> None:
    shown = begins(wim).sends("/preview", version=1, title="", body="").text
    assert shown == "<h1></h1>"


def test_a_writer_does_not_publish(world: World, wim: Agent) -> None:
    desk = begins(wim)
    assert "Approve and publish" not in desk.shows()
    assert desk.sends("/publish", version=1).status_code == 403
    assert stored(world, desk).version == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "has no title"),
        ({"body": "<!-- later -->"}, "has no text yet"),
        ({"slug": "return-a-gift"}, "“Return a gift” has the address “return-a-gift” already"),
        ({"slug": "a b"}, "letters, digits and hyphens only"),
        ({"locale": "en" + "-variant" * 40}, "is no language"),
        ({"body": "x" * (LONGEST_BODY + 1)}, f"Text: {LONGEST_BODY + 1} characters are too many"),
    ],
)
def test_what_cannot_go_on_is_told_and_stays_in_the_form(
    world: World, lea: Agent, wrong: dict[str, str], said: str
) -> None:
    desk = begins(lea)
    response = desk.sends("/publish", version=1, questions="a phrasing", **wrong)
    assert response.status_code == 422
    page = unescape(response.text)
    assert said in page
    assert "a phrasing" in page
    assert stored(world, desk).status is ArticleStatus.DRAFT


def test_it_is_told_in_french(lea: Agent) -> None:
    desk = begins(lea)
    lea.client.headers["Accept-Language"] = "fr"
    response = desk.sends("/publish", version=1, title="")
    assert "L’article n’a pas de titre." in unescape(response.text)


def test_what_a_form_does_not_show_stays_as_it_was(world: World, lea: Agent) -> None:
    world.store.publish(
        GIFT, [], content_hash="h", vectors={}, model="none"
    )  # as its source has it
    taken = world.assistant.editor.take_over(GIFT.id, by=world.store.people()[0])
    desk = Desk(lea, f"/console/articles/{taken.id}")
    desk.sends(version=1, review_on="2027-02-28", escalate="true")
    content = stored(world, desk).content
    assert (content.review_on, content.escalate) == (date(2027, 2, 28), True)
    assert content.url == GIFT.url


# -- two at once


def test_who_saves_second_sees_both_texts_and_loses_nothing(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(wim)
    desk.sends(version=1)
    mine = ENGRAVING["body"].replace("€9", "€12")
    theirs = ENGRAVING["body"].replace("Two days", "Three days")
    desk.sends(version=2, body=mine)
    refused = Desk(lea, desk.path).sends(version=2, body=theirs, slug="engraving")
    assert refused.status_code == 409
    page = unescape(refused.text)
    assert "wim saved another one" in page
    assert "€12" in page
    assert "Three days" in page
    assert stored(world, desk).content.body == mine
    [textarea] = re.findall(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert textarea == mine.replace("Two days", "Three days")
    assert 'value="engraving"' in page
    assert '<input type="hidden" name="version" value="3">' in page
    Desk(lea, desk.path).sends(version=3, body=textarea)
    assert stored(world, desk).content.body == textarea


def test_what_both_changed_is_named(wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    desk.sends(version=1)
    desk.sends(version=2, title="Engraving", body="Mine.")
    page = unescape(Desk(lea, desk.path).sends(version=2, title="Names", body="Theirs.").text)
    assert "Both of you changed:" in page
    assert "theirs is “Engraving”, yours is “Names”" in page
    assert "Both versions stand one after the other" in page


def test_nothing_is_published_that_its_publisher_did_not_see(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(wim)
    desk.sends(version=1)
    desk.sends(version=2, body="Changed while Lea was reading.")
    assert Desk(lea, desk.path).sends("/publish", version=2, body="Seen.").status_code == 409
    assert world.store.owners([stored(world, desk).article_id]) == {}


def test_autosaving_tells_the_version_and_stops_at_another_ones(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(wim)
    first = desk.sends("/autosave", version=1)
    assert first.json() == {"version": 2, "status": "draft"}
    # An answer that was lost: the same again is the same.
    assert desk.sends("/autosave", version=1).json()["version"] == 2
    stale = Desk(lea, desk.path).sends("/autosave", version=1, body="Theirs.")
    assert (stale.status_code, stale.json()) == (409, {"version": 2})
    assert desk.sends("/autosave", version=2, slug="a b").status_code == 422
    assert stored(world, desk).content.body == ENGRAVING["body"]


def test_who_else_has_it_open_is_told(wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    assert wim.posts(f"{desk.path}/presence", writing="1").json() == {"others": [], "version": 1}
    seen = lea.posts(f"{desk.path}/presence", writing="").json()
    assert seen["others"] == [{"name": "wim", "writing": True}]


def test_who_wrote_upon_an_autosave_of_a_colleague_merges_with_that(wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    desk.sends("/autosave", version=1)
    desk.sends("/autosave", version=2, body=ENGRAVING["body"].replace("€9", "€12"))
    late = ENGRAVING["body"].replace("Two days", "Three days")
    page = unescape(Desk(lea, desk.path).sends(version=2, body=late).text)
    assert fields_of(page)["body"] == late.replace("€9", "€12")
    assert "Both of you changed" not in page


@pytest.mark.slow
def test_twenty_editors_who_save_at_random_lose_nothing(
    world: World, new_agent: Callable[..., Agent]
) -> None:
    writers = [new_agent(f"w{n}", "writer") for n in range(20)]
    desk = begins(writers[0])
    desk.sends(version=1, body="Begun.")
    failures: list[str] = []

    def writes(number: int) -> None:
        chance, own = random.Random(number), Desk(writers[number], desk.path)
        for turn in range(3):
            line = f"Line {number}.{turn}."
            form = fields_of(own.shows())
            answer = own.sends(
                chance.choice(["", "/autosave"]),
                version=int(form["version"]),
                body=f"{form['body']}\n{line}",
            )
            while answer.status_code == 409:
                # As the page has it: by itself it stops, and the form leads to both texts in one.
                if answer.headers["content-type"] == "application/json":
                    answer = own.sends(version=int(form["version"]), body=f"{form['body']}\n{line}")
                    continue
                form = fields_of(unescape(answer.text))
                answer = own.sends(version=int(form["version"]), body=form["body"])
            if answer.status_code not in (200, 303):
                failures.append(f"{line} {answer.status_code}")

    threads = [threading.Thread(target=writes, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    lines = stored(world, desk).content.body.split("\n")
    assert sorted(lines) == sorted(
        ["Begun.", *(f"Line {n}.{turn}." for n in range(20) for turn in range(3))]
    )


def fields_of(page: str) -> dict[str, str]:
    """What stands in the form."""
    body = re.search(r'<textarea id="body"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    version = re.search(r'name="version" value="(\d+)"', page)
    assert body is not None
    assert version is not None
    return {"body": body[1], "version": version[1]}


# -- review, history, end


def test_a_reviewer_says_why_and_sends_it_back(world: World, wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    desk.sends("/submit", version=1)
    assert lea.posts(f"{desk.path}/comments", text="Which kettles?").status_code == 303
    Desk(lea, desk.path).sends("/send-back", version=2)
    page = desk.shows()
    assert "Which kettles?" in page
    assert "Send for review" in page
    assert lea.posts(f"{desk.path}/comments", text=" ").status_code == 422


def test_a_step_that_somebody_took_meanwhile_is_told_and_nothing_is_lost(
    world: World, wim: Agent
) -> None:
    desk = begins(wim)
    desk.sends("/submit", version=1)
    again = desk.sends("/submit", version=2, body="A last word.")
    assert again.status_code == 409
    assert "What you wrote is saved" in unescape(again.text)
    assert stored(world, desk).content.body == "A last word."


def test_history_shows_each_change_and_brings_any_of_it_back(world: World, wim: Agent) -> None:
    desk = begins(wim)
    desk.sends(version=1)
    desk.sends(version=2, body="Worse.", slug="worse")
    page = desk.writer.opens(f"{desk.path}/history?version=3").text
    assert "<del>We engrave a name for **€9**.</del>" in unescape(page)
    assert "<ins>Worse.</ins>" in page
    assert "Address" in page
    assert wim.posts(f"{desk.path}/restore", version="2").status_code == 303
    assert stored(world, desk).content.body == ENGRAVING["body"]
    assert stored(world, desk).version == 4
    assert wim.opens(f"{desk.path}/history").status_code == 200


def test_what_is_archived_is_gone_for_customers_and_can_come_back(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(lea)
    desk.sends("/publish", version=1)
    assert wim.posts(f"{desk.path}/archive").status_code == 403
    assert lea.posts(f"{desk.path}/archive").status_code == 303
    assert lea.opens("/help/en/engrave-a-name").status_code == 404
    assert lea.posts(f"{desk.path}/archive").status_code == 409
    assert "Bring back as a draft" in desk.shows()
    desk.sends(version=2)
    assert stored(world, desk).status is ArticleStatus.DRAFT


def test_a_page_from_before_it_was_archived_publishes_nothing(
    world: World, wim: Agent, lea: Agent
) -> None:
    desk = begins(lea)
    desk.sends("/publish", version=1)
    lea.posts(f"{desk.path}/archive")
    late = desk.sends("/publish", version=2, body="Written before anybody told me.")
    assert late.status_code == 409
    assert "Somebody else moved this article meanwhile" in late.text
    assert lea.opens("/help/en/engrave-a-name").status_code == 404
    kept = stored(world, desk)
    assert (kept.status, kept.live_version) == (ArticleStatus.DRAFT, None)
    assert kept.content.body == "Written before anybody told me."


def test_a_renamed_address_leads_on_and_links_to_it_lead_to_the_new_one(lea: Agent) -> None:
    desk = begins(lea)
    desk.sends("/publish", version=1)
    desk.sends("/publish", version=2, slug="initials")
    left = lea.opens("/help/en/engrave-a-name")
    assert (left.status_code, left.headers["location"]) == (301, "/help/en/initials")
    shown = desk.sends("/preview", version=3, body="[x](/help/en/engrave-a-name#how-long)").text
    assert 'href="/help/en/initials#how-long"' in shown
    assert lea.opens("/help/en/nothing").status_code == 404


def test_what_a_source_owns_is_shown_with_its_source_and_can_be_taken_over(
    world: World, wim: Agent, lea: Agent
) -> None:
    page = wim.opens("/console/articles/sources?q=GIFT").text
    assert "Return a gift" in page
    assert "Return an item" not in page
    assert "Take it over" not in page
    assert "Take it over" in lea.opens("/console/articles/sources").text
    taken = lea.posts("/console/articles/sources", article_id=GIFT.id)
    assert taken.status_code == 303
    shown = unescape(lea.opens(taken.headers["location"]).text)
    assert "written here from now on" in shown
    assert "can i send back a present" in shown
    assert "Return a gift" not in wim.opens("/console/articles/sources").text
    assert lea.posts("/console/articles/sources", article_id=GIFT.id).status_code == 422
    assert lea.opens("/help/en/return-a-gift").status_code == 200


# -- translations, and what needs care


def test_what_might_be_better_is_told_as_advice(world: World, lea: Agent) -> None:
    page = lea.opens("/console/articles/care").text
    assert "nothing to advise" in page
    person = person_of(world, lea)
    content = Content("Engraving", "en", "Yes.\n\n## Overview\n\nUp to 20 letters.")
    drafted = world.assistant.editor.draft(content, by=person)
    world.assistant.editor.publish(drafted.id, version=1, by=person)
    page = unescape(lea.opens("/console/articles/care").text)
    assert "The heading “Overview” does not tell" in page
    assert "add at least two" in page


def test_what_sources_own_is_advised_on_too_but_for_phrasings(world: World, lea: Agent) -> None:
    vague = Article("faq/k", "Kettles", "en", "Hot.\n\n## Overview\n\nWater.", source="faq")
    edition = edition_of(vague, store=world.store, embedder=FakeEmbedder())
    world.store.publish(
        vague, edition.passages, content_hash="h", vectors=edition.vectors, model=edition.model
    )
    page = unescape(lea.opens("/console/articles/care").text)
    advice = page[page.index(">Kettles</a>") :].partition("</ul>")[0]
    assert "The heading “Overview” does not tell" in advice
    assert "<code>faq</code>" in advice
    assert "add at least two" not in advice


def test_a_translation_stands_beside_its_original_and_follows_it(world: World, lea: Agent) -> None:
    desk = begins(lea)
    desk.sends("/publish", version=1)
    assert "Translate into French" in desk.shows()
    begun = lea.posts(f"{desk.path}/translations", locale="fr")
    french = Desk(lea, begun.headers["location"])
    assert "We engrave a name for <strong>€9</strong>." in french.shows()
    assert lea.posts(f"{desk.path}/translations", locale="fr").status_code == 422
    text = {"title": "Graver un nom", "locale": "fr", "body": "Gravure à 9 €."}
    kept = {"translation_of": stored(world, french).content.translation_of or ""}
    french.sends("/publish", version=1, **text, **kept)
    assert "/help/fr/graver-un-nom" in lea.opens("/help/en/engrave-a-name").text
    assert "Nothing needs care" in lea.opens("/console/articles/care").text
    desk.sends("/publish", version=2, body="We engrave a name for €12.")
    assert "The original changed on" in french.shows()
    page = lea.opens("/console/articles/care").text
    assert "Graver un nom" in page
    assert "Original: " in page
    french.sends("/publish", version=2, **text | kept | {"body": "Gravure à 12 €."})
    assert "Nothing needs care" in lea.opens("/console/articles/care").text


def test_dead_links_and_a_day_that_has_passed_are_named(lea: Agent) -> None:
    desk = begins(lea)
    text = "[a](/help/en/return-a-gift) [b](/help/en/nothing) [c](https://shop.example) `[d](e)`"
    desk.sends("/publish", version=1, body=text, review_on="2026-03-01")
    page = unescape(lea.opens("/console/articles/care").text)
    assert "To be read again since 1 March 2026" in page
    assert re.findall(r"A link leads nowhere: <code>(.*?)</code>", page) == ["/help/en/nothing"]
    assert "A link leads nowhere" in desk.shows()
    lea.client.headers["Accept-Language"] = "fr"
    assert "À relire depuis le 1er mars 2026" in lea.opens("/console/articles/care").text


# -- who, and in which words


def test_a_writer_begins_with_articles(wim: Agent) -> None:
    assert wim.opens("/console").headers["location"] == "/console/articles/home"
    page = wim.opens("/console/articles").text
    assert "Nothing of yours is underway" in page
    assert "/console/articles" in page


def test_lists_are_paged_and_searched(world: World, wim: Agent) -> None:
    person = next(p for p in world.store.people() if p.role == "writer")
    for number in range(60):
        world.assistant.editor.draft(Content(f"Draft {number:02}", "en", ""), by=person)
    first = wim.opens("/console/articles?shelf=drafts").text
    second = wim.opens("/console/articles?shelf=drafts&page=2").text
    assert (first.count('class="row-case"'), second.count('class="row-case"')) == (50, 10)
    found = wim.opens("/console/articles?shelf=drafts&q=draft+07").text
    assert found.count('class="row-case"') == 1


def test_a_form_from_another_site_is_refused(wim: Agent) -> None:
    desk = begins(wim)
    elsewhere = wim.client.post(
        desk.path, data={"version": "1"}, headers={"Origin": "https://evil.example"}
    )
    assert elsewhere.status_code == 403


# -- images

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"x" * 100


def sends_image(writer: Agent, path: str, content: bytes, words: str) -> Any:
    headers = {"Origin": "http://testserver", "X-Image-Alternative": quote(words)}
    return writer.client.post(f"{path}/images", content=content, headers=headers)


def test_an_image_is_shown_where_the_writer_puts_it(world: World, wim: Agent, lea: Agent) -> None:
    desk = begins(wim)
    sent = sends_image(wim, desk.path, PNG * 2000, "Une bouilloire « bleue »")
    assert sent.status_code == 201
    markdown = sent.json()["markdown"]
    Desk(lea, desk.path).sends("/publish", version=1, body=f"Look:\n\n{markdown}")
    page = world.client().get("/help/en/engrave-a-name").text
    (address,) = re.findall(r'<img src="([^"]+)" alt="Une bouilloire « bleue »"', page)
    shown = world.client().get(address)
    assert shown.content == PNG * 2000
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert "immutable" in shown.headers["cache-control"]


@pytest.mark.parametrize(
    ("content", "words", "told"),
    [(b"<svg/>", "A kettle", "no image"), (PNG, "", "what the image shows")],
)
def test_what_cannot_be_shown_is_refused_in_words(
    wim: Agent, content: bytes, words: str, told: str
) -> None:
    refused = sends_image(wim, begins(wim).path, content, words)
    assert refused.status_code == 422
    assert told in refused.json()["problem"]


def test_an_image_that_is_too_large_is_not_read_to_its_end(wim: Agent) -> None:
    refused = sends_image(wim, begins(wim).path, PNG + b"x" * 6_000_000, "A kettle")
    assert refused.status_code == 413


@pytest.mark.parametrize("name", ["x.png", "0" * 32 + ".png", "0" * 32 + ".svg", "..%2Fx"])
def test_an_image_that_is_not_there_is_not_there(world: World, name: str) -> None:
    assert world.client().get(f"/help/images/{name}").status_code == 404
